"""Mail and text messages leave as the settings say, through real servers of this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from domains.auth.public import choices
from domains.kernel import courier
from domains.kernel.courier import Mail, NotSent, TextMessage
from gateway.couriers import configure_couriers, links_url, mailer_of, texter_of
from gateway.couriers.smtp import message_of
from gateway.settings import Profile, Settings, WrongSettings
from gateway.settings_mail import MailSettings, MailVia, Security, TextSettings, TextsVia
from tests.mailbox import Mailbox, smtp_server

MAIL = Mail("ada@example.org", "Bonjour, Ada — ça va?", "Read:\nhttps://x#t=1\n", "<p>Read</p>")
TEXT = TextMessage("+15550100", "123456 is your code. ✓")
SENDER = "Azora <azora@azora.example>"


def settings(profile: Profile = Profile.TEST, **values: Any) -> Settings:
    return Settings(profile=profile, **values)


async def send(mail: Mail = MAIL, **values: Any) -> None:
    given = {"host": "127.0.0.1", "sender": SENDER, "timeout_seconds": 2} | values
    await mailer_of(settings(mail=MailSettings(**given))).send(mail)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1 that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "pair.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(pem + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_a_letter_arrives_with_both_parts_and_the_headers_of_a_machine() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        await send(port=port, security=Security.NONE)
    [letter] = mailbox.letters
    assert (letter.sender, letter.recipients) == ("azora@azora.example", ["ada@example.org"])
    assert letter.subject == MAIL.subject
    assert letter.text == MAIL.text
    assert letter.html.strip() == MAIL.html
    message = letter.message
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert (message["From"], message["To"]) == (SENDER, "ada@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["Message-ID"]).endswith("@azora.example>")
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=1)


def authenticator(
    _server: Any, _session: Any, _envelope: Any, _kind: str, given: Any
) -> AuthResult:
    right = isinstance(given, LoginPassword) and given == LoginPassword(b"azora", b"right")
    return AuthResult(success=right, handled=right)


def guarded(tls: ssl.SSLContext) -> dict[str, Any]:
    return {"tls_context": tls, "auth_required": True, "authenticator": authenticator}


async def test_a_password_travels_encrypted_to_a_server_that_is_who_it_should_be(
    tls: ssl.SSLContext, certificate: Path
) -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox, **guarded(tls)) as port:
        known: dict[str, Any] = {"port": port, "ca_file": certificate, "username": "azora"}
        await send(**known, password="right")
        assert len(mailbox.letters) == 1
        with pytest.raises(NotSent, match="SMTPAuthenticationError 535"):
            await send(**known, password="wrong")
    assert len(mailbox.letters) == 1


async def test_nothing_is_handed_to_a_server_that_nobody_vouches_for(tls: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox, **guarded(tls)) as port:
        with pytest.raises(NotSent, match="the mail server took no letter"):
            await send(port=port, username="azora", password="right")
    assert mailbox.letters == []


async def test_without_starttls_nothing_is_sent_if_it_was_asked_for() -> None:
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        with pytest.raises(NotSent):
            await send(port=port)
    assert mailbox.letters == []


async def test_a_refused_letter_raises_and_says_nothing_of_what_it_held() -> None:
    mailbox = Mailbox(refusal="554 ada@example.org https://x#t=1")
    async with smtp_server(mailbox) as port:
        with pytest.raises(NotSent) as refusal:
            await send(port=port, security=Security.NONE)
    assert str(refusal.value) == "the mail server took no letter: SMTPDataError 554"


async def test_a_server_that_is_away_or_silent_raises_in_time() -> None:
    over = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, asyncio.timeout(4):
        with pytest.raises(NotSent, match="Timeout"):
            await send(port=port, security=Security.NONE, timeout_seconds=1)
        over.set()
    with pytest.raises(NotSent, match="SMTPConnectError"):
        await send(port=port, security=Security.NONE)


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\nSubject: x",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "ada@example.org>, <eve@example.org",
    ],
)
def test_what_is_more_than_one_address_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        message_of(Mail(to, "s", "t", "h"), SENDER)


def test_a_line_break_in_a_subject_is_refused() -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        message_of(Mail("ada@example.org", "Hi\r\nBcc: eve@example.org", "t", "h"), SENDER)


def test_what_a_letter_holds_is_in_no_log() -> None:
    assert repr(MAIL) == "Mail(to='ada@example.org')"
    assert repr(TEXT) == "TextMessage(to='+15550100')"
    shown = repr(settings(mail=MailSettings(password="hidden"), sms=TextSettings(token="hidden")))
    assert "hidden" not in shown


async def test_without_a_server_a_letter_is_shown_where_the_program_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await mailer_of(settings()).send(MAIL)
    await texter_of(settings()).send(TEXT)
    shown = capsys.readouterr().out
    assert f"Mail to ada@example.org: {MAIL.subject}\n\n{MAIL.text}" in shown
    assert f"Text message to +15550100: {TEXT.body}" in shown


async def test_a_folder_keeps_messages_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    await mailer_of(settings(mail=MailSettings(folder=folder))).send(MAIL)
    await texter_of(settings(sms=TextSettings(folder=folder))).send(TEXT)
    [letter] = folder.glob("*.eml")
    [text] = folder.glob("*.txt")
    message = message_from_bytes(letter.read_bytes(), policy=default)
    assert message["Subject"] == MAIL.subject
    assert text.read_text(encoding="utf-8") == f"To: +15550100\n\n{TEXT.body}\n"
    modes = [file.stat().st_mode & 0o777 for file in (folder, letter, text)]
    assert modes == [0o700, 0o600, 0o600]


@dataclass(slots=True)
class Provider:
    """A provider of text messages, which answers every request the same."""

    answer: str = "201 Created"
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((head[0], headers, body.decode()))
        answer = f"HTTP/1.1 {self.answer}\r\nlocation: /x\r\ncontent-length: 2\r\n\r\n{{}}"
        writer.write(answer.encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(provider: Provider) -> AsyncIterator[str]:
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def texts(url: str, **values: Any) -> TextSettings:
    given = {"account": "AC1", "token": "hush", "sender": "+15550199", "timeout_seconds": 2}
    return TextSettings(url=url, **given | values)


@pytest.mark.parametrize(
    ("sender", "field"), [("+15550199", "From"), ("MG0123", "MessagingServiceSid")]
)
async def test_a_text_message_is_posted_as_a_form(sender: str, field: str) -> None:
    provider = Provider()
    async with listening(provider) as url:
        await texter_of(settings(sms=texts(f"{url}/", sender=sender))).send(TEXT)
    [(line, headers, body)] = provider.requests
    assert line == "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"
    assert headers["authorization"] == "basic qumxomh1c2g="
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body) == {"To": ["+15550100"], field: [sender], "Body": [TEXT.body]}


@pytest.mark.parametrize("answer", ["400 Bad", "401 No", "429 Slow", "500 Oh", "302 Found"])
async def test_a_text_message_that_was_not_taken_raises(answer: str) -> None:
    provider = Provider(answer)
    async with listening(provider) as url:
        with pytest.raises(NotSent) as refusal:
            await texter_of(settings(sms=texts(url))).send(TEXT)
    assert str(refusal.value) == f"the text provider answered {answer[:3]}"
    assert len(provider.requests) == 1


async def test_a_provider_that_is_away_raises() -> None:
    async with listening(Provider()) as url:
        pass
    with pytest.raises(NotSent, match="the text provider: ConnectError"):
        await texter_of(settings(sms=texts(url))).send(TEXT)


COMPLETE = {
    "public_url": "https://azora.example",
    "mail": MailSettings(host="mx", sender=SENDER),
    "sms": texts("https://sms.example"),
}


@pytest.fixture
def _couriers_as_before() -> Iterator[None]:
    before = choices.links_url
    yield
    choices.links_url = before


@pytest.mark.usefixtures("_couriers_as_before")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mail": MailSettings()}, "AZORA_MAIL__HOST: the production profile needs a mail server"),
        ({"sms": TextSettings()}, "AZORA_SMS__ACCOUNT: the production profile needs a provider"),
        ({"public_url": None}, "AZORA_PUBLIC_URL: the production profile needs the address"),
        ({"mail": MailSettings(host="mx")}, "AZORA_MAIL__SENDER: expected the address"),
        ({"sms": TextSettings(account="AC1")}, "AZORA_SMS__TOKEN: expected the account's token"),
        ({"mail": MailSettings(via=MailVia.FOLDER)}, "AZORA_MAIL__FOLDER: expected a folder"),
        (
            {"mail": MailSettings(host="mx", security=Security.NONE, sender=SENDER, password="p")},
            "AZORA_MAIL__SECURITY: a password is sent by starttls or tls alone",
        ),
    ],
)
def test_in_production_nothing_goes_nowhere_unnoticed(change: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongSettings) as mistake:
        configure_couriers(settings(Profile.PRODUCTION, **COMPLETE | change))
    assert str(mistake.value).startswith(said)


@pytest.mark.usefixtures("_couriers_as_before")
def test_in_production_the_console_can_be_chosen() -> None:
    chosen = {"mail": MailSettings(via=MailVia.CONSOLE), "sms": TextSettings(via=TextsVia.CONSOLE)}
    configure_couriers(settings(Profile.PRODUCTION, **COMPLETE | chosen))
    configure_couriers(settings(Profile.PRODUCTION, **COMPLETE))
    assert choices.links_url == "https://azora.example"


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 81}, "http://127.0.0.1:81"),  # noqa: S104
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"public_url": "https://azora.example/app/"}, "https://azora.example/app"),
    ],
)
def test_links_lead_where_the_settings_say(values: dict[str, Any], url: str) -> None:
    assert links_url(settings(**values)) == url


async def test_a_process_without_couriers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "_couriers", courier._Couriers())
    with pytest.raises(RuntimeError, match="nothing to send mail by"):
        await courier.mail(MAIL)
    with pytest.raises(RuntimeError, match="nothing to send text messages by"):
        await courier.text(TEXT)
