"""What contracts, milestones and disputes cannot be, whoever writes them."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.forge.models import JobStatus, MilestoneStatus
from domains.kernel.database import Database
from tests.makers import a_user, a_wallet, viewer

from .makers import Agreement, a_dispute, a_job, a_skill_profile, an_agreement, an_application

MOVES = {
    "pending": {"funded", "cancelled"},
    "funded": {"submitted", "refunded", "disputed"},
    "submitted": {"changes_requested", "approved", "refunded", "disputed"},
    "changes_requested": {"submitted", "refunded", "disputed"},
    "approved": {"released"},
    "released": set(),
    "refunded": set(),
    "disputed": {"submitted", "changes_requested", "resolved"},
    "resolved": set(),
    "cancelled": set(),
}
"""Where a milestone may go from where; the disputed one was submitted before."""

STATE = """
update forge.milestones set
  status = $1,
  submitted_at = '2026-01-31',
  released = case when $1 in ('released', 'resolved') then amount else 0 end,
  refunded = case when $1 = 'refunded' then amount else 0 end,
  settlement_transaction_id = case when $1 in ('released', 'refunded', 'resolved') then
    (select id from mint.transactions order by id limit 1 offset position - 1) end,
  disputed_from = case when $1 = 'disputed' then 'submitted'::forge.milestone_status end
"""


@pytest.fixture
async def parties(database: Database) -> Sequence[User]:
    return (
        await a_user(database, UserRole.EMPLOYER),
        await a_user(database),
        await a_user(database, UserRole.ADMIN),
    )


@pytest.fixture
async def agreement(database: Database, parties: Sequence[User]) -> Agreement:
    """A contract over 500 with two milestones of 100, and two movements of anybody's."""
    employer, freelancer, admin = parties
    for user in (employer, admin):
        await a_wallet(database, user, Decimal(1))
    job = await a_job(database, employer, status=JobStatus.IN_PROGRESS)
    return await an_agreement(database, job, freelancer, {}, {})


async def set_state(owner: asyncpg.Connection, status: str) -> None:
    """Put all milestones into a state from anywhere."""
    async with owner.transaction():
        await owner.execute("alter table forge.milestones disable trigger move")
        await owner.execute(STATE.replace("$1", f"'{status}'"))
        await owner.execute("alter table forge.milestones enable trigger move")


async def milestones(owner: asyncpg.Connection) -> list[str]:
    return [
        row[0] for row in await owner.fetch("select m::text from forge.milestones m order by 1")
    ]


@pytest.mark.parametrize("before", [*MilestoneStatus])
async def test_a_milestone_moves_along_these_lines_alone(
    agreement: Agreement, owner: asyncpg.Connection, before: MilestoneStatus
) -> None:
    await set_state(owner, before)
    for after in MilestoneStatus:
        attempt = owner.transaction()
        await attempt.start()
        if after == before or after.value in MOVES[before.value]:
            await owner.execute(STATE.replace("$1", f"'{after}'"))
            await attempt.rollback()
        else:
            with pytest.raises(asyncpg.CheckViolationError, match="a milestone does not go from"):
                await owner.execute(STATE.replace("$1", f"'{after}'"))
            await attempt.rollback()


async def test_a_dispute_remembers_where_its_milestone_was(
    agreement: Agreement, owner: asyncpg.Connection
) -> None:
    await set_state(owner, "changes_requested")
    await owner.execute("update forge.milestones set status = 'disputed'")
    remembered = "select distinct disputed_from::text from forge.milestones"
    assert await owner.fetchval(remembered) == "changes_requested"
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("update forge.milestones set status = 'submitted'")
    await owner.execute("update forge.milestones set disputed_from = 'funded'")
    assert await owner.fetchval(remembered) == "changes_requested"
    await owner.execute("update forge.milestones set status = 'changes_requested'")
    assert await owner.fetchval(remembered) is None


