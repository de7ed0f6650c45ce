"""`azora admin create`, the only way to an admin's account."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from gateway.cli_admin import admin
from tests.operations import Operations
from tests.postgres import Urls, beside_the_loop

PASSWORD = "a long way to the well"

SIGN_IN = """
mutation($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    user { role emailVerifiedAt email }
    userErrors { message }
  }
}
"""


def created(urls: Urls, *words: str, given: str = f"{PASSWORD}\n") -> Result:
    arguments = ["create", *words, "--password-file", "-"]
    env = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    result: Result = beside_the_loop(CliRunner().invoke, admin, arguments, input=given, env=env)
    return result


async def test_an_admin_can_sign_in_and_is_in_the_audit_log(
    operations: Operations, owner: asyncpg.Connection, urls: Urls
) -> None:
    result = created(urls, "Root@Example.org", "--name", "Ada Root")
    assert (result.exit_code, result.output) == (0, "root@example.org is an admin.\n")
    given: dict[str, Any] = {"email": "root@example.org", "password": PASSWORD}
    answer = await operations.data(SIGN_IN, as_=ANONYMOUS, **given)
    assert answer["sessionCreate"]["userErrors"] == []
    assert answer["sessionCreate"]["user"]["role"] == "ADMIN"
    assert answer["sessionCreate"]["user"]["emailVerifiedAt"] is not None
    noted = "select action, resource from auth.audit_logs order by id limit 1"
    assert tuple(await owner.fetchrow(noted) or ()) == ("user.appointed", "role:admin")


async def test_an_address_has_one_account(owner: asyncpg.Connection, urls: Urls) -> None:
    assert created(urls, "root@example.org", "--name", "Ada Root").exit_code == 0
    again = created(urls, "root@example.org", "--name", "Eve Root", given="another long way home\n")
    assert again.exit_code == 1
    assert again.output == "Error: root@example.org has an account already.\n"
    assert await owner.fetchval("select array_agg(name) from auth.users") == ["Ada Root"]


@pytest.mark.parametrize(
    ("email", "name", "password", "message"),
    [
        ("root", "Ada Root", PASSWORD, "Not an email address"),
        ("root@example.org", "A", PASSWORD, "This name cannot be used."),
        ("root@example.org", "Ada Root", "short", "The password is too short."),
        ("root@example.org", "Ada Root", "root@example.org", "This password is too much like"),
        ("root@example.org", "Ada Root", "Password1234", "This password is easy to guess."),
        ("root@example.org", "Ada Root", "", "The password is too short."),
    ],
)
async def test_what_will_not_do_makes_nobody(
    database: Database,
    owner: asyncpg.Connection,
    urls: Urls,
    email: str,
    name: str,
    password: str,
    message: str,
) -> None:
    result = created(urls, email, "--name", name, given=f"{password}\n")
    assert result.exit_code == 1
    assert message in result.output
    assert await owner.fetchval("select count(*) from auth.users") == 0


async def test_a_password_may_stand_in_a_file(
    owner: asyncpg.Connection, urls: Urls, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\nnot this\n")
    words = ["create", "root@example.org", "--name", "Ada Root", "--password-file", str(file)]
    env = {"DATABASE_URL": urls.app, "AZORA_OWNER_DATABASE_URL": urls.owner}
    assert beside_the_loop(CliRunner().invoke, admin, words, env=env).exit_code == 0
    assert await owner.fetchval("select role::text from auth.users") == "admin"
