"""Work is paid for by the mint as well, once, by how much of it was good."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.forge.public import choices
from domains.kernel.clock import MovedClock
from domains.kernel.scalars import Currency
from tests.makers import a_wallet
from tests.money.invariants import hold
from tests.worker import work_off

from .market import Market, global_id

MINED = "select score, tokens_earned, details::text from mint.mining_records order by number"
CLAIM = """
mutation ($id: ID!) {
  miningClaim(input: {activityType: JOB_COMPLETION, activityId: $id}) {
    miningRecord { tokensEarned { amount } } userErrors { __typename }
  }
}
"""


async def mined(owner: asyncpg.Connection) -> list[tuple[Any, Any]]:
    """The score of each reward, and how much it was."""
    return [(row["score"], row["tokens_earned"]) for row in await owner.fetch(MINED)]


@pytest.fixture
async def money(market: Market) -> None:
    """The employer has 5000 AZR."""
    await a_wallet(market.database, market.users[market.employer], Decimal(5000))


@pytest.mark.parametrize(
    ("amounts", "states", "score", "reward"),
    [
        (["100"], ["released"], 100, 5),
        (["2000"], ["released"], 100, 50),
        (["60", "40"], ["released", "refunded"], 60, Decimal("1.8")),
        (["60", "40"], ["released", "cancelled"], 60, Decimal("1.8")),
        (["10", "20"], ["released", "refunded"], Decimal("33.33"), Decimal("0.16665")),
    ],
)
async def test_a_twentieth_of_what_work_brought_is_mined_by_how_much_was_good(
    market: Market, money: None, amounts: list[str], states: list[str], score: Any, reward: Any
) -> None:
    deal = await market.deal(*amounts)
    for number, state in enumerate(states):
        await deal.brought_to(state, number)
    await work_off(market.database)
    assert await mined(market.owner) == [(score, reward)]
    await work_off(market.database)
    assert len(await mined(market.owner)) == 1
    await hold(market.owner)


async def test_what_brought_nothing_or_no_azr_mines_nothing(market: Market, money: None) -> None:
    refunded = await market.deal("100")
    await refunded.brought_to("refunded")
    await a_wallet(market.database, market.users[market.employer], Decimal(100), Currency.USD)
    dollars = await market.deal("100", currency=Currency.USD)
    await dollars.brought_to("released")
    running = await market.deal("60", "40")
    await running.brought_to("released")
    await work_off(market.database)
    assert await mined(market.owner) == []
    for deal in (refunded, dollars, running):
        assert await claimed(market, market.ada, deal) == ["ActivityNotDone"]


async def claimed(market: Market, as_: Any, deal: Any) -> list[str]:
    """Why a claim for a contract is refused; nothing if it is not."""
    body = await market.operations.data(CLAIM, as_=as_, id=global_id(deal.agreement.contract))
    return [error["__typename"] for error in body["miningClaim"]["userErrors"]]


async def test_only_who_worked_mines_and_once(market: Market, money: None) -> None:
    deal = await market.deal("100")
    await deal.brought_to("released")
    for other in (market.employer, market.bob):
        assert await claimed(market, other, deal) == ["ActivityNotDone"]
    assert await claimed(market, market.ada, deal) == []
    assert await claimed(market, market.ada, deal) == ["AlreadyMined"]
    await work_off(market.database)
    assert await mined(market.owner) == [(100, 5)]


async def test_the_platforms_fee_leaves_the_reward_as_it_is(market: Market, money: None) -> None:
    assert choices.fee_bps == 0
    deal = await market.deal("100", fee_bps=1000)
    await deal.brought_to("released")
    await work_off(market.database)
    assert await mined(market.owner) == [(100, 5)]


async def test_two_people_mine_with_each_other_once_in_thirty_days(
    market: Market, money: None, clock: MovedClock
) -> None:
    for _ in range(2):
        await (await market.deal("100")).brought_to("released")
    await work_off(market.database)
    assert len(await mined(market.owner)) == 1
    clock.move(timedelta(days=29))
    later = await market.deal("100")
    await later.brought_to("released")
    await work_off(market.database)
    assert await claimed(market, market.ada, later) == ["MinedRecently"]
    clock.move(timedelta(days=1, seconds=1))
    assert await claimed(market, market.ada, later) == []
    assert len(await mined(market.owner)) == 2
    await hold(market.owner)