@pytest.mark.parametrize("status", [*MilestoneStatus])
async def test_an_amount_can_change_until_it_is_put_aside(
    agreement: Agreement, owner: asyncpg.Connection, status: MilestoneStatus
) -> None:
    await set_state(owner, status)
    before = await milestones(owner)
    if status is MilestoneStatus.PENDING:
        await owner.execute("update forge.milestones set amount = 99")
        assert await milestones(owner) != before
    else:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute("update forge.milestones set amount = 99")
        assert await milestones(owner) == before


async def test_what_was_settled_stays_settled(
    agreement: Agreement, owner: asyncpg.Connection
) -> None:
    await set_state(owner, "resolved")
    with pytest.raises(asyncpg.CheckViolationError, match="settled once"):
        await owner.execute("update forge.milestones set released = 1, refunded = 99")


@pytest.mark.parametrize(
    ("status", "released", "refunded"),
    [
        ("funded", 1, 0),
        ("approved", 100, 0),
        ("released", 99, 0),
        ("released", 99, 1),
        ("refunded", 100, 0),
        ("refunded", 0, 99),
        ("resolved", 50, 49),
        ("resolved", 101, -1),
        ("cancelled", 0, 100),
    ],
)
async def test_no_money_is_lost_or_made_when_a_milestone_ends(
    agreement: Agreement, owner: asyncpg.Connection, status: str, released: int, refunded: int
) -> None:
    await owner.execute("alter table forge.milestones disable trigger move")
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="milestones_settled_check"):
            await owner.execute(
                f"update forge.milestones set status = '{status}', submitted_at = now(), "
                f"released = {released}, refunded = {refunded}"
            )
    finally:
        await owner.execute("alter table forge.milestones enable trigger move")


async def test_milestones_come_to_no_more_than_their_contract(
    agreement: Agreement, owner: asyncpg.Connection
) -> None:
    add = (
        "insert into forge.milestones "
        "(contract_id, employer_id, freelancer_id, position, description, amount) "
        "select contract_id, employer_id, freelancer_id, 3, 'More.', $1 "
        "from forge.milestones where position = 1"
    )
    over = "the milestones of a contract come to no more than its amount"
    with pytest.raises(asyncpg.CheckViolationError, match=over):
        await owner.execute(add, Decimal("300.00000001"))
    with pytest.raises(asyncpg.CheckViolationError, match=over):
        await owner.execute("update forge.milestones set amount = 250.1")
    with pytest.raises(asyncpg.CheckViolationError, match=over):
        await owner.execute("update forge.contracts set amount = 199")
    await owner.execute(add, Decimal(300))
    with pytest.raises(asyncpg.CheckViolationError, match=over):
        await owner.execute("update forge.contracts set amount = 499")
    await owner.execute("update forge.milestones set status = 'cancelled' where position = 3")
    await owner.execute("update forge.contracts set amount = 200")


async def test_a_contract_is_in_dispute_as_long_as_one_of_its_milestones_is(
    database: Database, agreement: Agreement, owner: asyncpg.Connection
) -> None:
    await set_state(owner, "disputed")
    status = "select status::text from forge.contracts"
    for milestone in agreement.milestones:
        await a_dispute(database, milestone)
    assert await owner.fetchval(status) == "disputed"
    withdraw = (
        "update forge.disputes set status = 'withdrawn', withdrawn_at = now() "
        "where milestone_id = $1"
    )
    await owner.execute(withdraw, agreement.milestones[0].id)
    assert await owner.fetchval(status) == "disputed"
    await owner.execute(withdraw, agreement.milestones[1].id)
    assert await owner.fetchval(status) == "active"


async def test_a_milestone_has_one_open_dispute(
    database: Database, agreement: Agreement, owner: asyncpg.Connection
) -> None:
    await a_dispute(database, agreement.milestones[0])
    await a_dispute(database, agreement.milestones[1])
    again = (
        "insert into forge.disputes "
        "(milestone_id, contract_id, employer_id, freelancer_id, raised_by_id, reason, status) "
        "select milestone_id, contract_id, employer_id, freelancer_id, raised_by_id, reason, "
        "'open' from forge.disputes"
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="disputes_one_open_key"):
        await owner.execute(again)
    await owner.execute("update forge.disputes set status = 'withdrawn', withdrawn_at = now()")
    await owner.execute(again)


