"""Letters say what is to be said in both parts, to whom it is due, and nothing for strangers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.auth.engine.letters import Letter, code_message, render, subject_of, words
from domains.auth.models import Session, TokenType, User
from domains.auth.repository import tokens
from domains.auth.service import letters
from domains.kernel.clock import MovedClock, now
from domains.kernel.context import Client
from domains.kernel.courier import NotSent
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.mailbox import Mailbox
from tests.makers import a_user, put
from tests.worker import work_off

AT = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
LINK = "https://azora.example/account/page#token=azot_secret-_"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
VALUES = {
    "name": "Zoë O'Neill-García",
    "at": AT,
    "address": "203.0.113.7",
    "user_agent": FIREFOX,
    "link": LINK,
    "expires": AT + timedelta(hours=24),
    "purge_at": AT + timedelta(days=30),
    "new_email": "zoe@example.com",
    "code": "12345678",
    "minutes": 5,
    "factor": "totp",
    "remaining": 2,
    "reason": "Breaks the rules.",
    "old": "student",
    "new": "educator",
}
SMUGGLED = "https://evil.example/win?a=1 <b>evil.example</b> www.evil.example mail@evil.example"
HOSTILE = VALUES | {
    "name": SMUGGLED[:40],
    "reason": SMUGGLED,
    "user_agent": f"Firefox/1 {SMUGGLED}",
    "address": SMUGGLED,
    "new_email": "<b>@evil.example",
}
WITH_LINK = sorted(letters.LINKS)
HOST = re.compile(r"[\w@-]+\.\w{2,}")


class Seen(HTMLParser):
    """What a reader sees of a page, and all that it would load or link to."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        assert not any("url(" in (value or "") for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def seen(html: str) -> Seen:
    page = Seen()
    page.feed(html)
    return page


@pytest.mark.parametrize("letter", Letter)
def test_both_parts_of_a_letter_say_the_same(letter: Letter) -> None:
    subject, text, html = render(letter, VALUES)
    page = " ".join(seen(html).words)
    layout = {"Hello", "--", "Azora."}
    assert subject == subject_of(letter) and len(subject) < 60
    for paragraph in text.split("\n\n"):
        for line in paragraph.replace(":\n", "\n").split("\n"):
            said = re.sub(r"^(When|From|With):", r"\1", line).strip(" ,")
            assert said in page or said.split()[0] in layout, said


@pytest.mark.parametrize("letter", Letter)
def test_a_letter_loads_nothing_and_links_only_to_where_it_has_to(letter: Letter) -> None:
    _, text, html = render(letter, VALUES)
    page = seen(html)
    assert page.addresses == ([LINK, LINK] if letter in WITH_LINK else [])
    assert text.count("http") == (letter in WITH_LINK)
    assert page.tags.isdisjoint({"img", "link", "script", "style", "iframe", "form"})


@pytest.mark.parametrize("letter", WITH_LINK, ids=str)
def test_a_link_also_stands_on_a_line_of_its_own(letter: Letter) -> None:
    _, text, html = render(letter, VALUES)
    assert LINK in text.splitlines()
    assert f">{LINK}</a>" in html


@pytest.mark.parametrize("letter", Letter)
def test_nobody_sends_links_or_markup_by_what_they_call_themselves(letter: Letter) -> None:
    subject, text, html = render(letter, HOSTILE)
    page = seen(html)
    shown = " ".join((subject, text, *page.words)).replace(LINK, "")
    assert HOST.findall(shown) == []
    assert "://" not in shown and "evil.example" not in html
    assert "b" not in page.tags


def test_markup_in_any_value_is_shown_as_text() -> None:
    values = VALUES | {"code": "<b>1</b>", "link": 'https://azora.example/"><b>'}
    assert "&lt;b&gt;1&lt;/b&gt;" in render(Letter.SIGN_IN_CODE, values).html
    assert "<b>" not in render(Letter.RESET_PASSWORD, values).html


@pytest.mark.parametrize("letter", Letter)
def test_no_letter_is_written_with_a_gap(letter: Letter) -> None:
    words = re.sub(r"#\S+", "", render(letter, VALUES).text)
    assert "None" not in words and "{" not in words


def test_a_letter_that_lacks_a_value_is_not_written() -> None:
    with pytest.raises(Exception, match="'link' is undefined"):
        render(Letter.RESET_PASSWORD, {})


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Ada Lovelace",
        "Zoë O'Neill-García",
        "J. R. Tolkien",
        "राम कुमार",
        "王小明",
        "Sammy D.",
    ],
)
def test_a_name_is_greeted_as_it_is(name: str) -> None:
    assert words.name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        None,
        "evil.example",
        "Ada evil.example",
        "www.evil",
        "evil\u2024example",  # dots of other scripts
        "evil\uff0eexample",
        "evil\u3002example",
        "http://evil",
        "Call 0800 123456",
        "<b>Ada</b>",
        "ada@evil",
        "Ada\nLovelace",
        "You have won a prize write to me",
        "A" * 41,
    ],
)
def test_what_may_be_a_message_or_an_address_is_no_name(name: str | None) -> None:
    assert words.name(name) is None


