"""The rules of being a student."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Person, themselves
from domains.education.errors.learning import NotAStudent
from domains.education.models import Student
from domains.education.repository import students as repository
from domains.education.repository.students import Learner
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer
from domains.mint import public as mint


async def register(session: AsyncSession, person: Person) -> None:
    """Make a person a student, whose money is in their wallet; again changes nothing."""
    first, _, last = person.name.rpartition(" ")
    student = Student(
        user_id=person.id, first_name=first or last, last_name=last, email=person.email
    )
    if await repository.add_student(session, student):
        wallet_id = await mint.open_wallet(session, person.id)
        repository.add_wallet(session, student.id, wallet_id)


async def change_email(session: AsyncSession, person: Person) -> None:
    """Keep a student's address as their account has it."""
    await repository.change_student(session, person.id, email=person.email)


async def erase(session: AsyncSession, user_id: UUID) -> None:
    """Forget who a student was; doing it again changes nothing."""
    nobody = {"first_name": "Erased", "last_name": "person", "date_of_birth": None}
    address = f"{user_id.hex}@erased.invalid"
    await repository.change_student(session, user_id, email=address, **nobody)


async def learner(session: AsyncSession, viewer: Viewer) -> Learner:
    """The viewer as a student; nobody learns, pays or proves something for somebody else."""
    found = await repository.learner(session, themselves(viewer))
    if found is None:
        raise Refused(NotAStudent())
    return found
