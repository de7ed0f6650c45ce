"""Three courses of one educator, and two students.

The educator teaches a published course to the student and the peer, has withdrawn another that
the student is still enrolled in, and is writing a third. The colleague teaches nothing.
"""

from decimal import Decimal
from uuid import uuid4

from sqlmodel import select

from domains.education.models import (
    AssessmentSubmission,
    LearningProgress,
    Module,
    Student,
    Transaction,
    TransactionType,
    Wallet,
)
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from domains.mint import models as mint
from tests.makers import a_course, a_student, an_enrollment

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "education.assessment_submissions": (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "education.courses":                (1, 2, 1, 3, 1, 1, 1, 3, 3),
    "education.enrollments":            (0, 2, 1, 3, 0, 0, 0, 3, 3),
    "education.learning_progress":      (0, 2, 1, 3, 0, 0, 0, 3, 3),
    "education.modules":                (2, 3, 2, 3, 2, 2, 2, 3, 3),
    "education.students":               (0, 1, 1, 2, 0, 0, 0, 2, 2),
    "education.transactions":           (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "education.wallets":                (0, 1, 1, 0, 0, 0, 0, 2, 2),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    published, modules = await a_course(database, people.educator)
    withdrawn, left = await a_course(database, people.educator, modules=1, published=False)
    draft, _ = await a_course(database, people.educator, modules=0, published=False)
    student, peer = [await a_student(database, user) for user in (people.student, people.peer)]
    people.rows.extend((published, withdrawn, draft, *modules, *left, student, peer))
    for learner in (student, peer):
        people.rows.append(await an_enrollment(database, learner, published))
        await _learning(database, people, learner, modules[0])
    people.rows.append(await an_enrollment(database, student, withdrawn))
    await people.keep(database, LearningProgress(student_id=student.id, module_id=left[0].id))


async def _learning(database: Database, people: People, student: Student, module: Module) -> None:
    async with database.session(SYSTEM) as session:
        wallet = (await session.exec(select(Wallet).where(Wallet.student_id == student.id))).one()
    reward = next(
        moved for moved in people.made(mint.Transaction) if moved.to_id == wallet.mint_wallet_id
    )
    await people.keep(
        database,
        LearningProgress(student_id=student.id, module_id=module.id),
        AssessmentSubmission(
            student_id=student.id, assessment_id=uuid4(), answers={}, score=Decimal(80)
        ),
        Transaction(
            wallet_id=wallet.id,
            mint_transaction_id=reward.id,
            type=TransactionType.EARNING,
            description="Welcome",
        ),
    )
