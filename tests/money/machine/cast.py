"""Who lives in the machine's town, and what they begin with."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import Session, User, UserProfile, UserRole
from domains.education.models import Course, CourseLevel, Module, Student, Wallet
from domains.forge.models import SkillProfile
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint import public as mint
from tests.makers import viewer

ROOT, JUDGE, EMMA, EDGAR, ADA, BOB = PEOPLE = ("root", "judge", "emma", "edgar", "ada", "bob")
ROLES = dict(
    zip(
        PEOPLE,
        (
            UserRole.ADMIN,
            UserRole.ADMIN,
            UserRole.EMPLOYER,
            UserRole.EDUCATOR,
            UserRole.STUDENT,
            UserRole.STUDENT,
        ),
        strict=True,
    )
)
ADMINS = (ROOT, JUDGE)
EMPLOYERS = (EMMA, ROOT)
STUDENTS = (ADA, BOB, EDGAR)
FREELANCERS = (ADA, BOB, EDGAR)

UNIT = 10**8
OPENING = {
    (EMMA, "AZR"): 1000,
    (ROOT, "AZR"): 300,
    (EDGAR, "AZR"): 30,
    (ADA, "AZR"): 200,
    (BOB, "AZR"): 100,
    (BOB, "USD"): 50,
    (EMMA, "USD"): 200,
}
"""In whole coins; nobody else begins with anything."""

COURSES = {
    "free": (Decimal(0), Currency.AZR, CourseLevel.BEGINNER),
    "cheap": (Decimal("5.00000001"), Currency.AZR, CourseLevel.INTERMEDIATE),
    "dear": (Decimal(40), Currency.AZR, CourseLevel.ADVANCED),
    "foreign": (Decimal(20), Currency.USD, CourseLevel.BEGINNER),
}
"""All of them Edgar's, each of two modules."""


@dataclass(slots=True)
class Cast:
    """The rows of a new town."""

    users: dict[str, User] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    wallets: dict[tuple[str, str], UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    modules: dict[str, list[UUID]] = field(default_factory=dict)

    def name_of(self, user_id: UUID) -> str:
        return next(name for name, user in self.users.items() if user.id == user_id)


async def settle(database: Database) -> Cast:
    """Bring everybody to town, with all that they begin with."""
    cast = Cast()
    async with database.session(SYSTEM) as session:
        _register(session, cast)
        await session.flush()
        await _open_wallets(session, cast)
        _teach(session, cast)
    return cast


def _register(session: AsyncSession, cast: Cast) -> None:
    moment = now()
    for name, role in ROLES.items():
        email = f"{name}@example.org"
        user = User(email=email, name=name.title(), role=role, email_verified_at=moment)
        until = moment + timedelta(days=36_500)
        proof = Session(
            user_id=user.id,
            token_hash=user.id.bytes * 2,
            access_expires_at=until,
            expires_at=until,
            auth_time=until - timedelta(days=1),
        )
        cast.users[name] = user
        cast.viewers[name] = replace(viewer(user), session_id=proof.id)
        session.add_all([user, UserProfile(user_id=user.id), proof])


async def _open_wallets(session: AsyncSession, cast: Cast) -> None:
    for name, user in cast.users.items():
        cast.wallets[name, "AZR"] = await mint.open_wallet(session, user.id)
    for name in (BOB, EMMA):
        dollars = await mint.open_wallet(session, cast.users[name].id, Currency.USD)
        cast.wallets[name, "USD"] = dollars
    legs = [
        mint.Leg(
            await mint.issuance(session, Currency(currency)),
            cast.wallets[name, currency],
            Decimal(coins),
            mint.TransactionType.MINT,
        )
        for (name, currency), coins in OPENING.items()
    ]
    await mint.post(session, None, "opening", legs)


def _teach(session: AsyncSession, cast: Cast) -> None:
    for name in STUDENTS:
        user = cast.users[name]
        student = Student(
            user_id=user.id, first_name=user.name, last_name="Smith", email=user.email
        )
        wallet = Wallet(student_id=student.id, mint_wallet_id=cast.wallets[name, "AZR"])
        profile = SkillProfile(user_id=user.id, name=user.name, skills=["Go"])
        session.add_all([student, wallet, profile])
    for name, (price, currency, level) in COURSES.items():
        course = _course(name, price, currency, level, cast.users[EDGAR].id)
        cast.courses[name] = course.id
        cast.modules[name] = [uuid7(), uuid7()]
        session.add(course)
        for position, id in enumerate(cast.modules[name], 1):
            title = f"Part {position}"
            part = Module(id=id, course_id=course.id, title=title, position=position, content={})
            session.add(part)


def _course(
    title: str, price: Decimal, currency: Currency, level: CourseLevel, instructor_id: UUID
) -> Course:
    return Course(
        instructor_id=instructor_id,
        title=f"Course {title}",
        description="What there is to learn.",
        price=price,
        currency=currency,
        duration_hours=10,
        level=level,
        category="Programming",
        published_at=now(),
    )
