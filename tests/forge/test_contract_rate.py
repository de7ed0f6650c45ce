"""Rating work: once, by who paid for it, and counted exactly."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domains.forge.models import Contract, ContractStatus
from domains.kernel.clock import now
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS

from .market import Market, global_id, told, verdict

CONTRACT_ID = ["input", "contractId"]
RATING = "select rating_total, rating_count, rating from forge.skill_profiles where user_id = $1"


async def a_contract(market: Market, status: ContractStatus = ContractStatus.COMPLETED) -> Contract:
    """A contract of the employer's with Ada, over by now unless it says otherwise."""
    is_over = status in {ContractStatus.COMPLETED, ContractStatus.CANCELLED}
    deal = await market.deal("100", status=status, ended_at=now() if is_over else None)
    return deal.agreement.contract


async def rated(market: Market) -> tuple[Any, ...]:
    row = await market.owner.fetchrow(RATING, market.ada.user_id)
    assert row is not None
    return tuple(row)


async def test_a_rating_is_the_contracts_and_counts_for_the_freelancer(market: Market) -> None:
    contracts = [await a_contract(market) for _ in range(3)]
    shown = []
    for contract, rating in zip(contracts, (5, 4, 4), strict=True):
        given = {"contractId": global_id(contract), "rating": rating}
        answer = await market.do("contractRate", market.employer, **given)
        assert answer["rating"] == rating
        shown.append(answer["skillProfile"])
    assert shown == [
        {"rating": "5", "ratingCount": 1},
        {"rating": "4.5", "ratingCount": 2},
        {"rating": "4.33", "ratingCount": 3},
    ]
    rated_ = "forge.contract.rated"
    assert await told(market.owner, rated_) == [(rated_, str(each.id)) for each in contracts]


@pytest.mark.parametrize("rating", [0, 6, -1, 2_000_000_000])
async def test_there_are_ratings_from_one_to_five(market: Market, rating: int) -> None:
    contract = await a_contract(market)
    given = {"contractId": global_id(contract), "rating": rating}
    found = await market.refused("contractRate", market.employer, **given)
    invalid = {"__typename": "RatingInvalid", "minimum": 1, "maximum": 5}
    assert found == [invalid | {"path": ["input", "rating"]}]


async def test_work_is_rated_once(market: Market) -> None:
    contract = await a_contract(market)
    given = {"contractId": global_id(contract), "rating": 2}
    await market.do("contractRate", market.employer, **given)
    for rating in (2, 5):
        found = await market.refused("contractRate", market.employer, **given | {"rating": rating})
        assert found == [{"__typename": "AlreadyRated", "path": CONTRACT_ID, "rated": 2}]
    assert await rated(market) == (2, 1, 2)


@pytest.mark.parametrize(
    "status", [each for each in ContractStatus if each is not ContractStatus.COMPLETED]
)
async def test_work_that_is_not_completed_is_not_rated(
    market: Market, status: ContractStatus
) -> None:
    contract = await a_contract(market, status)
    given = {"contractId": global_id(contract), "rating": 5}
    found = await market.refused("contractRate", market.employer, **given)
    not_completed = {"__typename": "ContractNotCompleted", "path": CONTRACT_ID}
    assert found == [not_completed | {"contractStatus": status.name}]


async def test_only_who_paid_rates(market: Market) -> None:
    contract = await a_contract(market)

    async def found(as_: Any, id: str = global_id(contract)) -> list[Any]:
        return await market.refused("contractRate", as_, contractId=id, rating=5)

    assert await found(ANONYMOUS) == ["UNAUTHENTICATED"]
    assert await found(market.posing_as(market.employer)) == ["FORBIDDEN"]
    for party in (market.ada, market.admin):
        assert await found(party) == [{"__typename": "NotTheEmployer", "path": CONTRACT_ID}]
    not_found = [{"__typename": "ContractNotFound", "path": CONTRACT_ID}]
    for stranger in (market.rival, market.bob, market.student):
        assert await found(stranger) == not_found
    assert await found(market.employer, encode_id("Contract", uuid7())) == not_found


async def test_of_thirty_ratings_of_one_work_at_once_one_counts(crowd: Market) -> None:
    contract = await a_contract(crowd)
    given = {"contractId": global_id(contract), "rating": 4}
    answers = await asyncio.gather(
        *(crowd.ask("contractRate", crowd.employer, **given) for _ in range(30))
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "AlreadyRated": 29}
    assert await rated(crowd) == (4, 1, 4)


async def test_thirty_ratings_of_thirty_works_at_once_all_count(crowd: Market) -> None:
    contracts = [await a_contract(crowd) for _ in range(30)]
    await asyncio.gather(
        *(
            crowd.do("contractRate", crowd.employer, contractId=global_id(each), rating=1 + n % 5)
            for n, each in enumerate(contracts)
        )
    )
    assert await rated(crowd) == (90, 30, 3)
