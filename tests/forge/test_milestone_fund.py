"""Putting money aside: once, all of it, out of the employer's wallet into the contract's escrow."""

import json
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from tests.makers import a_wallet
from tests.money import invariants
from tests.operations import Operations

from .deals import Deal, a_deal, everything, paid_in, refusals, row

MOVED = """
select type::text, amount, reference, idempotency_key, actor_id
from mint.transactions join mint.postings on postings.id = posting_id
where idempotency_key like 'forge:%' order by transactions.id
"""
AUDITED = "select user_id, resource, details::text from auth.audit_logs where action = $1"


@pytest.fixture
async def deal(operations: Operations) -> Deal:
    """Two milestones of 100 and 60; the employer has 150."""
    return await a_deal(operations, "100", "60", has=150)


async def test_the_money_waits_in_a_wallet_between_the_two(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    id = deal.agreement.milestones[0].id
    milestone = await deal.does("Fund", deal.employer)
    assert milestone["status"] == "FUNDED"
    assert milestone["contract"] == {"status": "ACTIVE"}
    assert await deal.money(owner) == {"employer": 50, "escrow": 100}
    [moved] = await owner.fetch(MOVED)
    assert tuple(moved) == (
        "escrow_fund",
        Decimal(100),
        f"milestone:{id}",
        f"forge:{id}:fund",
        None,
    )
    escrow = "select payer_id, payee_id from mint.wallets where kind = 'ESCROW' and id = $1"
    held_by = await owner.fetchval("select escrow_wallet_id from forge.contracts")
    assert await row(owner, escrow, held_by) == (
        deal.employer.user_id,
        deal.freelancer.user_id,
    )
    await invariants.hold(owner)


async def test_it_is_written_down_and_told(deal: Deal, owner: asyncpg.Connection) -> None:
    await deal.does("Fund", deal.employer)
    milestone = deal.agreement.milestones[0]
    [audited] = await owner.fetch(AUDITED, "milestone.funded")
    user_id, resource, details = audited
    assert (user_id, resource) == (deal.employer.user_id, f"milestone:{milestone.id}")
    assert json.loads(details) == {"amount": "100.00000000", "currency": "AZR"}
    [told] = await owner.fetch(
        "select body from kernel.outbox where topic = 'forge.milestone.funded'"
    )
    assert json.loads(told["body"]) == {
        "milestone_id": str(milestone.id),
        "contract_id": str(milestone.contract_id),
        "employer_id": str(deal.employer.user_id),
        "freelancer_id": str(deal.freelancer.user_id),
    }


async def test_all_milestones_of_a_contract_share_one_escrow(
    database: Database, deal: Deal, owner: asyncpg.Connection
) -> None:
    await paid_in(database, deal.client, "10")
    await deal.does("Fund", deal.employer, 1)
    await deal.does("Fund", deal.employer, 0)
    assert await deal.money(owner) == {"escrow": 160}
    assert await owner.fetchval("select count(*) from mint.wallets where kind = 'ESCROW'") == 1


async def test_what_is_not_covered_is_refused_and_leaves_its_key_unused(
    database: Database, deal: Deal, owner: asyncpg.Connection
) -> None:
    await deal.does("Fund", deal.employer)
    key, before = str(uuid4()), await everything(owner)
    refused = await deal.tried("Fund", deal.employer, 1, idempotencyKey=key)
    assert refusals(refused) == ["InsufficientFunds"]
    assert await everything(owner) == before
    await paid_in(database, deal.client, "10")
    await deal.does("Fund", deal.employer, 1, idempotencyKey=key)
    assert await deal.money(owner) == {"escrow": 160}


async def test_a_refused_first_funding_opens_no_escrow(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", has="99.99999999")
    before = await everything(owner)
    assert refusals(await deal.tried("Fund", deal.employer)) == ["InsufficientFunds"]
    assert await everything(owner) == before


async def test_money_of_another_currency_is_none(
    database: Database, operations: Operations, owner: asyncpg.Connection
) -> None:
    deal = await a_deal(operations, "100", has=0, currency=Currency.USD)
    await a_wallet(database, deal.client, Decimal(1000), Currency.AZR)
    before = await everything(owner)
    assert refusals(await deal.tried("Fund", deal.employer)) == ["InsufficientFunds"]
    assert await everything(owner) == before


async def test_a_frozen_wallet_pays_nothing(deal: Deal, owner: asyncpg.Connection) -> None:
    await owner.execute("update mint.wallets set status = 'FROZEN' where kind = 'USER'")
    before = await everything(owner)
    assert refusals(await deal.tried("Fund", deal.employer)) == ["WalletNotActive"]
    assert await everything(owner) == before


async def test_the_same_request_again_is_the_same_payment(
    deal: Deal, owner: asyncpg.Connection
) -> None:
    first = await deal.does("Fund", deal.employer, idempotencyKey="k")
    before = await everything(owner)
    assert await deal.does("Fund", deal.employer, idempotencyKey="k") == first
    assert await everything(owner) == before


@pytest.mark.parametrize(
    ("key", "number", "refusal"),
    [
        ("k", 1, "IdempotencyConflict"),
        ("", 1, "IdempotencyKeyInvalid"),
        ("k" * 256, 1, "IdempotencyKeyInvalid"),
    ],
)
async def test_a_key_is_one_request(
    deal: Deal, owner: asyncpg.Connection, key: str, number: int, refusal: str
) -> None:
    await deal.does("Fund", deal.employer, idempotencyKey="k")
    before = await everything(owner)
    refused = await deal.tried("Fund", deal.employer, number, idempotencyKey=key)
    assert refusals(refused) == [refusal]
    assert await everything(owner) == before


async def test_what_is_not_there_is_not_found(deal: Deal, owner: asyncpg.Connection) -> None:
    before = await everything(owner)
    for name in ("Fund", "Submit", "RequestChanges", "Approve", "Refund", "Cancel"):
        unknown = await deal.tried(name, deal.employer, milestoneId=encode_id("Milestone", uuid4()))
        assert refusals(unknown) == ["MilestoneNotFound"]
        other = await deal.tried(name, deal.employer, milestoneId=encode_id("Contract", uuid4()))
        assert refusals(other) == ["BAD_USER_INPUT"]
    assert await everything(owner) == before


async def test_nobody_pays_for_somebody_else(deal: Deal, owner: asyncpg.Connection) -> None:
    acted_as = replace(deal.employer, impersonator_id=deal.admin.user_id)
    before = await everything(owner)
    for name in ("Fund", "Submit", "RequestChanges", "Approve", "Refund", "Cancel"):
        assert refusals(await deal.tried(name, acted_as)) == ["FORBIDDEN"]
    assert refusals(await deal.raised(acted_as)) == ["FORBIDDEN"]
    assert await everything(owner) == before