def test_a_sentence_loses_what_could_become_a_link() -> None:
    given = "Spam: see evil.example, tel:0800-1 or https://evil.example/a_b?c=d.\nBcc: me"
    said = "Spam: see evil example, tel 0800-1 or https evil example a b c d. Bcc: me"
    assert words.sentence(given) == said
    assert len(words.sentence("a " * 500)) <= 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537 Edg/140", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Safari/537", "Chrome on Android"),
        ("Azora/3 (Android 16)", "an app on Android"),
        ("curl/8.1", "an unknown device"),
        (None, "an unknown device"),
    ],
)
def test_a_device_is_said_in_words_of_our_own(agent: str | None, said: str) -> None:
    assert words.device(agent) == said


def test_a_text_message_has_the_code_and_for_how_long() -> None:
    assert code_message("123456", 5) == (
        "123456 is your Azora code. It works once, for 5 minutes. Give it to nobody."
    )


async def order(database: Database, letter: Letter, **asked: Any) -> None:
    async def ask(session: Any, _viewer: Any) -> None:
        await letters.send(session, letter, **asked)

    await database.transaction(SYSTEM, ask)


async def consumed(database: Database, secret: str, type: TokenType) -> Any:
    async def consume(session: Any, _viewer: Any) -> Any:
        return await tokens.consume(session, secret, type)

    return await database.transaction(SYSTEM, consume)


async def test_a_letter_reaches_the_person_with_a_link_that_works(
    database: Database, mailbox: Mailbox
) -> None:
    user = await a_user(database, email_verified_at=None)
    client = Client("203.0.113.7", FIREFOX)
    await order(database, Letter.VERIFY_EMAIL, user_id=user.id, client=client)
    await work_off(database)
    [letter] = mailbox.letters
    assert (letter.to, letter.subject) == (user.email, "Confirm your email address")
    assert "From: 203.0.113.7\nWith: Firefox on Windows" in letter.text
    assert mailbox.link().startswith("http://127.0.0.1:8000/account/verify-email#token=azot_")
    token = await consumed(database, mailbox.token(), TokenType.EMAIL_VERIFICATION)
    assert token.user_id == user.id
    assert await consumed(database, mailbox.token(), TokenType.EMAIL_VERIFICATION) is None


@pytest.mark.parametrize(
    ("letter", "lifetime"),
    [
        (Letter.VERIFY_EMAIL, timedelta(hours=24)),
        (Letter.RESET_PASSWORD, timedelta(minutes=30)),
        (Letter.CONFIRM_NEW_EMAIL, timedelta(hours=24)),
        (Letter.EMAIL_CHANGE_NOTICE, timedelta(days=7)),
        (Letter.DELETION_REQUESTED, timedelta(days=12)),
    ],
)
async def test_a_link_works_for_as_long_as_was_promised(
    database: Database,
    mailbox: Mailbox,
    clock: MovedClock,
    owner: asyncpg.Connection,
    letter: Letter,
    lifetime: timedelta,
) -> None:
    leaving = letter is Letter.DELETION_REQUESTED
    purge_at = now() + timedelta(days=12) if leaving else None
    verified = None if letter is Letter.VERIFY_EMAIL else now()
    user = await a_user(
        database,
        email_verified_at=verified,
        deletion_requested_at=now() if leaving else None,
        purge_at=purge_at,
    )
    to = "elsewhere@example.com" if "email" in letter and not leaving else None
    await order(database, letter, user_id=user.id, to=None if verified is None else to)
    await work_off(database)
    found = await owner.fetchval("select expires_at from auth.tokens")
    assert abs(found - now() - lifetime) < timedelta(seconds=10)
    assert words.moment(found) in mailbox.letters[0].text


async def test_a_second_letter_ends_the_first_ones_link(
    database: Database, mailbox: Mailbox
) -> None:
    user = await a_user(database)
    for _ in range(2):
        await order(database, Letter.RESET_PASSWORD, to=user.email)
        await work_off(database)
    first, second = (letter.text.partition("#token=")[2].split()[0] for letter in mailbox.letters)
    assert await consumed(database, first, TokenType.RESET_PASSWORD) is None
    assert await consumed(database, second, TokenType.RESET_PASSWORD) is not None


async def test_links_asked_for_at_once_are_one_letter(database: Database, mailbox: Mailbox) -> None:
    user = await a_user(database)
    for _ in range(3):
        await order(database, Letter.RESET_PASSWORD, to=user.email)
    await work_off(database)
    assert len(mailbox.letters) == 1


