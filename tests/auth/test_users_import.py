"""`azora users import`, which brings accounts from another system."""

import json
from pathlib import Path
from typing import Any

import asyncpg
import bcrypt
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from domains.kernel.database import Database
from gateway.cli_users import users
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, signed_in
from tests.makers import a_user
from tests.operations import Operations
from tests.postgres import Urls, beside_the_loop
from tests.worker import work_off

BCRYPT = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
ARGON2 = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
ADA = {"email": "Ada@Example.org", "name": " Ada  King", "passwordHash": BCRYPT}
BOB = {
    "email": "bob@example.org",
    "name": "Bob",
    "passwordHash": ARGON2,
    "role": "educator",
    "emailVerified": True,
}


def imported(urls: Urls, folder: Path, *lines: Any) -> Result:
    file = folder / "users.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("\n".join(texts) + "\n")
    env = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    result: Result = beside_the_loop(CliRunner().invoke, users, ["import", str(file)], env=env)
    return result


async def test_people_sign_in_with_the_passwords_they_have(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    urls: Urls,
    tmp_path: Path,
    graph: Any,
) -> None:
    result = imported(urls, tmp_path, ADA | {"emailVerified": True}, "", BOB)

    assert (result.exit_code, result.output) == (0, "2 imported, 0 had an account already.\n")
    rows = await owner.fetch("select email, name, role, pepper_kid from auth.users order by email")
    assert [tuple(row) for row in rows] == [
        (EMAIL, "Ada King", "student", None),
        ("bob@example.org", "Bob", "educator", None),
    ]
    await work_off(database)
    assert await owner.fetchval("select email from education.students") == EMAIL
    for email in (EMAIL, "bob@example.org"):
        await signed_in(graph, email)
    peppered = "select count(*) from auth.users where pepper_kid = 'local'"
    assert await owner.fetchval(peppered) == 2
    logged = "select count(*) from auth.audit_logs where action = 'password.rehashed'"
    assert await owner.fetchval(logged) == 2


async def test_an_address_that_nobody_proved_elsewhere_is_to_be_proved_here(
    database: Database, owner: asyncpg.Connection, urls: Urls, tmp_path: Path, graph: Any
) -> None:
    imported(urls, tmp_path, ADA)

    payload = (await graph(SIGN_IN, email=EMAIL, password=PASSWORD))["sessionCreate"]

    assert [error["__typename"] for error in payload["userErrors"]] == ["EmailNotVerified"]
    assert await owner.fetchval("select count(*) from kernel.outbox") == 0


async def test_who_has_an_account_keeps_it_and_a_second_run_changes_nothing(
    database: Database, owner: asyncpg.Connection, urls: Urls, tmp_path: Path
) -> None:
    await a_user(database, email=EMAIL, name="The First")

    outputs = [imported(urls, tmp_path, ADA, BOB).output for _ in range(2)]

    assert outputs == [
        "1 imported, 1 had an account already.\n",
        "0 imported, 2 had an account already.\n",
    ]
    names = "select array_agg(name order by email) from auth.users"
    assert await owner.fetchval(names) == ["The First", "Bob"]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        (BOB | {"role": "admin"}, "line 2: an admin is not imported"),
        (BOB | {"role": "king"}, "line 2: role: Input should be 'student', 'educator'"),
        (BOB | {"passwordHash": "$2y$10$" + "a" * 53}, "line 2: the password's hash is neither"),
        (BOB | {"passwordHash": "$2b$15$" + "a" * 53}, "line 2: the password's hash is neither"),
        (BOB | {"passwordHash": PASSWORD}, "line 2: the password's hash is neither"),
        (BOB | {"passwordHash": None}, "line 2: passwordHash: Input should be a valid string"),
        (BOB | {"email": "bob"}, "line 2: email: Value error, not an email address"),
        (BOB | {"email": EMAIL}, "line 2: line 1 has this address"),
        (BOB | {"name": "B"}, "line 2: this name cannot be used"),
        (BOB | {"password": PASSWORD}, "line 2: password: Extra inputs are not permitted"),
        ("{", "line 2: Invalid JSON"),
        ("[]", "line 2: Input should be an object"),
    ],
)
async def test_one_mistake_and_nothing_is_imported(
    owner: asyncpg.Connection, urls: Urls, tmp_path: Path, line: Any, mistake: str
) -> None:
    result = imported(urls, tmp_path, ADA, line)

    assert result.exit_code == 1
    assert result.output.startswith("Error: Nothing was imported.\n")
    assert mistake in result.output
    assert PASSWORD not in result.output
    assert await owner.fetchval("select count(*) from auth.users") == 0


async def test_of_many_mistakes_some_are_shown(urls: Urls, tmp_path: Path) -> None:
    result = imported(urls, tmp_path, *["{}"] * 30)

    assert result.output.splitlines()[-1] == "and 70 more"
