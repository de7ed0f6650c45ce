"""What a sign-in that fails tells, costs and counts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import asyncpg
import pytest
from argon2 import PasswordHasher

from domains.auth.engine.passwords import hashes as engine
from domains.auth.engine.passwords import threads
from domains.auth.public import choices
from domains.auth.service.rates import Rates
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, all_at_once, signed_in, somebody
from tests.operations import codes
from tests.statements import Statements, reads

WRONG = PASSWORD + "!"
NOTHING = {
    "accessToken": None,
    "expiresAt": None,
    "refreshToken": None,
    "refreshExpiresAt": None,
    "session": None,
    "user": None,
    "challenge": None,
}
REFUSED = NOTHING | {
    "userErrors": [
        {
            "__typename": "InvalidCredentials",
            "message": "The address or the password is wrong.",
            "path": ["input"],
        }
    ]
}
MINUTE = timedelta(minutes=1)


class Counting(PasswordHasher):
    """Notes what a password is compared with."""

    compared: list[str | bytes] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        Counting.compared.append(hash)
        return super().verify(hash, password)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str | bytes]:
    """The hashes that passwords were compared with."""
    known = engine.HASHER
    counting = Counting(known.time_cost, known.memory_cost, known.parallelism)
    monkeypatch.setattr(engine, "HASHER", counting)
    Counting.compared.clear()
    return Counting.compared


@pytest.fixture
def unlimited() -> Iterator[None]:
    """Addresses may try as often as they like."""
    before = choices.rates
    choices.rates = Rates(sign_in_per_address=10_000, sign_in_per_account=10_000)
    yield
    choices.rates = before


async def tried(graph: Any, email: str = EMAIL, password: str = WRONG) -> dict[str, Any]:
    payload: dict[str, Any] = (await graph(SIGN_IN, email=email, password=password))[
        "sessionCreate"
    ]
    return payload


async def crowd(database: Database, owner: asyncpg.Connection) -> list[tuple[str, str, str]]:
    """Addresses, passwords that fail, and what the log alone says of it."""
    for name in ("right", "deleted", "locked", "disabled"):
        await somebody(database, email=f"{name}@example.org")
    await somebody(database, None, email="without@example.org")
    await owner.execute("update auth.users set deleted_at = now() where email ^@ 'deleted'")
    await owner.execute(
        "update auth.users set locked_until = now() + interval '1 hour' where email ^@ 'locked'"
    )
    await owner.execute(
        "update auth.users set disabled_at = now(), disabled_reason = 'x' where email ^@ 'disabled'"
    )
    return [
        ("right@example.org", WRONG, "wrong password"),
        ("right@example.org", "", "wrong password"),
        ("right@example.org", "x" * 5000, "wrong password"),
        ("nobody@example.org", PASSWORD, "no such account"),
        ("deleted@example.org", PASSWORD, "no such account"),
        ("locked@example.org", PASSWORD, "locked"),
        ("disabled@example.org", WRONG, "wrong password"),
        ("without@example.org", PASSWORD, "no password"),
        ("without@example.org", "", "no password"),
    ]


async def test_every_failure_is_answered_alike_and_costs_the_same(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    statements: Statements,
    compared: list[str | bytes],
) -> None:
    attempts = await crowd(database, owner)
    await tried(graph)
    costs = []

    for email, password, _ in attempts:
        compared.clear()
        statements.clear()
        assert await tried(graph, email, password) == REFUSED, (email, password)
        costs.append((len(compared), reads(statements)))

    assert costs == [costs[0]] * len(attempts)
    assert costs[0][0] == 1
    assert await owner.fetchval("select count(*) from auth.sessions") == 0


async def test_the_reason_stands_in_the_log_alone(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    attempts = await crowd(database, owner)

    for email, password, _ in attempts:
        await tried(graph, email, password)

    rows = await owner.fetch(
        "select action, details, l::text as row from auth.audit_logs l order by id"
    )
    assert [row["action"] for row in rows] == ["login.failed"] * len(attempts)
    for row, (_, _, reason) in zip(rows, attempts, strict=True):
        assert f'"{reason}"' in row["details"]
    text = "".join(row["row"] for row in rows)
    assert PASSWORD not in text
    # What was typed as an address may have been a password.
    assert "nobody" not in text


async def test_thirty_wrong_passwords_at_once_are_compared_five_times(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    compared: list[str | bytes],
    unlimited: None,
) -> None:
    user = await somebody(database)

    payloads = await all_at_once(30, lambda: tried(graph))

    assert payloads == [REFUSED] * 30
    assert len(compared) == 30
    assert compared.count(str(user.password_hash)) == 5
    assert await owner.fetchval("select failed_logins from auth.users") == 5
    locked = "select count(*) from auth.audit_logs where action = 'login.locked'"
    assert await owner.fetchval(locked) == 1


async def test_a_locked_account_opens_by_itself_and_locks_for_longer_each_time(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    unlimited: None,
) -> None:
    await somebody(database)
    for _ in range(4):
        await tried(graph)
    assert await owner.fetchval("select locked_until from auth.users") is None
    locks = []

    for _ in range(6):
        await tried(graph)
        until = await owner.fetchval("select locked_until from auth.users")
        locks.append(round((until - now()) / MINUTE))
        clock.move(until - now() - timedelta(seconds=1))
        assert await tried(graph, password=PASSWORD) == REFUSED
        clock.move(timedelta(seconds=2))

    assert locks == [1, 2, 4, 8, 15, 15]
    await signed_in(graph)
    left = await owner.fetchrow(
        "select failed_logins, last_failed_at, locked_until from auth.users"
    )
    assert tuple(left or ()) == (0, None, None)


async def test_failures_are_forgotten_after_twelve_hours(
    graph: Any, database: Database, owner: asyncpg.Connection, clock: MovedClock, unlimited: None
) -> None:
    await somebody(database)
    for _ in range(4):
        await tried(graph)
    clock.move(timedelta(hours=12, seconds=1))

    await tried(graph)

    left = await owner.fetchrow("select failed_logins, locked_until from auth.users")
    assert tuple(left or ()) == (1, None)


async def test_after_a_hundred_failures_time_does_not_help(
    graph: Any, database: Database, owner: asyncpg.Connection, clock: MovedClock, unlimited: None
) -> None:
    await somebody(database, failed_logins=99)
    await tried(graph)
    clock.move(timedelta(days=30))

    assert await tried(graph, password=PASSWORD) == REFUSED
    assert await owner.fetchval("select failed_logins from auth.users") == 100


async def test_a_try_that_was_not_compared_does_not_count(
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await somebody(database, failed_logins=4)
    monkeypatch.setattr(threads.hashing, "_room", 0)

    body = await answer(SIGN_IN, email=EMAIL, password=PASSWORD)

    assert codes(body) == ["SERVER_BUSY"]
    left = await owner.fetchrow("select failed_logins, locked_until from auth.users")
    assert tuple(left or ()) == (4, None)


async def test_where_no_password_can_be_compared_nobody_costs_as_much_as_somebody(
    answer: Any, database: Database, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody(database)
    monkeypatch.setattr(threads.hashing, "_room", 0)
    await answer(SIGN_IN, email=EMAIL, password=PASSWORD)
    costs = []

    for email in (EMAIL, "nobody@example.org"):
        statements.clear()
        assert codes(await answer(SIGN_IN, email=email, password=PASSWORD)) == ["SERVER_BUSY"]
        costs.append(len(reads(statements)))

    assert costs == [costs[0]] * 2


async def test_one_address_tries_one_account_ten_times_a_minute(
    graph: Any, answer: Any, database: Database, compared: list[str | bytes]
) -> None:
    for _ in range(10):
        await tried(graph, "nobody@example.org")
    compared.clear()

    body = await answer(SIGN_IN, email="nobody@example.org", password=WRONG)

    assert codes(body) == ["RATE_LIMITED"]
    assert body["errors"][0]["extensions"]["retryAfter"] in {5, 6}
    assert compared == []
    assert await tried(graph, "somebody@example.org") == REFUSED


async def test_one_address_tries_twenty_passwords_a_minute(
    graph: Any, answer: Any, database: Database
) -> None:
    for number in range(20):
        await tried(graph, f"nobody{number}@example.org")

    body = await answer(SIGN_IN, email="nobody@example.org", password=WRONG)

    assert codes(body) == ["RATE_LIMITED"]
