"""`userSignUp`, from the outside."""

import asyncio
from typing import Any

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.auth.types import SignUpRole
from domains.kernel.database import Database
from tests.makers import a_user
from tests.operations import codes

SIGN_UP = """
mutation ($input: UserSignUpInput!) {
  userSignUp(input: $input) {
    ok
    userErrors {
      __typename path
      ... on PasswordTooShort { minimum }
      ... on PasswordTooLong { maximum }
    }
  }
}
"""
PASSWORD = "a quiet river at dawn"
ADA = {"email": "Ada@Example.org", "password": PASSWORD, "name": " Ada  Lovelace "}
ACCEPTED = {"userSignUp": {"ok": True, "userErrors": []}}


async def topics(owner: asyncpg.Connection) -> list[str]:
    rows = await owner.fetch("select topic from kernel.outbox order by position")
    return [row["topic"] for row in rows]


async def test_makes_an_account(graph: Any, owner: asyncpg.Connection) -> None:
    assert await graph(SIGN_UP, input=ADA | {"role": "EDUCATOR"}) == ACCEPTED

    [user] = await owner.fetch("select * from auth.users")
    assert (user["email"], user["name"], user["role"]) == (
        "ada@example.org",
        "Ada Lovelace",
        "educator",
    )
    assert user["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await owner.fetchval("select count(*) from auth.user_profiles") == 1
    assert await owner.fetchval("select action from auth.audit_logs") == "user.signed_up"
    assert await topics(owner) == ["auth.user.signed_up"]


async def test_who_names_no_role_is_a_student(graph: Any, owner: asyncpg.Connection) -> None:
    await graph(SIGN_UP, input=ADA)

    assert await owner.fetchval("select role from auth.users") == "student"


@pytest.mark.parametrize(
    "name",
    ["Øyvind Ås", "علی\u200cرضا", "李明", "D'Arcy-O’Neill"],  # noqa: RUF001 (as people write them)
)
async def test_names_are_written_in_any_script(
    graph: Any, owner: asyncpg.Connection, name: str
) -> None:
    assert await graph(SIGN_UP, input=ADA | {"name": name}) == ACCEPTED

    assert await owner.fetchval("select name from auth.users") == name


async def test_a_taken_address_is_answered_as_a_new_one_and_its_owner_is_told(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    there = await a_user(database, email="ada@example.org", name="The First")

    assert await graph(SIGN_UP, input=ADA) == ACCEPTED

    users = await owner.fetch("select id, name, password_hash from auth.users")
    assert [(user["id"], user["name"], user["password_hash"]) for user in users] == [
        (there.id, "The First", None)
    ]
    assert await topics(owner) == ["auth.user.sign_up_repeated"]


async def test_the_address_of_a_deleted_account_is_free(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    there = await a_user(database, email="ada@example.org")
    await owner.execute("update auth.users set deleted_at = now() where id = $1", there.id)

    assert await graph(SIGN_UP, input=ADA) == ACCEPTED

    assert await owner.fetchval("select count(*) from auth.users where deleted_at is null") == 1


async def test_fifty_at_once_make_one_account(answer: Any, owner: asyncpg.Connection) -> None:
    bodies = await asyncio.gather(*(answer(SIGN_UP, input=ADA) for _ in range(50)))

    served = [body for body in bodies if not codes(body)]
    refused = [body for body in bodies if codes(body)]
    assert [body["data"] for body in served] == [ACCEPTED] * len(served)
    assert [codes(body) for body in refused] == [["SERVER_BUSY"]] * len(refused)
    assert len(served) >= 30
    assert await owner.fetchval("select count(*) from auth.users") == 1
    assert sorted(await topics(owner)) == [
        *["auth.user.sign_up_repeated"] * (len(served) - 1),
        "auth.user.signed_up",
    ]


@pytest.mark.parametrize(
    ("changed", "refusals"),
    [
        (
            {"password": "twelve minu"},
            [{"__typename": "PasswordTooShort", "path": ["input", "password"], "minimum": 12}],
        ),
        (
            {"password": "x" * 257},
            [{"__typename": "PasswordTooLong", "path": ["input", "password"], "maximum": 256}],
        ),
        (
            {"password": "Password1234"},
            [{"__typename": "PasswordTooCommon", "path": ["input", "password"]}],
        ),
        (
            {"password": "ada@example.org"},
            [{"__typename": "PasswordTooCommon", "path": ["input", "password"]}],
        ),
        ({"name": " A "}, [{"__typename": "NameInvalid", "path": ["input", "name"]}]),
        ({"name": "A\u202edam"}, [{"__typename": "NameInvalid", "path": ["input", "name"]}]),
        ({"name": "A" * 101}, [{"__typename": "NameInvalid", "path": ["input", "name"]}]),
        (
            {"name": "", "password": ""},
            [
                {"__typename": "NameInvalid", "path": ["input", "name"]},
                {"__typename": "PasswordTooShort", "path": ["input", "password"], "minimum": 12},
            ],
        ),
    ],
)
async def test_refuses_and_makes_no_account(
    graph: Any, owner: asyncpg.Connection, changed: Any, refusals: Any
) -> None:
    data = await graph(SIGN_UP, input=ADA | changed)

    assert data["userSignUp"] == {"ok": False, "userErrors": refusals}
    assert await owner.fetchval("select count(*) from auth.users") == 0
    assert await topics(owner) == []


@pytest.mark.parametrize("changed", [{"role": "ADMIN"}, {"email": "not an address"}])
async def test_what_nobody_can_sign_up_with_is_bad_input(
    answer: Any, owner: asyncpg.Connection, changed: Any
) -> None:
    assert codes(await answer(SIGN_UP, input=ADA | changed)) == ["BAD_USER_INPUT"]

    assert await owner.fetchval("select count(*) from auth.users") == 0


async def test_the_password_is_kept_nowhere(graph: Any, owner: asyncpg.Connection) -> None:
    await graph(SIGN_UP, input=ADA)

    kept = await owner.fetchval(
        """select string_agg(row::text, '') from (
             select to_jsonb(u) as row from auth.users u
             union all select to_jsonb(a) from auth.audit_logs a
             union all select to_jsonb(o) from kernel.outbox o) every_row"""
    )
    assert "ada@example.org" in kept
    assert PASSWORD not in kept


def test_admin_is_the_one_role_that_cannot_be_chosen() -> None:
    assert {role.value for role in UserRole} - {role.value for role in SignUpRole} == {"admin"}
