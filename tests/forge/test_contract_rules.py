"""What contracts, their fees and their disputes cannot be or become, whoever writes them."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.forge.models import ContractStatus, DisputeStatus, JobStatus
from domains.kernel.database import Database
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from tests.makers import a_user, a_wallet

from .makers import Agreement, a_dispute, a_job, an_agreement

MOVES = {
    "active": {"disputed", "completed", "cancelled"},
    "disputed": {"active"},
    "completed": set(),
    "cancelled": set(),
}
DISPUTE_MOVES = {
    "open": {"escalated", "resolved", "withdrawn"},
    "escalated": {"resolved", "withdrawn"},
    "resolved": set(),
    "withdrawn": set(),
}

STATE = """
update forge.contracts set status = $1,
  ended_at = case when $1 in ('completed', 'cancelled') then timestamptz '2026-01-31' end
"""
DISPUTE_STATE = """
update forge.disputes set
  status = $1,
  escalated_at = coalesce(escalated_at, case when $1 = 'escalated' then now() end),
  withdrawn_at = case when $1 = 'withdrawn' then timestamptz '2026-01-31' end,
  outcome = case when $1 = 'resolved' then 'rework'::forge.dispute_outcome end,
  resolution = case when $1 = 'resolved' then 'Try again.' end,
  resolved_at = case when $1 = 'resolved' then timestamptz '2026-01-31' end,
  resolved_by_id = case when $1 = 'resolved' then
    (select id from auth.users where role = 'admin') end
