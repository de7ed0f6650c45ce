"""`passwordChange`, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.letters import Letter
from domains.auth.models import TokenType
from domains.auth.public import viewer_of
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from tests.auth.accounts import CHANGE_PASSWORD, NEW_PASSWORD, ask, at_home, refusals, told
from tests.auth.people import EMAIL, PASSWORD, REFRESH, open_many, signed_in, somebody
from tests.auth.secrets import a_token, is_living
from tests.mailbox import Mailbox
from tests.makers import a_user
from tests.operations import Operations, codes
from tests.worker import work_off

RIGHT: dict[str, Any] = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}


async def test_the_new_password_signs_in_and_all_other_sessions_end(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    graph: Any,
) -> None:
    user = await somebody(database)
    here, *others = await open_many(database, user, 3)

    payload = await told(operations, CHANGE_PASSWORD, as_=here.viewer, **RIGHT)

    assert (payload["userErrors"], payload["user"]) == ([], {"email": EMAIL})
    assert await viewer_of(database, payload["accessToken"]) == here.viewer
    for old in (here, *others):
        assert await viewer_of(database, old.token) is None
    renewed = await graph(REFRESH, token=payload["refreshToken"])
    assert renewed["sessionRefresh"]["session"] == payload["session"]
    assert await owner.fetchval(
        "select count(*) from auth.audit_logs where action = 'password.changed'"
    )
    await work_off(database)
    assert len(mailbox.of(Letter.PASSWORD_CHANGED, to=EMAIL)) == 1
    await signed_in(graph, EMAIL, NEW_PASSWORD)


async def test_a_wrong_password_changes_nothing_and_counts_as_a_try(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    me, other = await open_many(database, user, 2)

    payload = await told(
        operations,
        CHANGE_PASSWORD,
        as_=me.viewer,
        currentPassword="not the password",
        newPassword=NEW_PASSWORD,
    )

    assert refusals(payload) == [("PasswordWrong", ["input", "currentPassword"])]
    assert payload["accessToken"] is None
    known = await owner.fetchrow("select password_hash, failed_logins from auth.users")
    assert tuple(known or ()) == (user.password_hash, 1)
    assert await viewer_of(database, me.token) is not None
    assert await viewer_of(database, other.token) is not None


async def test_of_thirty_wrong_passwords_at_once_five_are_compared(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    me = await at_home(database, await somebody(database))
    wrong: dict[str, Any] = {"currentPassword": "not the password", "newPassword": NEW_PASSWORD}
    asked = [
        ask(operations, CHANGE_PASSWORD, as_=me, **wrong, address=f"198.51.100.{n}")
        for n in range(30)
    ]

    await asyncio.gather(*asked)

    assert await owner.fetchval("select failed_logins from auth.users") == 5
    right = await told(operations, CHANGE_PASSWORD, as_=me, **RIGHT)
    assert refusals(right) == [("PasswordWrong", ["input", "currentPassword"])]


async def test_a_password_that_will_not_do_is_no_try(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    me = await at_home(database, await somebody(database))

    for new, expected in (("short", "PasswordTooShort"), (EMAIL, "PasswordTooSimilar")):
        given = {"currentPassword": "not the password", "newPassword": new}
        payload = await told(operations, CHANGE_PASSWORD, as_=me, **given)
        assert refusals(payload) == [(expected, ["input", "newPassword"])]

    assert await owner.fetchval("select failed_logins from auth.users") == 0


async def test_it_wants_a_proof_of_the_last_minutes(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    clock.move(timedelta(minutes=10, seconds=1))

    body = await ask(operations, CHANGE_PASSWORD, as_=me, **RIGHT)

    assert codes(body) == ["STEP_UP_REQUIRED"]
    assert body["errors"][0]["extensions"]["factors"] == ["password"]
    assert await owner.fetchval("select password_hash from auth.users") == user.password_hash


async def test_nobody_else_may(operations: Operations, database: Database) -> None:
    user = await somebody(database)
    admin = await a_user(database)
    given: dict[str, Any] = {"impersonator_id": admin.id, "impersonation_reason": "to help"}
    acting = await at_home(database, user, **given, impersonator_name="An Admin")

    assert codes(await ask(operations, CHANGE_PASSWORD, **RIGHT)) == ["UNAUTHENTICATED"]
    assert codes(await ask(operations, CHANGE_PASSWORD, as_=acting, **RIGHT)) == ["FORBIDDEN"]


async def test_a_session_that_was_ended_meanwhile_changes_nothing(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    await owner.execute("update auth.sessions set revoked_at = now()")

    assert codes(await ask(operations, CHANGE_PASSWORD, as_=me, **RIGHT)) == ["STEP_UP_REQUIRED"]
    assert await owner.fetchval("select password_hash from auth.users") == user.password_hash


async def test_what_was_begun_under_the_old_password_ends(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    begun = [
        await a_token(database, user, type)
        for type in (TokenType.RESET_PASSWORD, TokenType.EMAIL_CHANGE, TokenType.MFA_CHALLENGE)
    ]

    await told(operations, CHANGE_PASSWORD, as_=await at_home(database, user), **RIGHT)

    assert not any([await is_living(owner, secret) for secret in begun])


@pytest.mark.parametrize("values", [{"password": None}, {}], ids=["without", "with"])
async def test_who_has_no_password_sets_one_by_mail(
    operations: Operations, database: Database, values: Any
) -> None:
    me = await at_home(database, await somebody(database, **values))

    payload = await told(operations, CHANGE_PASSWORD, as_=me, **RIGHT)

    expected = [("PasswordWrong", ["input", "currentPassword"])] if values else []
    assert refusals(payload) == expected
    assert me != ANONYMOUS
