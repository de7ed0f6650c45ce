"""`profileUpdate`, from the outside."""

import json
from typing import Any

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from tests.auth.accounts import UPDATE, ask, refusals, told
from tests.makers import a_user, viewer
from tests.operations import Operations, codes

FULL: dict[str, Any] = {
    "name": " Ada  King ",
    "avatar": "https://pictures.example/ada.png?size=2",
    "bio": "First line.\r\nSecond line 👩\u200d💻",
    "location": " Johannesburg ",
    "timezone": "Africa/Johannesburg",
    "language": "ZH-hant-tw",
    "details": {"theme": "dark", "panels": [{"open": True}], "n": 1.5},
}
KEPT = FULL | {
    "bio": "First line.\nSecond line 👩\u200d💻",
    "location": "Johannesburg",
    "language": "zh-Hant-TW",
}
del KEPT["name"]


async def test_what_is_given_is_kept_and_its_names_are_written_down(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    me = viewer(await a_user(database))

    payload = await told(operations, UPDATE, as_=me, **FULL)

    assert payload == {"user": {"name": "Ada King", "profile": KEPT}, "userErrors": []}
    [row] = await owner.fetch("select action, details from auth.audit_logs")
    assert row["action"] == "profile.updated"
    assert sorted(json.loads(row["details"])["fields"]) == sorted(FULL)
    assert "Johannesburg" not in row["details"]


async def test_what_is_left_out_stays_and_a_null_empties(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    me = viewer(await a_user(database))
    await told(operations, UPDATE, as_=me, **FULL)

    payload = await told(operations, UPDATE, as_=me, bio=None, language=None, details=None)

    emptied: dict[str, Any] = {"bio": None, "language": "en", "details": {}}
    assert payload["user"] == {"name": "Ada King", "profile": KEPT | emptied}


async def test_what_changes_nothing_is_not_written_down(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    me = viewer(await a_user(database, name="Ada King"))

    await told(operations, UPDATE, as_=me, name=" Ada King", bio=None)

    assert await owner.fetchval("select count(*) from auth.audit_logs") == 0


DEEP: dict[str, Any] = {"a": {"b": {"c": {"d": {"e": {}}}}}}
REFUSED: list[tuple[str, Any, str]] = [
    ("name", "A", "NameInvalid"),
    ("name", None, "NameInvalid"),
    ("avatar", "http://pictures.example/ada.png", "AvatarInvalid"),
    ("avatar", "https://", "AvatarInvalid"),
    ("avatar", "https://ada@pictures.example/", "AvatarInvalid"),
    ("avatar", "https://pictures.example/a b", "AvatarInvalid"),
    ("avatar", "https://pictures.example:port/", "AvatarInvalid"),
    ("avatar", "https://[::1/", "AvatarInvalid"),
    ("avatar", "javascript:alert(1)", "AvatarInvalid"),
    ("avatar", "https://pictures.example/" + "x" * 2048, "AvatarInvalid"),
    ("bio", "x" * 2001, "TextInvalid"),
    ("bio", "rung\a", "TextInvalid"),
    ("bio", "turned \u202e around", "TextInvalid"),
    ("location", "two\nlines", "TextInvalid"),
    ("timezone", "Africa/Atlantis", "TimezoneUnknown"),
    ("timezone", "../etc/passwd", "TimezoneUnknown"),
    ("language", "english", "LanguageInvalid"),
    ("language", "en_GB", "LanguageInvalid"),
    ("details", [], "DetailsInvalid"),
    ("details", "text", "DetailsInvalid"),
    ("details", {"Key": 1}, "DetailsInvalid"),
    ("details", {"k" * 41: 1}, "DetailsInvalid"),
    ("details", {"list": [{"not allowed": 1}]}, "DetailsInvalid"),
    ("details", {"text": "x" * 16_384}, "DetailsInvalid"),
    ("details", DEEP, "DetailsInvalid"),
]


@pytest.mark.parametrize(("field", "value", "expected"), REFUSED)
async def test_refuses_and_changes_nothing(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    field: str,
    value: Any,
    expected: str,
) -> None:
    me = viewer(await a_user(database))
    known = await owner.fetchrow("select * from auth.user_profiles")

    payload = await told(operations, UPDATE, as_=me, **{"name": "Ada King", field: value})

    assert refusals(payload) == [(expected, ["input", field])]
    assert payload["user"] is None
    assert await owner.fetchrow("select * from auth.user_profiles") == known
    assert await owner.fetchval("select name from auth.users") != "Ada King"


async def test_the_deepest_details_that_are_kept(
    operations: Operations, database: Database
) -> None:
    me = viewer(await a_user(database))
    details = {"a": [{"b": [{"k" * 40: "x" * 16_000}]}]}

    payload = await told(operations, UPDATE, as_=me, details=details)

    assert payload["user"]["profile"]["details"] == details


@pytest.mark.parametrize(
    "given", ['bio: "a\\u0000"', 'details: {text: "a\\u0000"}', "details: {n: 1e999}"]
)
async def test_what_no_row_can_hold_is_no_fault_of_the_server(
    answer: Any, database: Database, owner: asyncpg.Connection, given: str
) -> None:
    me = viewer(await a_user(database))
    update = f"mutation {{ profileUpdate(input: {{{given}}}) {{ userErrors {{ message }} }} }}"

    body = await answer(update, as_=me)

    assert codes(body) == ["BAD_USER_INPUT"] or body["data"]["profileUpdate"]["userErrors"] != []
    assert await owner.fetchval("select details from auth.user_profiles") == "{}"


async def test_nobody_has_no_profile(operations: Operations) -> None:
    body = await ask(operations, UPDATE, as_=ANONYMOUS, bio="text")

    assert codes(body) == ["UNAUTHENTICATED"]