@pytest.mark.parametrize(
    "statement",
    [
        "update forge.disputes set reason = 'Too short a reason.'",
        "update forge.disputes set raised_by_id = uuidv7()",
        "update forge.disputes set status = 'resolved'",
        "update forge.disputes set award_bps = 5000",
        "update forge.disputes set status = 'withdrawn'",
        "update forge.disputes set status = 'escalated'",
        (
            "update forge.disputes set status = 'resolved', resolution = 'Half each.', "
            "award_bps = 10001, resolved_by_id = (select id from auth.users where role = 'admin'), "
            "resolved_at = now()"
        ),
        (
            "update forge.disputes set status = 'resolved', resolution = 'All mine.', "
            "award_bps = 0, resolved_by_id = employer_id, resolved_at = now()"
        ),
        "update forge.contracts set amount = 'NaN'",
        "update forge.contracts set rating = 5",
        "update forge.contracts set status = 'completed'",
        "update forge.contracts set ended_at = now()",
        "update forge.contracts set freelancer_id = employer_id",
        "update forge.milestones set amount = 'NaN'",
        "update forge.milestones set position = 0",
        "update forge.milestones set auto_release_at = now()",
        "update forge.jobs set title = 'It'",
        "update forge.jobs set budget = 0",
        "update forge.jobs set budget = 'NaN'",
        "update forge.jobs set skills = array_fill('x'::citext, array[51])",
        "update forge.applications set bid_amount = -1",
        "update forge.skill_profiles set skills = array['x', null]",
        "update forge.skill_profiles set skills = array['']",
        "update forge.skill_profiles set rating_total = 6, rating_count = 1",
        "update forge.skill_profiles set opening_jobs_completed = 1",
        "update forge.skill_profiles set total_earned = -1",
        "update forge.skill_profiles set name = 'x'",
    ],
)
async def test_what_cannot_be_is_refused(
    database: Database, agreement: Agreement, owner: asyncpg.Connection, statement: str
) -> None:
    await a_dispute(database, agreement.milestones[0])
    await a_skill_profile(database, await a_user(database))
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update forge.jobs set currency = 'USD'",
        "update forge.applications set currency = 'USD'",
        "update forge.milestones set currency = 'USD'",
        "update forge.jobs set employer_id = (select id from auth.users where role = 'admin')",
        "update forge.milestones set employer_id = uuidv7()",
        "delete from forge.contracts",
        "delete from forge.jobs",
        "delete from auth.users where role = 'employer'",
    ],
)
async def test_a_contract_and_all_around_it_keep_their_parties_and_their_currency(
    agreement: Agreement, owner: asyncpg.Connection, statement: str
) -> None:
    before = await milestones(owner)
    with pytest.raises((asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError)):
        await owner.execute(statement)
    assert await milestones(owner) == before


async def test_a_job_goes_to_one_freelancer_who_applies_once(
    database: Database, parties: Sequence[User], agreement: Agreement, owner: asyncpg.Connection
) -> None:
    other = await a_user(database)
    rejected = await an_application(database, agreement.job, other)
    with pytest.raises(asyncpg.UniqueViolationError, match="applications_one_accepted_key"):
        await owner.execute("update forge.applications set status = 'accepted'")
    _, freelancer, _ = parties
    with pytest.raises(asyncpg.UniqueViolationError, match="applications_job_id_freelancer_id_key"):
        await owner.execute(
            "update forge.applications set freelancer_id = $1 where id = $2",
            freelancer.id,
            rejected.id,
        )


async def test_nobody_but_the_system_writes(
    database: Database, parties: Sequence[User], agreement: Agreement, owner: asyncpg.Connection
) -> None:
    before = await milestones(owner)
    for person in parties:
        async with database.session(viewer(person)) as session:
            connection = await session.connection()
            changed = await connection.exec_driver_sql("update forge.milestones set position = 9")
            assert changed.rowcount == 0
    assert await milestones(owner) == before
