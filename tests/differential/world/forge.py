"""Jobs of two employers, done by students, in every state that they and their money can be in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from domains.auth.models import User, UserRole
from domains.forge.models import (
    Application,
    ApplicationStatus,
    Contract,
    ContractStatus,
    Dispute,
    DisputeOutcome,
    DisputeStatus,
    Job,
    JobStatus,
    Milestone,
    MilestoneStatus,
    SkillProfile,
)
from domains.kernel.scalars import Currency
from domains.mint.models import Transaction, Wallet, WalletKind
from tests.differential.awkward import AMOUNTS, MOMENTS, TEXTS, TITLES

from . import Cast, Maker

SKILLS: tuple[list[str], ...] = (
    ["SQL", "é", 'a "quoted" \\ one', "words, {and} 'marks'"],
    ["sql", "learning"],
    [],
    ["Learning", "🧑🏽‍🚀", "null", "%"],
    ["x"],
)
PARTS = tuple(amount for amount in AMOUNTS if 0 < amount < 10**6)
MOST = AMOUNTS[2]
SUBMITTED = frozenset(
    (
        MilestoneStatus.SUBMITTED,
        MilestoneStatus.CHANGES_REQUESTED,
        MilestoneStatus.APPROVED,
        MilestoneStatus.RELEASED,
    )
)
DISPUTED_FROM = (
    MilestoneStatus.FUNDED,
    MilestoneStatus.SUBMITTED,
    MilestoneStatus.CHANGES_REQUESTED,
)
OUTCOMES: tuple[dict[str, Any], ...] = (
    {"outcome": DisputeOutcome.REFUND, "award_bps": 0},
    {"outcome": DisputeOutcome.SPLIT, "award_bps": 1},
    {"outcome": DisputeOutcome.RELEASE, "award_bps": 10_000},
    {"outcome": DisputeOutcome.REWORK},
)


def fill(maker: Maker, cast: Cast) -> None:
    freelancers = cast.having(UserRole.STUDENT)
    for user in freelancers[:-1]:
        _profile(maker, user)
    employers = cast.having(UserRole.EMPLOYER)
    jobs = [_job(maker, maker.next(employers)) for _ in range(12)]
    offers = [_offer(maker, job, user) for job, user in product(jobs, freelancers[:4])]
    movements = iter(maker.made(Transaction))
    accepted = [offer for offer in offers if offer.status is ApplicationStatus.ACCEPTED]
    admin = cast.users["admin"]
    for offer in accepted:
        contract = _contract(maker, offer)
        for part in _milestones(maker, contract, movements):
            _dispute(maker, part, admin)


def _profile(maker: Maker, user: User) -> None:
    ratings = maker.next((0, 1, 3))
    maker.add(
        SkillProfile,
        user_id=user.id,
        name=f"{user.name} works"[:100],
        headline=maker.sometimes(TITLES),
        skills=maker.next(SKILLS),
        rating_count=ratings,
        rating_total=ratings * 4 + min(ratings, 1),
        jobs_completed=maker.next((0, 5, 2**31 - 1)),
        total_earned=maker.next(AMOUNTS),
        currency=maker.next(tuple(Currency)),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _job(maker: Maker, employer: User) -> Job:
    return maker.add(
        Job,
        employer_id=employer.id,
        title=maker.next(TITLES),
        description=maker.next(TEXTS),
        category=maker.next(("Programming", "", "Data 'Science'")),
        skills=maker.next(SKILLS),
        budget=maker.next(AMOUNTS[1:]),
        currency=maker.next(tuple(Currency)),
        status=maker.next(tuple(JobStatus)),
        deadline=maker.sometimes(MOMENTS),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _offer(maker: Maker, job: Job, freelancer: User) -> Application:
    taken = any(
        offer.job_id == job.id and offer.status is ApplicationStatus.ACCEPTED
        for offer in maker.made(Application)
    )
    states = [*ApplicationStatus]
    status = maker.next(states)
    return maker.add(
        Application,
        job_id=job.id,
        employer_id=job.employer_id,
        freelancer_id=freelancer.id,
        proposal=maker.next(TEXTS),
        bid_amount=maker.next(AMOUNTS[1:]),
        currency=job.currency,
        status=ApplicationStatus.REJECTED if taken else status,
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _escrow(maker: Maker, offer: Application) -> Wallet:
    return maker.add(
        Wallet,
        kind=WalletKind.ESCROW,
        payer_id=offer.employer_id,
        payee_id=offer.freelancer_id,
        currency=offer.currency,
        balance=maker.next(AMOUNTS),
        created_at=maker.moment(),
    )


def _contract(maker: Maker, offer: Application) -> Contract:
    status = maker.next(tuple(ContractStatus))
    ended = status in {ContractStatus.COMPLETED, ContractStatus.CANCELLED}
    escrow = maker.next((_escrow, None))
    return maker.add(
        Contract,
        job_id=offer.job_id,
        application_id=offer.id,
        employer_id=offer.employer_id,
        freelancer_id=offer.freelancer_id,
        amount=MOST,
        currency=offer.currency,
        status=status,
        fee_bps=maker.next((0, 1, 10_000)),
        escrow_wallet_id=escrow(maker, offer).id if escrow else None,
        rating=maker.next((None, 1, 5)) if status is ContractStatus.COMPLETED else None,
        started_at=maker.moment(),
        ended_at=maker.moment() if ended else None,
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )


def _milestones(
    maker: Maker, contract: Contract, movements: Iterator[Transaction]
) -> Sequence[Milestone]:
    return [_milestone(maker, contract, movements, position) for position in (3, 1, 2**31 - 1)]


def _milestone(
    maker: Maker, contract: Contract, movements: Iterator[Transaction], position: int
) -> Milestone:
    status = maker.next(tuple(MilestoneStatus))
    amount = maker.next(PARTS)
    disputed = status is MilestoneStatus.DISPUTED
    return maker.add(
        Milestone,
        contract_id=contract.id,
        employer_id=contract.employer_id,
        freelancer_id=contract.freelancer_id,
        currency=contract.currency,
        position=position,
        description=maker.next(TEXTS),
        amount=amount,
        status=status,
        disputed_from=maker.next(DISPUTED_FROM) if disputed else None,
        due_at=maker.sometimes(MOMENTS),
        submitted_at=maker.moment() if status in SUBMITTED else None,
        auto_release_at=maker.moment() if status is MilestoneStatus.SUBMITTED else None,
        created_at=maker.moment(),
        updated_at=maker.moment(),
        **_settled(status, amount, movements),
    )


def _settled(
    status: MilestoneStatus, amount: Decimal, movements: Iterator[Transaction]
) -> dict[str, Any]:
    cent = Decimal("0.00000001")
    parts: dict[MilestoneStatus, dict[str, Any]] = {
        MilestoneStatus.RELEASED: {"released": amount, "fee": cent},
        MilestoneStatus.REFUNDED: {"refunded": amount},
        MilestoneStatus.RESOLVED: {"released": amount - cent, "refunded": cent},
    }
    if status not in parts:
        return {}
    return {"settlement_transaction_id": next(movements).id, **parts[status]}


def _dispute(maker: Maker, milestone: Milestone, admin: User) -> None:
    open_states = (DisputeStatus.OPEN, DisputeStatus.ESCALATED)
    over = (DisputeStatus.RESOLVED, DisputeStatus.WITHDRAWN)
    disputed = milestone.status is MilestoneStatus.DISPUTED
    status = maker.next(open_states if disputed else over)
    maker.add(
        Dispute,
        milestone_id=milestone.id,
        contract_id=milestone.contract_id,
        employer_id=milestone.employer_id,
        freelancer_id=milestone.freelancer_id,
        raised_by_id=maker.next((milestone.employer_id, milestone.freelancer_id)),
        reason=f"{maker.next(TEXTS)} and that is not good.",
        status=status,
        created_at=maker.moment(),
        updated_at=maker.moment(),
        **_ended(maker, status, admin),
    )


def _ended(maker: Maker, status: DisputeStatus, admin: User) -> dict[str, Any]:
    match status:
        case DisputeStatus.ESCALATED:
            return {"escalated_at": maker.moment()}
        case DisputeStatus.WITHDRAWN:
            return {"withdrawn_at": maker.moment()}
        case DisputeStatus.RESOLVED:
            return {
                "resolution": maker.next(TEXTS),
                **maker.next(OUTCOMES),
                "resolved_by_id": admin.id,
                "resolved_at": maker.moment(),
            }
    return {}
