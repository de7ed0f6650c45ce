"""Row policies: who may see and change a row, said once for the planner and for the database.

A policy is a function of a row's columns and of the *viewer's terms*. The planner's terms are
bind parameters; the database's are transaction-local settings, read once per statement. So the
same function makes a predicate of every planned statement and the text of the row-level security.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, Text, Uuid, any_, false, func, or_, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import cast, literal
from sqlmodel import SQLModel

from .viewer import Role

Columns = Any
"""The columns of a row by name: `course.published_at`."""


class ViewerTerms(Protocol):
    """What a policy may ask of the viewer, as SQL."""

    @property
    def user_id(self) -> ColumnElement[Any]: ...

    def is_a(self, *roles: Role) -> ColumnElement[bool]: ...

    def holds(self, member: ColumnElement[Any], group: "Group") -> ColumnElement[bool]: ...


class ReaderTerms(ViewerTerms, Protocol):
    """What a field that is read may ask beyond that; the database's own policies do not know it."""

    @property
    def session_id(self) -> ColumnElement[Any]: ...

    @property
    def moment(self) -> ColumnElement[Any]: ...


@dataclass(frozen=True, slots=True)
class Group:
    """Ids that belong to a viewer (the courses they teach), for policies to test against.

    In the database it is a function `name`, owned by the owner's role, so that the policies of
    two tables may ask of each other without recursion.
    """

    name: str
    members: Callable[[ViewerTerms], Select[Any]]


Predicate = Callable[[Columns, ViewerTerms], ColumnElement[bool]]

_groups: dict[str, list[tuple[Group, Predicate]]] = {}


def group_of(name: str, model: type[SQLModel], belongs: Predicate) -> Group:
    """The ids of those rows of one table that a predicate holds of."""
    table = model.__table__  # type: ignore[attr-defined]
    group = Group(name, lambda viewer: select(table.c.id).where(belongs(table.c, viewer)))
    _groups.setdefault(table.fullname, []).append((group, belongs))
    return group


def groups_of(table: str) -> Sequence[tuple[Group, Predicate]]:
    """The groups of a table's own rows, by its full name, and what makes a row one of them."""
    return _groups.get(table, ())


@dataclass(slots=True)
class RowPolicy:
    """Who may see a table's rows, change them and add to them; the system always may."""

    visible: Predicate
    changeable: Predicate
    addable: Predicate


_policies: dict[str, RowPolicy] = {}


def nobody(_row: Columns, _viewer: ViewerTerms) -> ColumnElement[bool]:
    """No person at all."""
    return false()


def anybody(_row: Columns, _viewer: ViewerTerms) -> ColumnElement[bool]:
    """Everybody, signed in or not."""
    return true()


def owns(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Whoever the row is about."""
    return row.user_id == viewer.user_id  # type: ignore[no-any-return]


def owns_or_administers(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Whoever the row is about, and admins."""
    return or_(viewer.is_a(Role.ADMIN), owns(row, viewer))


def protect(
    model: type[SQLModel],
    *,
    visible: Predicate,
    changeable: Predicate = nobody,
    addable: Predicate | None = None,
) -> RowPolicy:
    """Give a table its policy; rows can be added by those who may change them unless it says."""
    policy = RowPolicy(visible, changeable, addable or changeable)
    _policies[_full_name(model)] = policy
    return policy


def policy_of(model: type[SQLModel]) -> RowPolicy:
    """The policy of a table; a table without one is a mistake of the program."""
    return _policies[_full_name(model)]


def protected_tables() -> dict[str, RowPolicy]:
    """All policies by the table's full name."""
    return dict(_policies)


def _full_name(model: type[SQLModel]) -> str:
    return str(model.__table__.fullname)  # type: ignore[attr-defined]


class DatabaseTerms:
    """The viewer as the database knows them.

    Each setting stands in a sub-select, which Postgres evaluates once per statement instead of
    once per row. After a transaction has ended a local setting reads as an empty string, which
    `nullif` makes a null.
    """

    @property
    def user_id(self) -> ColumnElement[Any]:
        setting = func.nullif(func.current_setting("azora.user_id", literal(True)), "")  # noqa: FBT003
        return select(cast(setting, Uuid)).scalar_subquery()

    def is_a(self, *roles: Role) -> ColumnElement[bool]:
        setting = select(func.current_setting("azora.role", literal(True), type_=Text))  # noqa: FBT003
        return or_(*(setting.scalar_subquery() == role.value for role in roles))

    def holds(self, member: ColumnElement[Any], group: Group) -> ColumnElement[bool]:
        ids = select(database_function(group.name)(type_=member.type))
        return member == any_(func.array(ids.scalar_subquery()))


def database_function(name: str) -> Any:
    """A function of the database by its full name, to be called in an expression."""
    schema, function = name.split(".")
    return getattr(getattr(func, schema), function)


def row_security(model: type[SQLModel]) -> dict[str, tuple[str, str | None, str | None]]:
    """The policies that the database must have: {name: (command, USING, WITH CHECK)}."""
    policy = policy_of(model)
    columns = model.__table__.c  # type: ignore[attr-defined]
    terms = DatabaseTerms()
    system = terms.is_a(Role.SYSTEM)
    sees = sql_text(or_(policy.visible(columns, terms), system))
    changes = sql_text(or_(policy.changeable(columns, terms), system))
    adds = sql_text(or_(policy.addable(columns, terms), system))
    return {
        "visible": ("select", sees, None),
        "insertable": ("insert", None, adds),
        "updatable": ("update", changes, changes),
        "deletable": ("delete", changes, None),
    }


def group_function(group: Group) -> str:
    """The statement that makes a group's function in the database."""
    body = sql_text(group.members(DatabaseTerms()))
    return (
        f"create or replace function {group.name}() returns setof uuid language sql stable "
        f"security definer set search_path = '' as $$ {body} $$"
    )


def sql_text(clause: Any) -> str:
    """A clause as literal SQL."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
