"""`sessionRefresh`, from the outside."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.public import choices
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import Viewer
from gateway.context import context_of
from tests.auth.people import REFRESH, all_at_once, signed_in, somebody
from tests.operations import codes

ENDED = "The session has ended. Sign in again."
SECOND = timedelta(seconds=1)


@pytest.fixture
def grace() -> Iterator[timedelta]:
    """Used tokens may come again for ten seconds."""
    choices.reuse_grace = timedelta(seconds=10)
    yield choices.reuse_grace
    choices.reuse_grace = timedelta(0)


async def refreshed(answer: Any, token: str) -> dict[str, Any]:
    """What a refresh that succeeds answers."""
    body = await answer(REFRESH, token=token)
    assert "errors" not in body
    payload: dict[str, Any] = body["data"]["sessionRefresh"]
    return payload


async def refused(answer: Any, token: str) -> None:
    """Whatever is wrong with a token, nothing more is told."""
    body = await answer(REFRESH, token=token)
    assert body["data"] == {"sessionRefresh": None}
    assert codes(body) == ["UNAUTHENTICATED"]
    assert [error["message"] for error in body["errors"]] == [ENDED]


async def bearer(database: Database, token: str) -> Viewer | None:
    """Whom an access token proves."""
    headers = {"authorization": f"Bearer {token}"}
    try:
        return (await context_of(database, headers, None, "request")).viewer
    except Unauthenticated:
        return None


async def actions(owner: asyncpg.Connection) -> list[str]:
    rows = await owner.fetch("select action from auth.audit_logs order by id")
    return [row["action"] for row in rows]


async def living(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("select count(*) from auth.sessions where revoked_at is null")
    return found


async def test_a_refresh_brings_both_tokens_anew_and_ends_those_before(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    first = await signed_in(graph)

    second = await refreshed(answer, first["refreshToken"])

    assert second["session"]["id"] == first["session"]["id"]
    assert second["refreshToken"] != first["refreshToken"]
    assert await bearer(database, first["accessToken"]) is None
    viewer = await bearer(database, second["accessToken"])
    assert viewer is not None
    assert viewer.user_id == user.id
    [session] = await owner.fetch("select * from auth.sessions")
    used, successor = await owner.fetch("select * from auth.refresh_tokens order by created_at")
    assert used["replaced_by_id"] == successor["id"]
    assert successor["used_at"] is None
    assert successor["expires_at"] == session["renewable_until"]
    assert session["last_seen_at"] == used["used_at"]
    assert await actions(owner) == ["login.succeeded", "token.refreshed"]


async def test_of_thirty_uses_at_once_one_mints_a_pair(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    token = (await signed_in(graph))["refreshToken"]

    bodies = await all_at_once(30, lambda: answer(REFRESH, token=token))

    minted = [body for body in bodies if body["data"]["sessionRefresh"] is not None]
    assert len(minted) == 1
    assert await owner.fetchval("select count(*) from auth.refresh_tokens") == 2
    # The others were reuse, so what was minted is worth nothing.
    assert await living(owner) == 0
    assert (await actions(owner)).count("token.reuse_detected") == 1


async def test_a_use_by_a_clock_that_is_behind_the_one_before_is_a_reuse_too(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    token = (await signed_in(graph))["refreshToken"]
    await refreshed(answer, token)
    await owner.execute("update auth.refresh_tokens set used_at = used_at + interval '1 minute'")

    await refused(answer, token)

    assert await living(owner) == 0


async def test_a_token_that_comes_again_ends_its_whole_family(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    first = await signed_in(graph)
    elsewhere = await signed_in(graph)
    second = await refreshed(answer, first["refreshToken"])
    third = await refreshed(answer, second["refreshToken"])

    await refused(answer, first["refreshToken"])

    await refused(answer, third["refreshToken"])
    assert await bearer(database, third["accessToken"]) is None
    assert await bearer(database, elsewhere["accessToken"]) is not None
    [session] = await owner.fetch("select * from auth.sessions where revoked_at is not null")
    assert session["revoked_reason"] == "refresh token reused"
    alive = "select count(*) from auth.refresh_tokens where session_id = $1 and revoked_at is null"
    assert await owner.fetchval(alive, session["id"]) == 0
    assert (await actions(owner))[-1] == "token.reuse_detected"
    assert await owner.fetchval("select outcome from auth.audit_logs order by id desc") == "denied"


async def test_the_owner_is_told_of_a_reuse_once(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    token = (await signed_in(graph))["refreshToken"]
    await refreshed(answer, token)

    await all_at_once(5, lambda: refused(answer, token))

    queued = await owner.fetch("select payload from queue.pgqueuer")
    assert len(queued) == 1
    assert b"token_reused" in queued[0]["payload"]
    assert token.encode() not in queued[0]["payload"]


@pytest.mark.parametrize("token", ["", "azrt_", "azrt_" + "x" * 43, "azat_" + "x" * 43, "é" * 48])
async def test_what_is_no_token_renews_nothing(
    answer: Any, database: Database, owner: asyncpg.Connection, token: str
) -> None:
    await refused(answer, token)
    assert await actions(owner) == []


async def test_an_access_token_renews_nothing(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)

    await refused(answer, (await signed_in(graph))["accessToken"])

    assert await living(owner) == 1


async def test_an_access_token_ends_after_a_quarter_of_an_hour(
    graph: Any, answer: Any, database: Database, clock: MovedClock
) -> None:
    await somebody(database)
    opened = await signed_in(graph)
    clock.move(timedelta(minutes=15) - SECOND)
    assert await bearer(database, opened["accessToken"]) is not None

    clock.move(2 * SECOND)

    assert await bearer(database, opened["accessToken"]) is None
    again = await refreshed(answer, opened["refreshToken"])
    assert await bearer(database, again["accessToken"]) is not None


async def test_a_session_that_nobody_renews_ends_after_seven_days(
    graph: Any, answer: Any, database: Database, clock: MovedClock, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    kept, left = await signed_in(graph), await signed_in(graph)
    clock.move(timedelta(days=7) - SECOND)
    kept = await refreshed(answer, kept["refreshToken"])

    clock.move(2 * SECOND)

    await refused(answer, left["refreshToken"])
    await refreshed(answer, kept["refreshToken"])
    # That it ran out is no sign of a thief.
    assert await living(owner) == 2


async def test_no_refresh_moves_the_end_of_a_session(
    graph: Any, answer: Any, database: Database, clock: MovedClock, owner: asyncpg.Connection
) -> None:
    await somebody(database)
    opened = await signed_in(graph)
    end = await owner.fetchval("select expires_at from auth.sessions")
    for _ in range(4):
        clock.move(timedelta(days=6))
        opened = await refreshed(answer, opened["refreshToken"])
    clock.move(end - now() - timedelta(minutes=5))

    last = await refreshed(answer, opened["refreshToken"])

    [session] = await owner.fetch("select * from auth.sessions")
    assert session["expires_at"] == end
    assert session["access_expires_at"] == session["renewable_until"] == end
    clock.move(timedelta(minutes=5))
    assert await bearer(database, last["accessToken"]) is None
    await refused(answer, last["refreshToken"])


@pytest.mark.parametrize(
    "change", ["disabled_at = now(), disabled_reason = 'x'", "deleted_at = now()"]
)
async def test_nobody_renews_the_session_of_an_account_that_is_closed(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection, change: str
) -> None:
    await somebody(database)
    token = (await signed_in(graph))["refreshToken"]
    await owner.execute(f"update auth.users set {change}")

    await refused(answer, token)

    assert await owner.fetchval("select count(*) from auth.refresh_tokens") == 1


async def test_within_the_grace_a_lost_answer_can_be_asked_for_again(
    graph: Any,
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    grace: timedelta,
) -> None:
    await somebody(database)
    first = await signed_in(graph)
    await refreshed(answer, first["refreshToken"])
    clock.move(grace - SECOND)

    again = await refreshed(answer, first["refreshToken"])

    assert await bearer(database, again["accessToken"]) is not None
    await refreshed(answer, again["refreshToken"])
    assert await living(owner) == 1


async def test_after_the_grace_it_is_reuse(
    graph: Any,
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    grace: timedelta,
) -> None:
    await somebody(database)
    first = await signed_in(graph)
    await refreshed(answer, first["refreshToken"])
    clock.move(grace)

    await refused(answer, first["refreshToken"])

    assert await living(owner) == 0


async def test_two_steps_back_is_reuse_even_within_the_grace(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection, grace: timedelta
) -> None:
    await somebody(database)
    first = await signed_in(graph)
    second = await refreshed(answer, first["refreshToken"])
    await refreshed(answer, second["refreshToken"])

    await refused(answer, first["refreshToken"])

    assert await living(owner) == 0


async def test_of_two_successors_the_use_of_one_retires_the_other(
    graph: Any,
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    grace: timedelta,
) -> None:
    await somebody(database)
    first = await signed_in(graph)
    mine = await refreshed(answer, first["refreshToken"])
    theirs = await refreshed(answer, first["refreshToken"])
    await refreshed(answer, mine["refreshToken"])
    clock.move(grace)

    await refused(answer, theirs["refreshToken"])

    assert await living(owner) == 0


async def test_within_the_grace_thirty_uses_at_once_leave_one_session_alive(
    graph: Any, answer: Any, database: Database, owner: asyncpg.Connection, grace: timedelta
) -> None:
    await somebody(database)
    token = (await signed_in(graph))["refreshToken"]

    bodies = await all_at_once(30, lambda: answer(REFRESH, token=token))

    pairs = [body["data"]["sessionRefresh"] for body in bodies]
    proven = [await bearer(database, pair["accessToken"]) for pair in pairs]
    assert len([viewer for viewer in proven if viewer is not None]) == 1
    assert await living(owner) == 1
