"""`passwordResetRequest` and `passwordReset`, from the outside."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.letters import Letter
from domains.auth.models import TokenType
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from tests.auth.accounts import DONE, NEW_PASSWORD, REQUEST_RESET, RESET, refusals, told
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, open_many, signed_in, somebody
from tests.auth.secrets import a_token, is_living
from tests.mailbox import Mailbox
from tests.makers import a_user
from tests.operations import Operations
from tests.statements import Statements
from tests.worker import work_off

TYPE = TokenType.RESET_PASSWORD
BURNT = [("TokenInvalid", ["input", "token"])]


async def test_the_mailed_secret_sets_a_password_and_ends_all_sessions(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    graph: Any,
) -> None:
    user = await somebody(database)
    await open_many(database, user, 3)
    assert await told(operations, REQUEST_RESET, email=EMAIL) == DONE
    await work_off(database)
    token = mailbox.token(Letter.RESET_PASSWORD, to=EMAIL)

    assert await told(operations, RESET, token=token, newPassword=NEW_PASSWORD) == DONE

    living = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(living) == 0
    logged = "select array_agg(action order by id) from auth.audit_logs where action ^@ 'password'"
    assert await owner.fetchval(logged) == ["password.reset_requested", "password.reset_completed"]
    await work_off(database)
    assert len(mailbox.of(Letter.PASSWORD_CHANGED, to=EMAIL)) == 1
    await signed_in(graph, EMAIL, NEW_PASSWORD)
    old = (await graph(SIGN_IN, email=EMAIL, password=PASSWORD))["sessionCreate"]
    assert [error["__typename"] for error in old["userErrors"]] == ["InvalidCredentials"]


async def test_asking_says_nothing_of_the_address(
    operations: Operations, database: Database, mailbox: Mailbox, owner: asyncpg.Connection
) -> None:
    known = await somebody(database)
    closed: dict[str, Any] = {"disabled_at": now(), "disabled_reason": "test"}
    await a_user(database, email="closed@example.org", **closed)

    for email in (EMAIL, EMAIL, "nobody@example.org", "closed@example.org"):
        assert await told(operations, REQUEST_RESET, email=email) == DONE
    await work_off(database)

    assert [letter.to for letter in mailbox.letters] == [EMAIL]
    logged = await owner.fetch("select user_id, outcome from auth.audit_logs order by id limit 3")
    assert [tuple(row) for row in logged] == [
        (known.id, "success"),
        (known.id, "denied"),
        (None, "denied"),
    ]


async def test_asking_costs_the_same_statements_for_nobody_as_for_somebody(
    operations: Operations, database: Database, statements: Statements
) -> None:
    await a_user(database, email="known@example.org")
    spent = []
    for email in ("warm@example.org", "known@example.org", "nobody@example.org"):
        statements.clear()
        await told(operations, REQUEST_RESET, email=email)
        # Beside these, a connection that is new to a type asks the catalog for it.
        spent.append([each for each in statements if re.search(r"\b(auth|kernel|queue)\.", each)])

    assert spent[1] == spent[2]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", "PasswordTooShort"),
        ("x" * 257, "PasswordTooLong"),
        ("Password1234", "PasswordTooCommon"),
        ("ada@example.org!", "PasswordTooSimilar"),
        ("efghijklmnopqrstu", "PasswordTooWeak"),
    ],
)
async def test_a_password_that_will_not_do_leaves_the_secret_good(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    password: str,
    expected: str,
) -> None:
    user = await somebody(database)
    token = await a_token(database, user, TYPE)

    payload = await told(operations, RESET, token=token, newPassword=password)

    assert refusals(payload) == [(expected, ["input", "newPassword"])]
    assert await is_living(owner, token)
    assert await owner.fetchval("select password_hash from auth.users") == user.password_hash


async def test_of_ten_uses_at_once_one_succeeds(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    token = await a_token(database, await somebody(database), TYPE)

    given = {"token": token, "newPassword": NEW_PASSWORD}
    payloads = await asyncio.gather(*(told(operations, RESET, **given) for _ in range(10)))

    assert [payload["ok"] for payload in payloads].count(True) == 1
    logged = "select count(*) from auth.audit_logs where action = 'password.reset_completed'"
    assert await owner.fetchval(logged) == 1


async def test_a_secret_lasts_half_an_hour_and_the_newest_counts(
    operations: Operations, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    await somebody(database)
    secrets = []
    for _ in range(2):
        await told(operations, REQUEST_RESET, email=EMAIL)
        await work_off(database)
        secrets.append(mailbox.token(Letter.RESET_PASSWORD))
        clock.move(timedelta(minutes=1))

    older = await told(operations, RESET, token=secrets[0], newPassword=NEW_PASSWORD)
    assert refusals(older) == BURNT
    clock.move(timedelta(minutes=29, seconds=1))
    late = await told(operations, RESET, token=secrets[1], newPassword=NEW_PASSWORD)
    assert refusals(late) == BURNT


async def test_it_opens_a_locked_account_and_ends_what_was_begun(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    locked: dict[str, Any] = {"failed_logins": 100, "last_failed_at": now(), "locked_until": now()}
    user = await somebody(database, **locked)
    token = await a_token(database, user, TYPE)
    ended = [
        await a_token(database, user, type)
        for type in (TokenType.EMAIL_CHANGE, TokenType.MFA_CHALLENGE, TokenType.MFA_EMAIL)
    ]
    undo = await a_token(database, user, TokenType.EMAIL_UNDO)

    assert await told(operations, RESET, token=token, newPassword=NEW_PASSWORD) == DONE

    state = await owner.fetchrow(
        "select failed_logins, last_failed_at, locked_until from auth.users"
    )
    assert tuple(state or ()) == (0, None, None)
    assert not any([await is_living(owner, secret) for secret in ended])
    # A thief's new password must not take the way back from the owner of the old address.
    assert await is_living(owner, undo)


async def test_it_leaves_second_factors_as_they_are(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    await owner.execute(
        "insert into auth.mfa_settings (user_id, enabled_at, email_confirmed_at) "
        "values ($1, now(), now())",
        user.id,
    )
    token = await a_token(database, user, TYPE)

    assert await told(operations, RESET, token=token, newPassword=NEW_PASSWORD) == DONE

    assert await owner.fetchval("select enabled_at from auth.mfa_settings") is not None
    assert await owner.fetchval("select count(*) from auth.sessions") == 0


async def test_it_proves_the_address_of_somebody_new(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    await somebody(database, email_verified_at=None)
    await told(operations, REQUEST_RESET, email=EMAIL)
    await work_off(database)
    token = mailbox.token(Letter.RESET_PASSWORD)

    assert await told(operations, RESET, token=token, newPassword=NEW_PASSWORD) == DONE
    await work_off(database)

    assert await owner.fetchval("select email_verified_at from auth.users") is not None
    assert await owner.fetchval("select email from education.students") == EMAIL


async def test_a_secret_of_an_address_that_was_given_up_is_good_for_nothing(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    token = await a_token(database, user, TYPE, email="given.up@example.org")

    payload = await told(operations, RESET, token=token, newPassword=NEW_PASSWORD)

    assert refusals(payload) == BURNT
    assert await owner.fetchval("select password_hash from auth.users") == user.password_hash
