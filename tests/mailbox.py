"""A mailbox for tests: mail reaches it by SMTP through a real server, text messages by hand."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope

from domains.auth.engine.letters import Letter, subject_of
from domains.kernel import courier
from domains.kernel.courier import TextMessage
from gateway.couriers import mailer_of
from gateway.settings import Profile, Settings
from gateway.settings_mail import MailSettings, Security

LINK = re.compile(r"https?://\S+")
CODE = re.compile(r"\b\d{6,8}\b")


@dataclass(frozen=True, slots=True)
class Received:
    """A letter as it arrived."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def to(self) -> str:
        [recipient] = self.recipients
        return recipient

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: Literal["plain", "html"]) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


@dataclass(slots=True)
class Mailbox:
    """All mail and text messages since the test began, oldest first."""

    letters: list[Received] = field(default_factory=list)
    texts: list[TextMessage] = field(default_factory=list)
    refusal: str | None = None
    """What the server answers instead of taking a letter."""

    def clear(self) -> None:
        """Forget all of it, and take letters again."""
        self.letters.clear()
        self.texts.clear()
        self.refusal = None

    def of(self, about: Letter | str | None = None, *, to: str | None = None) -> list[Received]:
        """The letters of a kind or subject, to one address or to any."""
        subject = subject_of(about) if isinstance(about, Letter) else about
        return [
            letter
            for letter in self.letters
            if subject in {None, letter.subject} and to in {None, letter.to}
        ]

    def link(self, about: Letter | str | None = None, *, to: str | None = None) -> str:
        """The link in the newest such letter."""
        [link] = LINK.findall(self.of(about, to=to)[-1].text)
        return str(link)

    def token(self, about: Letter | str | None = None, *, to: str | None = None) -> str:
        """The secret in the newest such letter."""
        return self.link(about, to=to).partition("#token=")[2]

    def code(self, *, to: str | None = None) -> str:
        """The code in the newest letter or text message, to one address or number or to any."""
        letters = [letter.text for letter in self.of(Letter.SIGN_IN_CODE, to=to)]
        texts = [text.body for text in self.texts if to in {None, text.to}]
        [code] = CODE.findall((texts or letters)[-1])
        return str(code)

    async def send(self, message: TextMessage) -> None:
        """Take a text message, as what carries them does."""
        self.texts.append(message)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, as aiosmtpd hands it over."""
        if self.refusal is not None:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        sender = envelope.mail_from or ""
        self.letters.append(Received(sender, list(envelope.rcpt_tos), message))
        return "250 taken"


@asynccontextmanager
async def smtp_server(mailbox: Mailbox, **options: Any) -> AsyncIterator[int]:
    """A mail server of this machine; yields its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, loop=loop, hostname="mail.example", **options), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


def route(mailbox: Mailbox, port: int) -> None:
    """Have this process send everything there."""
    mail = MailSettings(
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        sender="Azora <azora@azora.example>",
    )
    courier.use(mailer_of(Settings(profile=Profile.TEST, mail=mail)), mailbox)
