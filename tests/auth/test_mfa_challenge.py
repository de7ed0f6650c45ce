"""What stands between a right password and a session, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.models import TokenType, User
from domains.auth.repository import tokens
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from gateway.context import context_of
from tests.auth.people import EMAIL, signed_in, somebody
from tests.auth.second_factors import (
    SEND,
    STEP,
    VERIFY,
    App,
    a_challenge,
    an_app,
    challenges,
    refusals,
    verified,
)
from tests.auth.sessions import a_session
from tests.operations import codes

WRONG = "000000"


async def a_person_with_an_app(graph: Any, database: Database) -> tuple[User, App]:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)
    return user, await an_app(graph, me)


async def test_a_challenge_is_no_session(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await a_person_with_an_app(graph, database)
    before = await owner.fetchval("select count(*) from auth.sessions")

    token = await a_challenge(graph)

    assert await owner.fetchval("select count(*) from auth.sessions") == before
    assert token.startswith("azot_")
    digests = await owner.fetch("select token_hash::text, details::text from auth.tokens")
    assert token not in str(digests)


async def test_a_challenge_as_a_bearer_is_refused(
    graph: Any, client: Any, database: Database
) -> None:
    await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)

    response = await client.post(
        "/graphql",
        json={"query": "{ viewer { email } }"},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert "UNAUTHENTICATED" in response.text
    assert EMAIL not in response.text


async def test_nothing_is_told_of_the_person_to_who_holds_a_challenge(
    graph: Any, database: Database
) -> None:
    await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)

    wrong = await verified(graph, token, "TOTP", WRONG)

    assert wrong == {
        "accessToken": None,
        "refreshToken": None,
        "session": None,
        "recoveryCodesLeft": None,
        "userErrors": [{"__typename": "CodeInvalid", "path": ["input", "code"]}],
    }


async def test_a_challenge_dies_with_its_right_answer(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(STEP)

    right = await verified(graph, token, "TOTP", app.code())
    clock.move(STEP)
    again = await verified(graph, token, "TOTP", app.code())

    assert right["accessToken"] is not None
    assert again["userErrors"] == [
        {"__typename": "ChallengeInvalid", "path": ["input", "challengeToken"]}
    ]


async def test_a_challenge_dies_with_the_fifth_wrong_answer(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(STEP)

    wrong = [refusals(await verified(graph, token, "TOTP", WRONG)) for _ in range(5)]
    right = await verified(graph, token, "TOTP", app.code())

    assert wrong == [["CodeInvalid"]] * 5
    assert refusals(right) == ["ChallengeInvalid"]


async def test_thirty_answers_at_once_are_five(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    no_limits: None,
) -> None:
    await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)

    shown = await asyncio.gather(*(verified(graph, token, "TOTP", WRONG) for _ in range(30)))

    names = [name for payload in shown for name in refusals(payload)]
    assert (names.count("CodeInvalid"), names.count("ChallengeInvalid")) == (5, 25)
    failures = "select count(*) from auth.audit_logs where action = 'mfa.challenge_failed'"
    assert await owner.fetchval(failures) == 5


async def test_one_challenge_and_code_in_twenty_answers_at_once_open_one_session(
    graph: Any, database: Database, clock: MovedClock, no_limits: None
) -> None:
    _, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(STEP)

    shown = await asyncio.gather(*(verified(graph, token, "TOTP", app.code()) for _ in range(20)))

    assert [payload["accessToken"] is not None for payload in shown].count(True) == 1


async def test_a_challenge_lasts_five_minutes(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(timedelta(minutes=5))

    late = await verified(graph, token, "TOTP", app.code())

    assert refusals(late) == ["ChallengeInvalid"]


async def test_ten_tries_in_a_quarter_of_an_hour_however_many_challenges(
    answer: Any, graph: Any, database: Database, clock: MovedClock
) -> None:
    user, app = await a_person_with_an_app(graph, database)
    # One try confirmed the app.
    asked = await challenges(database, user, 10)

    wrong = [await answer(VERIFY, token=token, method="TOTP", code=WRONG) for token in asked]
    clock.move(timedelta(minutes=1))
    locked = await answer(VERIFY, token=asked[0], method="TOTP", code=app.code())
    clock.move(timedelta(minutes=1))
    later = await verified(graph, asked[0], "TOTP", app.code())

    assert [codes(body) for body in wrong] == [*[[]] * 9, ["RATE_LIMITED"]]
    assert codes(locked) == ["RATE_LIMITED"]
    assert refusals(later) == []


async def test_the_lock_of_second_factors_does_not_hold_a_password_up(
    answer: Any, graph: Any, database: Database
) -> None:
    user, _ = await a_person_with_an_app(graph, database)
    for token in await challenges(database, user, 12):
        await answer(VERIFY, token=token, method="TOTP", code=WRONG)

    assert (await signed_in(graph))["challenge"] is not None


async def test_another_kind_of_token_is_no_challenge(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    user, app = await a_person_with_an_app(graph, database)
    async with database.session(SYSTEM) as session:
        reset = await tokens.issue(
            session, user.id, TokenType.RESET_PASSWORD, lifetime=timedelta(hours=1)
        )
    clock.move(STEP)

    for token in (reset, "azot_", "", "nonsense"):
        assert refusals(await verified(graph, token, "TOTP", app.code())) == ["ChallengeInvalid"]


@pytest.mark.parametrize("method", ["SMS", "EMAIL", "PASSKEY"])
async def test_a_factor_that_the_person_does_not_have_is_not_offered(
    graph: Any, database: Database, method: str
) -> None:
    await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)

    shown = await verified(graph, token, method, WRONG)

    assert refusals(shown) == ["FactorNotOffered"]


@pytest.mark.parametrize("method", ["SMS", "EMAIL", "TOTP"])
async def test_no_code_is_sent_for_a_factor_that_the_person_does_not_have(
    graph: Any, database: Database, owner: asyncpg.Connection, method: str
) -> None:
    await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)

    sent = (await graph(SEND, method=method, token=token))["mfaCodeSend"]

    assert sent == {
        "sent": False,
        "userErrors": [{"__typename": "FactorNotOffered", "path": ["input", "method"]}],
    }
    query = "select count(*) from queue.pgqueuer where entrypoint = 'auth.deliver_code'"
    assert await owner.fetchval(query) == 0


async def test_an_account_that_was_closed_meanwhile_is_not_let_in(
    graph: Any, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(STEP)
    query = "update auth.users set disabled_at = now(), disabled_reason = 'x' where id = $1"
    await owner.execute(query, user.id)

    shown = await verified(graph, token, "TOTP", app.code())

    assert refusals(shown) == ["AccountDisabled"]
    assert shown["accessToken"] is None


async def test_a_session_after_two_factors_bears_requests(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    user, app = await a_person_with_an_app(graph, database)
    token = await a_challenge(graph)
    clock.move(STEP)

    opened = await verified(graph, token, "TOTP", app.code())
    headers = {"authorization": f"Bearer {opened['accessToken']}"}
    context = await context_of(database, headers, None, "test-request")

    assert context.viewer.user_id == user.id
