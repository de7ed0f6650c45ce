"""A small world of awkward values, the same in every run.

Each domain has a module that fills its tables. A new domain adds its module, and nothing else.
"""

import pkgutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import SQLModel

from domains.auth.models import Session, User, UserRole
from domains.education.models import Course, Enrollment, Module, Student
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from tests.differential.awkward import MOMENTS, TEXTS
from tests.world import ORDER

T = TypeVar("T", bound=SQLModel)

VIEWERS = (
    "student",
    "other student",
    "educator",
    "other educator",
    "employer",
    "other employer",
    "admin",
)
"""Those who look at the world, beside the anonymous."""


@dataclass(slots=True)
class World:
    """Rows to be inserted in this order, and those who look at them."""

    rows: list[SQLModel] = field(default_factory=list)
    viewers: dict[str, Viewer] = field(default_factory=dict)


class Maker:
    """Makes rows out of the awkward values in turn."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (not for secrets)
        self.rows: list[SQLModel] = []
        self._turns: Counter[str] = Counter()

    def add(self, kind: type[T], /, **values: Any) -> T:
        row = kind(id=UUID(int=self.random.getrandbits(128), version=4), **values)
        self.rows.append(row)
        return row

    def made(self, kind: type[T]) -> list[T]:
        """The rows of a model so far."""
        return [row for row in self.rows if isinstance(row, kind)]

    def next(self, values: Sequence[Any]) -> Any:
        """Each value in its turn."""
        turns = repr(values)
        self._turns[turns] += 1
        return values[(self._turns[turns] - 1) % len(values)]

    def sometimes(self, values: Sequence[Any]) -> Any:
        return self.next(values) if self.random.random() < 0.6 else None

    def moment(self) -> Any:
        return self.next(MOMENTS)


@dataclass(slots=True)
class Cast:
    """Who there is by name, and what the lower domains made about them."""

    users: dict[str, User]
    students: list[Student] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    enrollments: list[Enrollment] = field(default_factory=list)

    def having(self, *roles: UserRole) -> list[User]:
        """The people with one of these roles."""
        return [user for user in self.users.values() if user.role in roles]


@cache
def modules() -> list[ModuleType]:
    """The domains' modules in their order."""
    names = sorted((found.name for found in pkgutil.iter_modules(__path__)), key=ORDER.index)
    return [import_module(f"{__name__}.{name}") for name in names]


def make_world(seed: int = 1) -> World:
    """Some rows of every table."""
    maker = Maker(seed)
    cast = Cast(_users(maker))
    for module in modules():
        module.fill(maker, cast)
    sessions = {session.user_id: session.id for session in maker.made(Session)}
    people = {name: cast.users[name] for name in VIEWERS}
    viewers = {
        name: Viewer(user.id, Role(user.role), sessions[user.id]) for name, user in people.items()
    }
    return World(maker.rows, {"anonymous": ANONYMOUS, **viewers})


def _users(maker: Maker) -> dict[str, User]:
    roles = {
        **{name: UserRole(name.removeprefix("other ")) for name in VIEWERS},
        **{f"learner {number}": UserRole.STUDENT for number in range(6)},
    }
    users = {name: _user(maker, name, role) for name, role in roles.items()}
    users["learner 4"].deleted_at = MOMENTS[0]
    users["learner 5"].disabled_at = MOMENTS[1]
    users["learner 5"].disabled_reason = "Sold."
    return users


def _user(maker: Maker, name: str, role: UserRole) -> User:
    return maker.add(
        User,
        name=(f"{name} {maker.next(TEXTS)}")[:100],
        email=f"{name.replace(' ', '.')}@example.org",
        role=role,
        email_verified_at=maker.sometimes(MOMENTS),
        last_login_at=maker.sometimes(MOMENTS),
        created_at=maker.moment(),
        updated_at=maker.moment(),
    )