"""
RESOLVED = (
    "update forge.disputes set status = 'resolved', resolution = 'So be it.', "
    "resolved_at = now(), resolved_by_id = (select id from auth.users where role = 'admin')"
)

RELEASED = (
    "status = 'released', released = amount, submitted_at = now(), settlement_transaction_id = $1"
)


@pytest.fixture
async def parties(database: Database) -> Sequence[User]:
    return (
        await a_user(database, UserRole.EMPLOYER),
        await a_user(database),
        await a_user(database, UserRole.ADMIN),
    )


@pytest.fixture
async def agreement(database: Database, parties: Sequence[User]) -> Agreement:
    """A contract over 500 with one milestone of 100."""
    employer, freelancer, _ = parties
    job = await a_job(database, employer, status=JobStatus.IN_PROGRESS)
    return await an_agreement(database, job, freelancer, {})


async def found(owner: asyncpg.Connection, table: str) -> list[str]:
    return [row[0] for row in await owner.fetch(f"select row::text from {table} row order by 1")]


async def force(owner: asyncpg.Connection, table: str, state: str, status: str) -> None:
    """Put all rows of a table into a state from anywhere."""
    async with owner.transaction():
        await owner.execute(f"alter table {table} disable trigger move")
        await owner.execute(state.replace("$1", f"'{status}'"))
        await owner.execute(f"alter table {table} enable trigger move")


async def moves(owner: asyncpg.Connection, state: str, status: str) -> bool:
    """Whether all rows of a table can be put into a state; they are not."""
    attempt = owner.transaction()
    await attempt.start()
    try:
        await owner.execute(state.replace("$1", f"'{status}'"))
    except asyncpg.CheckViolationError as error:
        return "does not go from" not in str(error)
    finally:
        await attempt.rollback()
    return True


@pytest.mark.parametrize("before", [*ContractStatus])
async def test_a_contract_moves_along_these_lines_alone(
    agreement: Agreement, owner: asyncpg.Connection, before: ContractStatus
) -> None:
    await force(owner, "forge.contracts", STATE, before)
    allowed = {after.value for after in ContractStatus if await moves(owner, STATE, after)}
    assert allowed == MOVES[before.value] | {before.value}


@pytest.mark.parametrize("before", [*DisputeStatus])
async def test_a_dispute_moves_along_these_lines_alone(
    database: Database, agreement: Agreement, owner: asyncpg.Connection, before: DisputeStatus
) -> None:
    await a_dispute(database, agreement.milestones[0])
    await force(owner, "forge.disputes", DISPUTE_STATE, before)
    allowed = {after.value for after in DisputeStatus if await moves(owner, DISPUTE_STATE, after)}
    assert allowed == DISPUTE_MOVES[before.value] | {before.value}


@pytest.mark.parametrize(
    "change",
    [
        "fee_bps = 1",
        "currency = 'USD'",
        "job_id = uuidv7()",
        "application_id = uuidv7()",
        "employer_id = uuidv7()",
        "freelancer_id = (select id from auth.users where role = 'admin')",
    ],
)
async def test_a_contract_keeps_its_parties_and_its_fee(
    agreement: Agreement, owner: asyncpg.Connection, change: str
) -> None:
    before = await found(owner, "forge.contracts")
    with pytest.raises(asyncpg.CheckViolationError, match="stays as it was agreed on"):
        await owner.execute(f"update forge.contracts set {change}")
    assert await found(owner, "forge.contracts") == before


@pytest.mark.parametrize("fee", [-1, 10_001])
async def test_a_fee_is_a_part_of_the_money(
    agreement: Agreement, owner: asyncpg.Connection, fee: int
) -> None:
    await owner.execute("alter table forge.contracts disable trigger move")
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="contracts_fee_bps_check"):
            await owner.execute("update forge.contracts set fee_bps = $1", fee)
    finally:
        await owner.execute("alter table forge.contracts enable trigger move")


async def test_a_contract_is_rated_once(agreement: Agreement, owner: asyncpg.Connection) -> None:
    await force(owner, "forge.contracts", STATE, "completed")
    await owner.execute("update forge.contracts set rating = 4")
    for rating in ("5", "null"):
        with pytest.raises(asyncpg.CheckViolationError, match="stays as it was agreed on"):
            await owner.execute(f"update forge.contracts set rating = {rating}")
    assert await owner.fetchval("select rating from forge.contracts") == 4


async def test_money_waits_in_one_wallet_between_these_two(
    database: Database, parties: Sequence[User], agreement: Agreement, owner: asyncpg.Connection
) -> None:
    employer, freelancer, admin = parties
    async with database.session(SYSTEM) as session:
        wrong = [
            await mint.open_escrow(session, employer.id, freelancer.id, Currency.USD),
            await mint.open_escrow(session, employer.id, admin.id, Currency.AZR),
            await mint.open_escrow(session, freelancer.id, employer.id, Currency.AZR),
        ]
        right, second = [
            await mint.open_escrow(session, employer.id, freelancer.id, Currency.AZR)
            for _ in range(2)
        ]
    into = "update forge.contracts set escrow_wallet_id = $1"
    for wallet in (await a_wallet(database, employer), *wrong):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await owner.execute(into, wallet)
    await owner.execute(into, right)
    for another in (second, None):
        with pytest.raises(asyncpg.CheckViolationError, match="stays as it was agreed on"):
            await owner.execute(into, another)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("status = 'refunded', refunded = amount", "milestones_settlement_check"),
        ("settlement_transaction_id = $1", "milestones_settlement_check"),
        (
            "status = 'refunded', refunded = amount, fee = 1, settlement_transaction_id = $1",
            "milestones_fee_check",
        ),
        (
            f"{RELEASED}, fee = amount + 0.00000001",
            "milestones_fee_check",
        ),
        (
            f"{RELEASED}, fee = 'NaN'",
            "milestones_fee_check",
        ),
        ("fee = 1", "milestones_fee_check"),
    ],
)
async def test_a_settled_milestone_names_its_movement_and_a_fee_within_it(
    database: Database,
    parties: Sequence[User],
    agreement: Agreement,
    owner: asyncpg.Connection,
    change: str,
    check: str,
) -> None:
    await a_wallet(database, parties[0], Decimal(1))
    moved = await owner.fetchval("select id from mint.transactions")
    statement = f"update forge.milestones set {change}".replace("$1", f"'{moved}'")
    before = await found(owner, "forge.milestones")
    await owner.execute("alter table forge.milestones disable trigger move")
    try:
        with pytest.raises(asyncpg.CheckViolationError, match=check):
            await owner.execute(statement)
    finally:
        await owner.execute("alter table forge.milestones enable trigger move")
    assert await found(owner, "forge.milestones") == before


async def test_a_milestone_stays_with_its_contract(
    agreement: Agreement, owner: asyncpg.Connection
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="stays with its contract"):
        await owner.execute("update forge.milestones set contract_id = uuidv7()")


@pytest.mark.parametrize(
    "decision",
    [
        "outcome = 'release', award_bps = 10000",
        "outcome = 'refund', award_bps = 0",
        "outcome = 'split', award_bps = 0",
        "outcome = 'split', award_bps = 10000",
        "outcome = 'rework'",
    ],
)
async def test_a_decision_says_what_becomes_of_the_money(
    database: Database, agreement: Agreement, owner: asyncpg.Connection, decision: str
) -> None:
    await a_dispute(database, agreement.milestones[0])
    await owner.execute(f"{RESOLVED}, {decision}")
    assert await owner.fetchval("select status::text from forge.disputes") == "resolved"


@pytest.mark.parametrize(
    "decision",
    [
        "outcome = 'release', award_bps = 9999",
        "outcome = 'release'",
        "outcome = 'refund', award_bps = 1",
        "outcome = 'refund'",
        "outcome = 'split', award_bps = -1",
        "outcome = 'split', award_bps = 10001",
        "outcome = 'split'",
        "outcome = 'rework', award_bps = 0",
        "outcome = null",
        "award_bps = 10000",
    ],
)
async def test_no_decision_contradicts_itself(
    database: Database, agreement: Agreement, owner: asyncpg.Connection, decision: str
) -> None:
    await a_dispute(database, agreement.milestones[0])
    before = await found(owner, "forge.disputes")
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(f"{RESOLVED}, {decision}")
    assert await found(owner, "forge.disputes") == before


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'That was not what we had agreed on.'",
        "raised_by_id = freelancer_id",
        "resolution = 'Let us see.'",
        "outcome = 'refund', award_bps = 0",
    ],
)
async def test_a_dispute_stays_as_it_was_raised_and_decided(
    database: Database, agreement: Agreement, owner: asyncpg.Connection, change: str
) -> None:
    await a_dispute(database, agreement.milestones[0])
    await owner.execute(f"{RESOLVED}, outcome = 'rework'")
    before = await found(owner, "forge.disputes")
    with pytest.raises(asyncpg.CheckViolationError, match="as it was raised and decided"):
        await owner.execute(f"update forge.disputes set {change}")
    assert await found(owner, "forge.disputes") == before