async def test_nothing_in_the_queue_opens_an_account(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await order(database, Letter.RESET_PASSWORD, to=user.email)
    [payload] = [row[0] for row in await owner.fetch("select payload from queue.pgqueuer")]
    assert b"azot_" not in payload
    assert await owner.fetchval("select count(*) from auth.tokens") == 0


async def test_an_address_without_an_account_is_written_nothing(
    database: Database, mailbox: Mailbox, owner: asyncpg.Connection
) -> None:
    await order(database, Letter.RESET_PASSWORD, to="nobody@example.com")
    await order(database, Letter.VERIFY_EMAIL, to="nobody@example.com")
    await work_off(database)
    assert mailbox.letters == []
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 0


def leaves(user: User) -> None:
    user.deletion_requested_at, user.purge_at = now(), now() + timedelta(days=30)


def is_disabled(user: User) -> None:
    user.disabled_at, user.disabled_reason = now(), "spam"


def is_deleted(user: User) -> None:
    user.deleted_at = now()


def is_unverified(user: User) -> None:
    user.email_verified_at = None


def is_as_before(_user: User) -> None:
    """Nothing happened to them."""


@pytest.mark.parametrize(
    ("letter", "becomes"),
    [
        (Letter.VERIFY_EMAIL, is_as_before),  # and so is verified
        (Letter.RESET_PASSWORD, is_disabled),
        (Letter.RESET_PASSWORD, is_deleted),
        (Letter.PASSWORD_CHANGED, is_deleted),
        (Letter.DELETION_REQUESTED, is_as_before),
        (Letter.ACCOUNT_RESTORED, leaves),
        (Letter.ACCOUNT_DISABLED, is_as_before),
        (Letter.ACCOUNT_ENABLED, is_disabled),
    ],
)
async def test_a_letter_whose_reason_is_gone_is_not_sent(
    database: Database,
    mailbox: Mailbox,
    owner: asyncpg.Connection,
    letter: Letter,
    becomes: Callable[[User], None],
) -> None:
    user = User(email="ada@example.com", name="Ada", email_verified_at=now())
    becomes(user)
    await put(database, user)
    await order(database, letter, user_id=user.id)
    await work_off(database)
    assert mailbox.letters == []
    assert await owner.fetchval("select count(*) from auth.tokens") == 0


async def test_the_link_to_a_new_address_dies_with_the_session_that_wants_it(
    database: Database, mailbox: Mailbox
) -> None:
    user = await a_user(database)
    until = now() + timedelta(hours=1)
    session = Session(
        user_id=user.id,
        token_hash=b"x",
        access_expires_at=until,
        expires_at=until,
        revoked_at=now(),
        revoked_reason="password_changed",
    )
    await put(database, session)
    await order(
        database,
        Letter.CONFIRM_NEW_EMAIL,
        user_id=user.id,
        to="thief@example.com",
        session_id=session.id,
    )
    await work_off(database)
    assert mailbox.letters == []


async def test_a_stranger_is_not_greeted_by_a_name_that_somebody_chose(
    database: Database, mailbox: Mailbox
) -> None:
    signing_up = await a_user(database, name="Dear Customer", email_verified_at=None)
    changing = await a_user(database, name="Dear Customer")
    await order(database, Letter.VERIFY_EMAIL, user_id=signing_up.id)
    await order(database, Letter.CONFIRM_NEW_EMAIL, user_id=changing.id, to="b@example.com")
    await order(database, Letter.PASSWORD_CHANGED, user_id=changing.id)
    await work_off(database)
    greetings = {letter.subject: letter.text.splitlines()[0] for letter in mailbox.letters}
    assert greetings == {
        subject_of(Letter.VERIFY_EMAIL): "Hello,",
        subject_of(Letter.CONFIRM_NEW_EMAIL): "Hello,",
        subject_of(Letter.PASSWORD_CHANGED): "Hello Dear Customer,",
    }


async def test_the_last_letter_needs_no_account(database: Database, mailbox: Mailbox) -> None:
    await order(database, Letter.ACCOUNT_ERASED, user_id=uuid4(), to="gone@example.com")
    await work_off(database)
    assert [letter.to for letter in mailbox.of(Letter.ACCOUNT_ERASED)] == ["gone@example.com"]


async def test_a_letter_that_was_not_taken_is_sent_later(
    database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    user = await a_user(database)
    mailbox.refusal = "451 later"
    await order(database, Letter.RESET_PASSWORD, to=user.email)
    await work_off(database)
    assert mailbox.letters == []
    mailbox.refusal = None
    clock.move(timedelta(minutes=1))
    await work_off(database)
    assert [letter.to for letter in mailbox.letters] == [user.email]
    assert await consumed(database, mailbox.token(), TokenType.RESET_PASSWORD) is not None


async def test_a_failure_says_nothing_of_the_letter(database: Database, mailbox: Mailbox) -> None:
    user = await a_user(database)
    mailbox.refusal = f"550 {user.email} is unknown here"
    given = {
        "letter": "reset_password",
        "user_id": None,
        "to": user.email,
        "details": {"at": now().isoformat()},
    }
    with pytest.raises(NotSent) as failure:
        await letters.deliver(database, given)
    assert str(failure.value) == "the mail server took no letter: SMTPDataError 550"
    assert failure.value.__cause__ is None
