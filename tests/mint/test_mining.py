"""Mining: what was done is paid for once, by a rule that everybody knows."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from domains.mint import errors
from domains.mint.engine.mining import ERA, reward
from domains.mint.engine.units import amount_of
from domains.mint.models import SUPPLY_CAP
from domains.mint.service import mining
from domains.mint.service.mining import Claim
from tests.makers import a_user, a_wallet
from tests.money.invariants import hold
from tests.operations import codes

from .bank import Bank, balance
from .mine import CLAIM, COURSE, Deeds, ask, earned, mined, refused
from .vault import all_of_it

ACTIVITY = ("input", "activityId")


@pytest.fixture
def deeds() -> Iterator[Deeds]:
    """What people did."""
    with Deeds().known() as deeds:
        yield deeds


async def renumber(owner: asyncpg.Connection, number: int) -> None:
    """Have the next record be the one after this number."""
    await owner.execute("update mint.mining_records set number = $1", number)


def next_day() -> datetime:
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


async def test_a_proof_is_paid_for_by_base_difficulty_and_score(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.ada, "87.5", difficulty=3, details={"course": "Sums"})
    payload = await ask(graph, bank.ada, activity)

    record = await owner.fetchrow("select * from mint.mining_records")
    assert record is not None
    assert payload == {
        "miningRecord": {
            "id": encode_id("MiningRecord", record["id"]),
            "number": 1,
            "activityType": "COURSE_COMPLETION",
            "difficulty": 3,
            "score": "87.5",
            "details": {"course": "Sums"},
            "tokensEarned": {"amount": "26.25", "currency": "AZR"},
        },
        "userErrors": [],
    }
    assert (record["user_id"], record["wallet_id"]) == (bank.ada.id, bank.adas)
    assert await balance(owner, bank.adas) == Decimal("526.25")
    paid = await owner.fetchrow(
        "select type::text, reference, amount, to_id from mint.transactions where id = $1",
        record["transaction_id"],
    )
    reference = f"course_completion:{activity}"
    assert tuple(paid or ()) == ("mining_reward", reference, Decimal("26.25"), bank.adas)
    [event] = await owner.fetch("select body::text from kernel.outbox where topic like 'mint.rew%'")
    told = {"record_id": str(record["id"]), "user_id": str(bank.ada.id)}
    assert json.loads(event["body"]) == told
    await hold(owner)


async def test_what_was_paid_for_is_not_paid_for_again(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.ada)
    record = (await ask(graph, bank.ada, activity))["miningRecord"]["id"]
    before = await all_of_it(owner)
    refusal = refused(errors.AlreadyMined, *ACTIVITY, miningRecord={"id": record})
    assert await ask(graph, bank.ada, activity) == refusal
    assert await all_of_it(owner) == before


async def test_what_was_not_done_is_not_paid_for(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.bob)
    before = await all_of_it(owner)
    for activity_id in (activity, uuid4()):
        assert await ask(graph, bank.ada, activity_id) == refused(errors.ActivityNotDone, *ACTIVITY)
    assert await all_of_it(owner) == before


async def test_an_activity_is_named_by_its_own_id(
    bank: Bank, answer: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.ada)
    before = await all_of_it(owner)
    owned = {"COURSE_COMPLETION": "Contract", "JOB_COMPLETION": "Course"}
    for type, name in (*owned.items(), ("SKILL_ASSESSMENT", "Course")):
        given = {"activityType": type, "activityId": encode_id(name, activity)}
        body = await answer(CLAIM, as_=Viewer(bank.ada.id, Role.STUDENT), input=given)
        assert codes(body) == ["BAD_USER_INPUT"]
    assert await all_of_it(owner) == before


async def test_nobody_mines_for_somebody_else(
    bank: Bank, answer: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    activity = deeds.add(bank.ada)
    before = await all_of_it(owner)
    acting = Viewer(bank.ada.id, Role.STUDENT, impersonator_id=bank.bob.id)
    given = {"activityType": COURSE.name, "activityId": encode_id("Course", activity)}
    for who, code in ((acting, "FORBIDDEN"), (ANONYMOUS, "UNAUTHENTICATED")):
        assert codes(await answer(CLAIM, as_=who, input=given)) == [code]
    assert await all_of_it(owner) == before


async def test_rewards_are_halved_after_210000_records(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    assert await mined(bank.database, bank.bob, deeds.add(bank.bob)) is None
    await renumber(owner, 209_999)
    for _ in range(2):
        assert await mined(bank.database, bank.ada, deeds.add(bank.ada, 1)) is None
    rows = await owner.fetch(
        "select number, tokens_earned from mint.mining_records where user_id = $1 order by 1",
        bank.ada.id,
    )
    assert [tuple(row) for row in rows] == [(210_000, Decimal("0.1")), (210_001, Decimal("0.05"))]


async def test_a_reward_that_was_halved_away_is_none(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    assert await mined(bank.database, bank.bob, deeds.add(bank.bob)) is None
    for number in (210_000 * 30, 210_000 * 70):
        await renumber(owner, number)
        before = await all_of_it(owner)
        refusal = refused(errors.NothingToMine, *ACTIVITY)
        assert await ask(graph, bank.ada, deeds.add(bank.ada)) == refusal
        assert await all_of_it(owner) == before
    await renumber(owner, 210_000 * 30 - 1)
    assert await mined(bank.database, bank.ada, deeds.add(bank.ada)) is None
    assert await earned(owner, bank.ada) == Decimal("0.00000001")


async def test_a_person_mines_at_most_1000_in_a_day(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds, clock: MovedClock
) -> None:
    for _ in range(2):
        assert await mined(bank.database, bank.ada, deeds.add(bank.ada, base=Decimal(400))) is None
    too_much = deeds.add(bank.ada, base=Decimal("200.00000001"))
    before = await all_of_it(owner)

    payload = await ask(graph, bank.ada, too_much)
    assert datetime.fromisoformat(payload["userErrors"][0].pop("againAt")) == next_day()
    assert payload == refused(errors.MiningLimitReached)
    assert await all_of_it(owner) == before

    assert await mined(bank.database, bank.ada, deeds.add(bank.ada, base=Decimal(200))) is None
    assert await mined(bank.database, bank.bob, deeds.add(bank.bob)) is None
    clock.move(next_day() - now())
    assert await mined(bank.database, bank.ada, too_much) is None
    assert await earned(owner, bank.ada) == Decimal("1200.00000001")


async def test_something_much_like_it_is_paid_for_again_only_after_a_while(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds, clock: MovedClock
) -> None:
    first = deeds.add(bank.bob)
    second = deeds.add(bank.ada, rivals=[first, uuid4()], apart=timedelta(days=30))
    assert await mined(bank.database, bank.bob, first) is None
    mined_at = await owner.fetchval("select mined_at from mint.mining_records")
    before = await all_of_it(owner)

    payload = await ask(graph, bank.ada, second)
    again_at = datetime.fromisoformat(payload["userErrors"][0].pop("againAt"))
    assert again_at == mined_at + timedelta(days=30)
    assert payload == refused(errors.MinedRecently, *ACTIVITY)
    assert await all_of_it(owner) == before

    clock.move(timedelta(days=30))
    assert await mined(bank.database, bank.ada, second) is None


async def test_where_no_more_can_be_issued_nothing_is_mined(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    await a_wallet(bank.database, bank.bob, Decimal(SUPPLY_CAP - 500 - 5))
    before = await all_of_it(owner)
    too_much = deeds.add(bank.ada, base=Decimal("5.00000001"))
    assert await ask(graph, bank.ada, too_much) == refused(errors.SupplyExhausted)
    assert await all_of_it(owner) == before
    assert await mined(bank.database, bank.ada, deeds.add(bank.ada, base=Decimal(5))) is None


@pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
async def test_a_wallet_that_is_not_active_takes_no_reward(
    bank: Bank, graph: Any, owner: asyncpg.Connection, deeds: Deeds, status: str
) -> None:
    await bank.post(bank.leg(500))
    stop = "update mint.wallets set status = $2::text::mint.wallet_status where id = $1"
    await owner.execute(stop, bank.adas, status)
    before = await all_of_it(owner)
    refusal = refused(errors.WalletNotActive)
    assert await ask(graph, bank.ada, deeds.add(bank.ada)) == refusal
    assert await all_of_it(owner) == before


async def test_who_has_no_wallet_yet_is_paid_into_a_new_one(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    newcomer = await a_user(bank.database)
    assert await mined(bank.database, newcomer, deeds.add(newcomer)) is None
    held = "select kind::text, currency::text, balance from mint.wallets where user_id = $1"
    assert tuple(await owner.fetchrow(held, newcomer.id) or ()) == ("USER", "AZR", 10)


async def test_the_database_pays_in_every_era_what_the_engine_says(
    bank: Bank, owner: asyncpg.Connection, deeds: Deeds
) -> None:
    random = Random(5)  # noqa: S311 (not for secrets)
    for era in range(12):
        proofs = [_any_proof(random) for _ in range(6)]
        told = {
            deeds.add(bank.ada, score, base=base, difficulty=hard): (base, hard, score)
            for base, hard, score in proofs
        }
        claims = [Claim(bank.ada.id, COURSE, activity) for activity in told]
        async with bank.database.session(SYSTEM) as session:
            await mining.settle(session, SYSTEM, claims)

        rows = await owner.fetch(
            "select activity_id, tokens_earned from mint.mining_records where number > $1",
            era * ERA,
        )
        expected = {each: amount_of(reward(*proof, era)) for each, proof in told.items()}
        paid = {row["activity_id"]: row["tokens_earned"] for row in rows}
        assert {each: paid.get(each, 0) for each in told} == expected
        # On to the next era, and to another day.
        await owner.execute(
            "update mint.mining_records "
            "set number = number + $1, mined_at = mined_at - interval '2 days'",
            ERA,
        )


def _any_proof(random: Random) -> tuple[Decimal, int, Decimal]:
    base = Decimal(random.randrange(1, 10 ** random.randrange(1, 11))).scaleb(-8)
    return base, random.randrange(1, 11), Decimal(random.randrange(1, 10_001)).scaleb(-2)
