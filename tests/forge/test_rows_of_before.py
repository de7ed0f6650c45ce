"""Contracts and disputes that were there before fees and outcomes lose nothing, there and back."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from alembic import command

from gateway.migrate import configuration
from tests.postgres import Urls, beside_the_loop, run

BEFORE_FEES = "e5d2eab983c1"

WORK = (
    """
    insert into auth.users (id, email, name, role)
    select lpad(n::text, 32, '0')::uuid, n || '@example.org', 'Person ' || n, 'employer'
    from generate_series(1, 3) n
    """,
    """
    insert into mint.wallets (id, kind, payer_id, payee_id, user_id, balance) values
      (lpad('1', 32, '0')::uuid, 'ISSUANCE', null, null, null, -100),
      (lpad('2', 32, '0')::uuid, 'USER', null, null, lpad('2', 32, '0')::uuid, 40),
      (lpad('3', 32, '0')::uuid, 'ESCROW', lpad('1', 32, '0')::uuid, lpad('2', 32, '0')::uuid,
        null, 60)
    """,
    """
    insert into mint.postings (id, idempotency_key, request_hash)
    select lpad('1', 32, '0')::uuid, 'k', ''
    """,
    """
    insert into mint.transactions (id, posting_id, leg, type, from_id, to_id, currency, amount,
      from_seq, to_seq, from_balance_after, to_balance_after, hash)
    select lpad(n::text, 32, '0')::uuid, lpad('1', 32, '0')::uuid, n, 'escrow_release',
      lpad('3', 32, '0')::uuid, lpad('2', 32, '0')::uuid, 'AZR', 10, n, n, 0, 0, ''
    from generate_series(1, 4) n
    """,
    """
    insert into forge.jobs (id, employer_id, title, description, category, budget, status)
    select lpad('1', 32, '0')::uuid, lpad('1', 32, '0')::uuid, 'Work', 'Work', 'Work', 100,
      'in_progress'
    """,
    """
    insert into forge.applications (id, job_id, employer_id, freelancer_id, proposal, bid_amount,
      status)
    select id, id, id, lpad('2', 32, '0')::uuid, 'Me', 100, 'accepted' from forge.jobs
    """,
    """
    insert into forge.contracts (id, job_id, application_id, employer_id, freelancer_id, amount,
      escrow_wallet_id)
    select id, id, id, employer_id, freelancer_id, 100, lpad('3', 32, '0')::uuid
    from forge.applications
    """,
    """
    insert into forge.milestones (id, contract_id, employer_id, freelancer_id, position,
      description, amount, status, released, refunded, submitted_at, settlement_transaction_id)
    select lpad(n::text, 32, '0')::uuid, id, employer_id, freelancer_id, n, 'A part', 10,
      cast(case n when 1 then 'released' when 5 then 'funded' else 'resolved' end
        as forge.milestone_status),
      case n when 1 then 10 when 2 then 10 when 4 then 5 else 0 end,
      case n when 3 then 10 when 4 then 5 else 0 end,
      case when n < 5 then now() end, case when n < 5 then lpad(n::text, 32, '0')::uuid end
    from forge.contracts, generate_series(1, 5) n
    """,
    """
    insert into forge.disputes (id, milestone_id, contract_id, employer_id, freelancer_id,
      raised_by_id, reason, status, resolution, award_bps, resolved_by_id, resolved_at)
    select id, id, contract_id, employer_id, freelancer_id, employer_id,
      'This is not what we agreed on.', 'resolved', 'So be it.', 1000 * released::integer,
      lpad('3', 32, '0')::uuid, now()
    from forge.milestones where status = 'resolved'
    """,
    """
    insert into forge.disputes (milestone_id, contract_id, employer_id, freelancer_id,
      raised_by_id, reason)
    select id, contract_id, employer_id, freelancer_id, freelancer_id,
      'Nobody looks at what I have done.'
    from forge.milestones where status = 'funded'
    """,
)

WORK_OF_BEFORE = """
select row::text from (
  select id, updated_at, status::text, amount, escrow_wallet_id::text, null from forge.contracts
  union all
  select id, updated_at, status::text, released, settlement_transaction_id::text, refunded
  from forge.milestones
  union all
  select id, updated_at, status::text, award_bps, reason, null from forge.disputes
) as row order by 1
"""


async def rows(urls: Urls, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(urls.owner)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.fixture
async def working(scratch: Urls) -> Urls:
    """A database at the revision before fees, with a contract that has seen a lot."""
    beside_the_loop(command.upgrade, configuration(scratch.owner), BEFORE_FEES)
    await run(scratch.owner, *WORK)
    return scratch


async def test_work_and_disputes_of_before_say_how_they_ended(working: Urls) -> None:
    before = await rows(working, WORK_OF_BEFORE)
    assert len(before) == 10
    beside_the_loop(command.upgrade, configuration(working.owner), "head")
    assert await rows(working, WORK_OF_BEFORE) == before
    outcomes = "select award_bps, outcome::text from forge.disputes order by award_bps"
    assert await rows(working, outcomes) == [
        (0, "refund"),
        (5000, "split"),
        (10_000, "release"),
        (None, None),
    ]
    fees = "select distinct fee, fee_bps from forge.milestones, forge.contracts"
    assert await rows(working, fees) == [(Decimal(0), 0)]
    beside_the_loop(command.downgrade, configuration(working.owner), BEFORE_FEES)
    assert await rows(working, WORK_OF_BEFORE) == before
