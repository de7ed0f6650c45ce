"""What an account's state means for a sign-in; it is told after the right password alone."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.tokens import digest
from domains.auth.models import MFASettings, Passkey
from domains.kernel import keys
from domains.kernel.clock import now
from domains.kernel.database import Database
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, somebody
from tests.makers import put

STATES: dict[str, dict[str, Any]] = {
    "AccountDisabled": {"disabled_at": now(), "disabled_reason": "It was sold."},
    "EmailNotVerified": {"email_verified_at": None},
    "DeletionPending": {
        "deletion_requested_at": now(),
        "purge_at": now() + timedelta(days=30),
    },
}
TOLD = """
mutation ($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    accessToken restoreToken
    userErrors {
      __typename
      ... on AccountDisabled { reason }
      ... on DeletionPending { purgeAt }
    }
  }
}
"""


async def told(graph: Any, password: str = PASSWORD) -> dict[str, Any]:
    error, _ = await told_all(graph, password)
    return error


async def told_all(graph: Any, password: str = PASSWORD) -> tuple[dict[str, Any], str | None]:
    """The refusal, and the token beside it."""
    payload = (await graph(TOLD, email=EMAIL, password=password))["sessionCreate"]
    assert payload["accessToken"] is None
    [error] = payload["userErrors"]
    return error, payload["restoreToken"]


@pytest.mark.parametrize("state", STATES)
async def test_the_right_password_is_told_the_state_and_opens_nothing(
    graph: Any, database: Database, owner: asyncpg.Connection, state: str
) -> None:
    await somebody(database, **STATES[state])

    assert (await told(graph))["__typename"] == state

    assert await owner.fetchval("select count(*) from auth.sessions") == 0
    entry = await owner.fetchrow("select action, outcome, details from auth.audit_logs")
    assert tuple(entry or ()) == ("login.failed", "denied", f'{{"reason": "{state}"}}')
    assert await owner.fetchval("select last_login_at from auth.users") is None


@pytest.mark.parametrize("state", STATES)
async def test_a_wrong_password_is_not_told_the_state(
    graph: Any, database: Database, state: str
) -> None:
    await somebody(database, **STATES[state])

    assert await told(graph, PASSWORD + "!") == {"__typename": "InvalidCredentials"}


async def test_who_closed_an_account_said_why(graph: Any, database: Database) -> None:
    await somebody(database, **STATES["AccountDisabled"])

    assert (await told(graph))["reason"] == "It was sold."


async def test_an_account_that_is_about_to_be_deleted_can_be_restored(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database, **STATES["DeletionPending"])

    error, token = await told_all(graph)

    assert error["purgeAt"] is not None
    assert token is not None
    kept = await owner.fetchrow("select type, token_hash, expires_at from auth.tokens")
    assert kept is not None
    assert kept["type"] == "ACCOUNT_RESTORE"
    assert kept["token_hash"] == digest(token)
    assert abs(kept["expires_at"] - now() - timedelta(minutes=15)) < timedelta(seconds=10)


async def test_a_password_alone_restores_no_account_that_has_a_second_factor(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database, **STATES["DeletionPending"])
    passkey = Passkey(user_id=user.id, name="Phone", credential_id=b"phone", public_key=b"key")
    await put(database, passkey)

    error, token = await told_all(graph)

    assert (error["__typename"], token) == ("DeletionPending", None)
    assert await owner.fetchval("select count(*) from auth.tokens") == 0


async def test_a_second_factor_is_asked_for_before_there_is_a_session(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    secret = keys.seal(b"secret", "of nobody")
    confirmed: dict[str, Any] = {
        "secret_encrypted": secret,
        "totp_confirmed_at": now(),
        "enabled_at": now(),
    }
    await put(database, MFASettings(user_id=user.id, **confirmed))

    payload = (await graph(SIGN_IN, email=EMAIL, password=PASSWORD))["sessionCreate"]

    assert [payload[name] for name in ("accessToken", "refreshToken", "session", "user")] == [
        None
    ] * 4
    assert payload["challenge"]["factors"] == ["TOTP"]
    assert payload["userErrors"] == []
    assert await owner.fetchval("select count(*) from auth.sessions") == 0
    kept = await owner.fetchrow("select type, token_hash, details from auth.tokens")
    token = digest(payload["challenge"]["token"])
    assert tuple(kept or ()) == ("MFA_CHALLENGE", token, '{"methods": ["password"]}')
    assert await owner.fetchval("select action from auth.audit_logs") == "mfa.challenge_created"
    assert await owner.fetchval("select last_login_at from auth.users") is None
