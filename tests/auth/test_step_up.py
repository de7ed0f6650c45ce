"""`sessionStepUp`, from the outside."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pyotp
import pytest

from domains.auth.models import MFASettings
from domains.auth.public import PROVEN_SINCE, proof_needed_since
from domains.auth.service import factors
from domains.auth.service.sessions import OpenedSession
from domains.kernel import keys
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.auth.people import PASSWORD, REFRESH, all_at_once, open_many, signed_in, somebody
from tests.auth.sessions import a_session
from tests.makers import a_user, put
from tests.operations import codes

STEP_UP = """
mutation ($input: SessionStepUpInput!) {
  sessionStepUp(input: $input) {
    accessToken refreshToken session { aal methods authenticatedAt }
    userErrors { __typename path }
  }
}
"""
REVOKE_ALL = "mutation { sessionRevokeAll { revoked } }"
SECRET = pyotp.random_base32()
WINDOW = timedelta(minutes=10)
MOMENT = timedelta(seconds=1)


@pytest.fixture
async def stale(database: Database, clock: MovedClock) -> OpenedSession:
    """A session that somebody signed in to eleven minutes ago."""
    [stale] = await open_many(database, await somebody(database), 1)
    clock.move(timedelta(minutes=11))
    return stale


async def with_an_app(database: Database, user_id: Any) -> None:
    """Have somebody's authenticator app count."""
    sealed = keys.seal(SECRET.encode(), factors.about(user_id))
    confirmed: dict[str, Any] = {
        "secret_encrypted": sealed,
        "totp_confirmed_at": now(),
        "enabled_at": now(),
    }
    await put(database, MFASettings(user_id=user_id, **confirmed))


async def stepped_up(graph: Any, viewer: Viewer, **given: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await graph(STEP_UP, as_=viewer, input=given))["sessionStepUp"]
    return payload


async def test_a_proof_lasts_for_ten_minutes(
    graph: Any, answer: Any, database: Database, stale: OpenedSession, clock: MovedClock
) -> None:
    assert codes(await answer(REVOKE_ALL, as_=stale.viewer)) == ["STEP_UP_REQUIRED"]
    await stepped_up(graph, stale.viewer, password=PASSWORD)
    clock.move(WINDOW + MOMENT)
    assert codes(await answer(REVOKE_ALL, as_=stale.viewer)) == ["STEP_UP_REQUIRED"]
    await stepped_up(graph, stale.viewer, password=PASSWORD)
    clock.move(WINDOW - MOMENT)

    assert await graph(REVOKE_ALL, as_=stale.viewer) == {"sessionRevokeAll": {"revoked": 1}}


async def test_the_tokens_are_other_ones_afterwards(
    graph: Any,
    answer: Any,
    client: httpx.AsyncClient,
    stale: OpenedSession,
    owner: asyncpg.Connection,
) -> None:
    payload = await stepped_up(graph, stale.viewer, password=PASSWORD)

    assert payload["session"]["aal"] == 1
    assert payload["session"]["methods"] == ["password"]
    me = {"query": "{ viewer { id } }"}
    for token, status in ((stale.token, 401), (payload["accessToken"], 200)):
        headers = {"authorization": f"Bearer {token}"}
        response = await client.post("/graphql", json=me, headers=headers)
        assert response.status_code == status
    assert (await answer(REFRESH, token=payload["refreshToken"]))["data"]["sessionRefresh"]
    entry = await owner.fetch("select action, details ->> 'method' as how from auth.audit_logs")
    assert ("session.stepped_up", "password") in [tuple(row) for row in entry]


async def test_the_refresh_token_of_before_is_used_up(
    graph: Any, answer: Any, stale: OpenedSession, owner: asyncpg.Connection
) -> None:
    await stepped_up(graph, stale.viewer, password=PASSWORD)

    body = await answer(REFRESH, token=stale.refresh_token)

    assert codes(body) == ["UNAUTHENTICATED"]
    reason = await owner.fetchval("select revoked_reason from auth.sessions")
    assert reason == "refresh token reused"


async def test_a_wrong_password_proves_nothing_and_counts_as_at_a_sign_in(
    graph: Any, answer: Any, stale: OpenedSession, owner: asyncpg.Connection
) -> None:
    payload = await stepped_up(graph, stale.viewer, password=PASSWORD + "!")

    error = {"__typename": "PasswordWrong", "path": ["input", "password"]}
    assert payload["userErrors"] == [error]
    assert payload["accessToken"] is None
    assert codes(await answer(REVOKE_ALL, as_=stale.viewer)) == ["STEP_UP_REQUIRED"]
    assert await owner.fetchval("select failed_logins from auth.users") == 1


