"""Staking: money is locked for a term, grows to the last unit, and comes back once."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.refusal import UserError
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from domains.mint import errors
from domains.mint import public as mint
from domains.mint.jobs.staking import tell_matured
from domains.mint.models import SUPPLY_CAP
from tests.makers import a_wallet
from tests.money.invariants import hold
from tests.operations import codes

from . import vault
from .bank import Bank, balance
from .vault import refused

TERM = timedelta(days=30)
EVENTS = "select topic, body::text from kernel.outbox where topic like 'mint.stake.%' order by 1"


@pytest.mark.parametrize(("days", "rate"), [(30, "0.05"), (90, "0.1"), (365, "0.15")])
async def test_money_is_locked_at_the_rate_of_its_term(
    bank: Bank, graph: Any, owner: asyncpg.Connection, days: int, rate: str
) -> None:
    payload = await vault.create(graph, bank.ada, bank.adas, "100.5", days)

    assert payload["userErrors"] == []
    shown = payload["stake"]
    row = await vault.row(owner, shown["id"])
    assert shown == {
        "id": encode_id("Stake", row["id"]),
        "status": "ACTIVE",
        "rewardRate": rate,
        "amount": {"amount": "100.5", "currency": "AZR"},
        "rewardPaid": {"amount": "0"},
        "unlocksAt": shown["unlocksAt"],
        "closedAt": None,
    }
    assert datetime.fromisoformat(shown["unlocksAt"]) == row["unlocks_at"]
    assert row["unlocks_at"] - row["started_at"] == timedelta(days=days)
    assert await balance(owner, bank.adas) == Decimal("399.5")
    held = "select balance from mint.wallets where user_id = $1 and kind = 'STAKE'"
    assert await owner.fetchval(held, bank.ada.id) == Decimal("100.5")
    [event] = await owner.fetch(EVENTS)
    assert event["topic"] == "mint.stake.opened"
    assert json.loads(event["body"]) == {"stake_id": str(row["id"]), "user_id": str(bank.ada.id)}
    noted = "select resource, details->>'amount' from auth.audit_logs where action = 'stake.opened'"
    assert tuple(await owner.fetchrow(noted) or ()) == (f"stake:{row['id']}", "100.50000000")
    await hold(owner)


async def test_claims_and_the_end_together_bring_exactly_what_was_earned(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    for part in (1, 2, 3, 5, 8):
        clock.move(timedelta(days=part, microseconds=part))
        assert (await vault.claim(graph, bank.ada, stake))["userErrors"] == []
    clock.move(timedelta(days=20))
    payload = await vault.close(graph, bank.ada, stake)

    row = await vault.row(owner, stake)
    earned = vault.earned(row, row["closed_at"])
    assert earned > Decimal("0.53")
    assert payload["userErrors"] == []
    assert payload["stake"]["status"] == "COMPLETED"
    assert Decimal(payload["stake"]["rewardPaid"]["amount"]) == row["reward_paid"] == earned
    assert row["claims"] == 6
    assert await balance(owner, bank.adas) == 500 + earned
    made = "select sum(amount), count(*) from mint.transactions where type = 'stake_reward'"
    assert tuple(await owner.fetchrow(made) or ()) == (earned, 6)
    await hold(owner)


async def test_a_stake_is_not_to_be_had_before_its_term_has_ended(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    unlocks_at = (await vault.row(owner, stake))["unlocks_at"]
    clock.move(unlocks_at - now() - timedelta(seconds=20))
    before = await vault.all_of_it(owner)

    payload = await vault.close(graph, bank.ada, stake)
    [error] = payload["userErrors"]
    assert datetime.fromisoformat(error.pop("unlocksAt")) == unlocks_at
    assert error == {"__typename": "StakeLocked", "path": ["input", "stakeId"]}
    assert await vault.all_of_it(owner) == before

    clock.move(timedelta(seconds=20))
    assert (await vault.close(graph, bank.ada, stake))["userErrors"] == []


async def test_a_stake_comes_back_once(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    clock.move(TERM)
    first = await vault.close(graph, bank.ada, stake, key="k")
    after = await vault.all_of_it(owner)

    assert await vault.close(graph, bank.ada, stake, key="k") == first
    ended = refused(errors.StakeEnded, "stakeId")
    assert await vault.close(graph, bank.ada, stake) == ended
    assert await vault.claim(graph, bank.ada, stake) == ended
    assert await vault.all_of_it(owner) == after


async def test_the_same_key_locks_money_once_and_is_good_for_nothing_else(
    bank: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    first = await vault.create(graph, bank.ada, bank.adas, "100", key="k")
    after = await vault.all_of_it(owner)

    assert await vault.create(graph, bank.ada, bank.adas, "100.0", key="k") == first
    conflict = refused(errors.IdempotencyConflict, "idempotencyKey")
    assert await vault.create(graph, bank.ada, bank.adas, "100", 31, key="k") == conflict
    assert await vault.close(graph, bank.ada, first["stake"]["id"], key="k") == conflict
    assert await vault.all_of_it(owner) == after


async def test_what_has_earned_less_than_a_unit_pays_nothing(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, "0.00000001")
    clock.move(TERM)
    before = await vault.all_of_it(owner)
    nothing = refused(errors.NothingToClaim, "stakeId")
    assert await vault.claim(graph, bank.ada, stake) == nothing
    assert await vault.all_of_it(owner) == before

    assert (await vault.close(graph, bank.ada, stake))["userErrors"] == []
    assert await balance(owner, bank.adas) == 500
    assert (await vault.row(owner, stake))["claims"] == 0
    await hold(owner)


@pytest.mark.parametrize(
    ("amount", "days", "kind", "field"),
    [
        ("0", 30, errors.AmountInvalid, "amount"),
        ("-1", 30, errors.AmountInvalid, "amount"),
        ("500.00000001", 30, errors.InsufficientFunds, None),
    ],
)
async def test_what_cannot_be_locked_stays_where_it_is(
    bank: Bank,
    graph: Any,
    owner: asyncpg.Connection,
    amount: str,
    days: int,
    kind: type[UserError],
    field: str | None,
) -> None:
    before = await vault.all_of_it(owner)
    refusal = refused(kind, *filter(None, [field]))
    assert await vault.create(graph, bank.ada, bank.adas, amount, days) == refusal
    assert await vault.all_of_it(owner) == before


@pytest.mark.parametrize("days", [0, -1, 1826, 2**31 - 1])
async def test_a_term_has_one_to_1825_days(
    bank: Bank, graph: Any, owner: asyncpg.Connection, days: int
) -> None:
    before = await vault.all_of_it(owner)
    refusal = refused(errors.TermInvalid, "days", minimumDays=1, maximumDays=1825)
    assert await vault.create(graph, bank.ada, bank.adas, 1, days) == refusal
    assert await vault.all_of_it(owner) == before


async def test_money_of_somebody_else_or_between_two_or_of_nobody_is_not_found(
    bank: Bank, graph: Any, owner: asyncpg.Connection
) -> None:
    async with bank.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)
        source = await mint.issuance(session)
    before = await vault.all_of_it(owner)
    unknown = refused(errors.WalletNotFound, "walletId")
    for wallet in (bank.bobs, escrow, source, uuid4()):
        assert await vault.create(graph, bank.ada, wallet, 1) == unknown
    assert await vault.all_of_it(owner) == before


async def test_only_azr_is_staked(bank: Bank, graph: Any, owner: asyncpg.Connection) -> None:
    dollars = await a_wallet(bank.database, bank.ada, Decimal(9), Currency.USD)
    before = await vault.all_of_it(owner)
    refusal = refused(errors.CurrencyNotStakeable, "walletId")
    assert await vault.create(graph, bank.ada, dollars, 1) == refusal
    assert await vault.all_of_it(owner) == before


async def test_another_persons_stake_is_not_there(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    clock.move(TERM)
    before = await vault.all_of_it(owner)
    unknown = refused(errors.StakeNotFound, "stakeId")
    for id in (stake, encode_id("Stake", uuid4())):
        assert await vault.claim(graph, bank.bob, id) == unknown
        assert await vault.close(graph, bank.bob, id) == unknown
    assert await vault.all_of_it(owner) == before


async def test_nobody_acts_for_the_owner(
    bank: Bank, answer: Any, owner: asyncpg.Connection, graph: Any, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    clock.move(TERM)
    before = await vault.all_of_it(owner)
    acting = Viewer(bank.ada.id, Role.STUDENT, impersonator_id=bank.bob.id)
    opening = {
        "idempotencyKey": "k",
        "walletId": encode_id("Wallet", bank.adas),
        "amount": "1",
        "days": 1,
    }
    there = {"idempotencyKey": "k", "stakeId": stake}
    for operation, given in (
        (vault.CREATE, opening),
        (vault.CLAIM, there),
        (vault.CLOSE, there),
    ):
        for who, code in ((acting, "FORBIDDEN"), (ANONYMOUS, "UNAUTHENTICATED")):
            assert codes(await answer(operation, as_=who, input=given)) == [code]
    assert await vault.all_of_it(owner) == before


async def test_where_no_more_can_be_issued_the_money_comes_back_without_a_reward(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    await a_wallet(bank.database, bank.bob, Decimal(SUPPLY_CAP - 500))
    clock.move(TERM)
    before = await vault.all_of_it(owner)
    exhausted = refused(errors.SupplyExhausted)
    assert await vault.claim(graph, bank.ada, stake) == exhausted
    assert await vault.close(graph, bank.ada, stake) == exhausted
    assert await vault.all_of_it(owner) == before

    payload = await vault.close(graph, bank.ada, stake, withoutReward=True)
    assert payload["userErrors"] == []
    assert payload["stake"]["rewardPaid"] == {"amount": "0"}
    assert await balance(owner, bank.adas) == 500
    await hold(owner)


@pytest.mark.parametrize("kind", ["USER", "STAKE"])
async def test_a_frozen_wallet_stops_all_of_it(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock, kind: str
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    clock.move(TERM)
    freeze = "update mint.wallets set status = 'FROZEN' where user_id = $1 and kind::text = $2"
    await owner.execute(freeze, bank.ada.id, kind)
    before = await vault.all_of_it(owner)
    frozen = refused(errors.WalletNotActive)
    assert await vault.close(graph, bank.ada, stake) == frozen
    assert await vault.create(graph, bank.ada, bank.adas, 1) == frozen
    assert await vault.all_of_it(owner) == before


async def test_an_owner_is_told_once_that_the_term_has_ended(
    bank: Bank, graph: Any, owner: asyncpg.Connection, clock: MovedClock, database: Database
) -> None:
    stake = await vault.locked(graph, bank.ada, bank.adas, 100)
    longer = await vault.locked(graph, bank.ada, bank.adas, 100, 31)
    taken = await vault.locked(graph, bank.ada, bank.adas, 100)

    async def told() -> list[str]:
        async with database.session(SYSTEM) as session:
            await tell_matured(session)
        rows = await owner.fetch(EVENTS)
        return [
            json.loads(row["body"])["stake_id"] for row in rows if row["topic"].endswith("matured")
        ]

    assert await told() == []
    clock.move(TERM)
    await vault.close(graph, bank.ada, taken)
    first = [str((await vault.row(owner, stake))["id"])]
    assert await told() == await told() == first
    clock.move(timedelta(days=1))
    second = str((await vault.row(owner, longer))["id"])
    assert sorted(await told()) == sorted([*first, second])
