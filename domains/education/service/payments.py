"""The rules of the money for a course: from the student to the educator, and sometimes back."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, note
from domains.education.errors.learning import RefundNotCovered, RefundNotPossible
from domains.education.events import CoursePurchased, CourseRefunded
from domains.education.models import Course, Enrollment, TransactionType
from domains.education.repository import enrollments as repository
from domains.education.repository import students
from domains.education.repository.students import Learner
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.events import emit
from domains.kernel.refusal import Refused
from domains.kernel.scalars import decimal_text
from domains.kernel.viewer import Viewer
from domains.mint import public as mint

from .choices import choices


@dataclass(frozen=True, slots=True)
class Deal:
    """A student, a course, and the place in it that money moves for."""

    client: Client
    viewer: Viewer
    student: Learner
    course: Course
    place: Enrollment

    @property
    def reference(self) -> str:
        return f"enrollment:{self.place.id}"


async def pay(session: AsyncSession, deal: Deal) -> None:
    """Have the student pay the educator for this taking of the place, which happens once."""
    payer, payee = await _wallets(session, deal)
    price, title = deal.place.price, deal.course.title
    leg = mint.Leg(payer, payee, price, mint.TransactionType.PAYMENT, title)
    moved = await _post(session, deal, "pay", leg)
    _tell(session, deal, TransactionType.PAYMENT, moved)
    emit(session, CoursePurchased(transaction_id=moved.id, **_ids(deal)))
    _write_down(session, Action.COURSE_PURCHASED, deal)


def check_refund(place: Enrollment) -> None:
    """Refuse to pay back what was paid too long ago, or what was made use of."""
    until = place.enrolled_at + choices.refund_window
    if now() > until or place.progress >= choices.refund_progress:
        raise Refused(
            RefundNotCovered(
                path=["input", "withoutRefund"],
                until=until,
                progress=Decimal(choices.refund_progress),
            )
        )


async def refund(session: AsyncSession, deal: Deal, payment_id: UUID) -> None:
    """Have the educator pay back the whole of it, which happens once for each payment."""
    payer, payee = await _wallets(session, deal)
    type, title = mint.TransactionType.REFUND, deal.course.title
    leg = mint.Leg(payee, payer, deal.place.price, type, title, reversal_of_id=payment_id)
    try:
        moved = await _post(session, deal, "refund", leg)
    except Refused as refused:
        if isinstance(refused.errors[0], mint.InsufficientFunds | mint.WalletNotActive):
            # Whose wallet it is about is nobody else's.
            raise Refused(RefundNotPossible()) from None
        raise
    _tell(session, deal, TransactionType.REFUND, moved)
    emit(session, CourseRefunded(transaction_id=moved.id, **_ids(deal)))
    _write_down(session, Action.COURSE_REFUNDED, deal)


EARNED = {
    mint.ActivityType.COURSE_COMPLETION: "Course completion",
    mint.ActivityType.SKILL_ASSESSMENT: "Assessment passed",
}


async def tell_of_reward(session: AsyncSession, user_id: UUID, record_id: UUID) -> None:
    """Note what a student has mined by learning; noted again, it changes nothing."""
    reward = await mint.reward(session, record_id)
    student = await students.learner(session, user_id)
    if student is not None and reward.activity in EARNED:
        moved_id, why = reward.transaction_id, EARNED[reward.activity]
        await repository.tell_earning(session, student.wallet_id, moved_id, why)


async def stands(session: AsyncSession, place: Enrollment) -> bool:
    """Whether a place that was given up is still paid for."""
    if not place.price:
        return False
    return await repository.told(session, place, TransactionType.REFUND) is None


async def _wallets(session: AsyncSession, deal: Deal) -> tuple[UUID, UUID]:
    """Those of the student and of the educator, in the currency that the place was taken for."""
    currency = deal.place.currency
    return (
        await mint.own_wallet(session, deal.student.user_id, currency),
        await mint.own_wallet(session, deal.course.instructor_id, currency),
    )


async def _post(session: AsyncSession, deal: Deal, what: str, leg: mint.Leg) -> mint.Movement:
    key = f"edu:{deal.place.id}:{what}:{deal.place.attempt}"
    (moved,) = await mint.post(session, None, key, [leg], deal.reference)
    return moved


def _tell(session: AsyncSession, deal: Deal, type: TransactionType, moved: mint.Movement) -> None:
    repository.tell(
        session,
        deal.place,
        wallet_id=deal.student.wallet_id,
        mint_transaction_id=moved.id,
        type=type,
        description=deal.course.title,
    )


def _ids(deal: Deal) -> dict[str, UUID]:
    return {
        "enrollment_id": deal.place.id,
        "course_id": deal.course.id,
        "user_id": deal.student.user_id,
    }


def _write_down(session: AsyncSession, action: Action, deal: Deal) -> None:
    note(
        session,
        action,
        deal.client,
        user_id=deal.student.user_id,
        viewer=deal.viewer,
        resource=deal.reference,
        amount=decimal_text(deal.place.price),
        currency=deal.place.currency.value,
    )
