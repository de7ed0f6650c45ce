"""A small world in which every table has rows, and somebody of each kind to look at them.

Each domain has a module that makes its rows, and says in `VISIBLE` how many of each table every
caller sees. A new domain adds its module, and nothing else.
"""

import pkgutil
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from domains.auth.models import User, UserRole
from domains.kernel.database import Database
from domains.kernel.policy import Group
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from tests.makers import a_user, put, viewer

ORDER = (
    "auth",
    "mint",
    "education",
    "forge",
    "sapiens",
    "family",
    "health",
    "nexus",
    "notifications",
    "kernel",
)
"""In which the modules make their rows: those that are pointed at first."""

CALLERS = (
    "anonymous",
    "student",
    "peer",
    "educator",
    "colleague",
    "employer",
    "rival",
    "admin",
)
ALL = "everything"
"""Beside the callers: how many rows there are."""

T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class People:
    """Who there is, and the rows that the domains made about them."""

    student: User
    peer: User
    educator: User
    """Teaches a published course to the student and the peer."""

    colleague: User
    """Teaches nothing."""

    employer: User
    rival: User
    """Another employer."""

    admin: User
    rows: list[SQLModel] = field(default_factory=list)

    async def keep(self, database: Database, *rows: SQLModel) -> None:
        """Commit rows, for the domains above to find as well."""
        await put(database, *rows)
        self.rows.extend(rows)

    def made(self, model: type[T]) -> list[T]:
        """The rows of a model that are kept so far, oldest first."""
        return [row for row in self.rows if isinstance(row, model)]


@cache
def modules() -> dict[str, ModuleType]:
    """The domains' modules by name, in their order."""
    names = sorted((found.name for found in pkgutil.iter_modules(__path__)), key=ORDER.index)
    return {name: import_module(f"{__name__}.{name}") for name in names}


async def everybody(database: Database) -> People:
    """Make the people and all rows about them."""
    people = await _people(database)
    for module in modules().values():
        await module.populate(database, people)
    return people


async def populate(database: Database) -> dict[str, Viewer]:
    """Make the rows, and give the callers by what they are to each other."""
    people = await everybody(database)
    callers = {name: viewer(getattr(people, name)) for name in CALLERS[1:]}
    return {"anonymous": ANONYMOUS, **callers}


async def _people(database: Database) -> People:
    return People(
        student=await a_user(database),
        peer=await a_user(database),
        educator=await a_user(database, UserRole.EDUCATOR),
        colleague=await a_user(database, UserRole.EDUCATOR),
        employer=await a_user(database, UserRole.EMPLOYER),
        rival=await a_user(database, UserRole.EMPLOYER),
        admin=await a_user(database, UserRole.ADMIN),
    )


def visible() -> dict[str, dict[str, int]]:
    """How many rows of each table every caller sees, and how many there are: by caller."""
    lines: dict[str, tuple[int, ...]] = {}
    for module in modules().values():
        lines |= module.VISIBLE
    return {
        caller: {table: counts[place] for table, counts in lines.items()}
        for place, caller in enumerate((*CALLERS, ALL))
    }


class LiteralTerms:
    """A viewer's terms as plain values, as the planner writes them."""

    def __init__(self, caller: Viewer) -> None:
        self.caller = caller

    @property
    def user_id(self) -> sa.ColumnElement[Any]:
        found = self.caller.user_id
        return sa.cast(sa.literal(str(found)) if found else sa.null(), sa.Uuid)

    def is_a(self, *roles: Role) -> sa.ColumnElement[bool]:
        return sa.true() if self.caller.role in roles else sa.false()

    def holds(self, member: sa.ColumnElement[Any], group: Group) -> sa.ColumnElement[bool]:
        return member.in_(group.members(self))