async def test_of_thirty_wrong_passwords_at_once_five_count_and_lock_the_account(
    graph: Any, answer: Any, stale: OpenedSession, owner: asyncpg.Connection
) -> None:
    given = {"password": PASSWORD + "!"}
    await all_at_once(10, lambda: answer(STEP_UP, as_=stale.viewer, input=given))

    assert await owner.fetchval("select failed_logins from auth.users") == 5
    assert await owner.fetchval("select locked_until from auth.users") > now()


async def test_a_code_proves_it_and_makes_the_session_surer(
    graph: Any, database: Database, stale: OpenedSession
) -> None:
    await with_an_app(database, stale.viewer.user_id)
    code = pyotp.TOTP(SECRET).at(now())

    payload = await stepped_up(graph, stale.viewer, method="TOTP", code=code)

    assert payload["userErrors"] == []
    assert payload["session"]["aal"] == 2
    assert payload["session"]["methods"] == ["password", "totp"]
    again = await stepped_up(graph, stale.viewer, method="TOTP", code=code)
    assert [error["__typename"] for error in again["userErrors"]] == ["CodeInvalid"]


async def test_a_wrong_code_does_not_count_against_the_password(
    graph: Any, database: Database, stale: OpenedSession, owner: asyncpg.Connection
) -> None:
    await with_an_app(database, stale.viewer.user_id)

    payload = await stepped_up(graph, stale.viewer, method="TOTP", code="000000")

    error = {"__typename": "CodeInvalid", "path": ["input", "code"]}
    assert payload["userErrors"] == [error]
    assert await owner.fetchval("select failed_logins from auth.users") == 0


async def test_it_is_told_what_can_prove_it(
    answer: Any, database: Database, stale: OpenedSession
) -> None:
    await with_an_app(database, stale.viewer.user_id)

    body = await answer(REVOKE_ALL, as_=stale.viewer)

    assert body["errors"][0]["extensions"]["factors"] == ["password", "totp"]


@pytest.mark.parametrize(
    "given",
    [{}, {"method": "TOTP"}, {"code": "123456"}, {"password": PASSWORD, "code": "123456"}],
    ids=["nothing", "no code", "no method", "two at once"],
)
async def test_one_whole_proof_is_needed(
    graph: Any, stale: OpenedSession, given: dict[str, Any]
) -> None:
    payload = await stepped_up(graph, stale.viewer, **given)

    assert payload["userErrors"] == [{"__typename": "ProofMissing", "path": ["input"]}]


async def test_nobody_proves_to_be_somebody_else(
    answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user, admin = await somebody(database), await a_user(database)
    given = {"impersonator_id": admin.id, "impersonation_reason": "They asked for it."}
    _, acting, _ = await a_session(database, user, **given)

    body = await answer(STEP_UP, as_=acting, input={"password": PASSWORD})

    assert codes(body) == ["FORBIDDEN"]
    assert await owner.fetchval("select failed_logins from auth.users where id = $1", user.id) == 0


async def test_who_is_not_signed_in_proves_nothing(answer: Any, database: Database) -> None:
    assert codes(await answer(STEP_UP, input={"password": PASSWORD})) == ["UNAUTHENTICATED"]


async def test_a_proof_counts_in_its_own_session_alone(
    graph: Any, answer: Any, database: Database, stale: OpenedSession
) -> None:
    fresh = await signed_in(graph)
    assert fresh["accessToken"] is not None

    assert codes(await answer(REVOKE_ALL, as_=stale.viewer)) == ["STEP_UP_REQUIRED"]


async def test_one_statement_can_ask_whether_somebody_proved_lately_who_they_are(
    database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user, other = await somebody(database), await a_user(database)
    [opened] = await open_many(database, user, 1)
    acted = {"impersonation_reason": "to help", "impersonator_name": other.name}
    _, helped, _ = await a_session(database, user, impersonator_id=other.id, **acted)

    async def proven(viewer: Viewer, user_id: Any = user.id) -> Any:
        asked = (viewer.session_id, user_id, now(), proof_needed_since())
        return await database.value(f"select {PROVEN_SINCE}($1, $2, $3, $4)", [*asked])

    assert await proven(opened.viewer) is True
    assert [await proven(opened.viewer, other.id), await proven(helped)] == [False, False]
    clock.move(WINDOW - MOMENT)
    assert await proven(opened.viewer) is True
    clock.move(2 * MOMENT)
    assert await proven(opened.viewer) is False
    clock.move(-WINDOW)
    assert await proven(opened.viewer) is True
    await owner.execute("update auth.sessions set revoked_at = now()")
    assert await proven(opened.viewer) is False
