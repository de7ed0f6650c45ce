"""Small things that all builders need: where rows come from, their order, and who asks for them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLField, GraphQLObjectType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from domains.kernel.policy import Group
from domains.kernel.viewer import Role

from . import json_text as j
from .dialect import full_name, quoted
from .graph import named
from .meanings import Join, Order
from .symbols import MOMENT, SESSION, USER

TRUE = "true"
"""The condition that all rows meet."""

FALSE = "false"

SAMPLE = "row__"
"""The name of rows in expressions that are written once, for rows of whatever name."""


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """For whom a statement is made; compared as a thing, which costs a request less."""

    role: Role
    proven_by: str | None = None
    """The database's function that makes sure of a remembered viewer, before anything is read. It
    also makes the viewer's settings; None for a viewer who is known for sure."""


Clause = tuple[str, ...]
"""Conditions over the sample, of which a row meets at least one."""


@dataclass(frozen=True, slots=True)
class Row:
    """Rows of a table, or of what was read of it, under a name of their own."""

    name: str
    table: sa.Table
    known: tuple[Clause, ...] = ()
    """What the statement asks of them beside their policy."""

    @property
    def source(self) -> str:
        """The table in a FROM."""
        return f"{full_name(self.table)} AS {self.name}"

    def column(self, name: str) -> str:
        return f"{self.name}.{quoted(self.table.c[name].name)}"

    def value(self, name: str) -> "Value":
        column = self.table.c[name]
        return Value(self.column(name), column.type, not column.nullable)

    def leaf(self, name: str) -> j.Part:
        """A column's JSON."""
        return self.value(name).leaf()

    def read_in(self, text: str, source: "Row") -> str:
        """The columns that a text reads of these rows, as the rows have them that they come from.

        What brings more has Postgres carry all columns through all partitions.
        """
        read = re.findall(rf"\b{self.name}\.(\w+|\"[^\"]+\")", text)
        columns = (name for name, column in self.table.c.items() if quoted(column.name) in read)
        return ", ".join(map(source.column, columns))

    def named(self, text: str) -> str:
        """What is written of the sample, of these rows."""
        return text.replace(SAMPLE, self.name)

    def knowing(self, condition: str) -> "Row":
        """The same rows, which a condition of theirs is asked of."""
        over_sample = re.sub(rf"\b{self.name}\.", f"{SAMPLE}.", condition)
        return replace(self, known=(*self.known, (over_sample,)))


@dataclass(frozen=True, slots=True)
class Value:
    """An expression, and what its JSON depends on."""

    text: str
    kind: Any
    never_null: bool = False

    def leaf(self, names: Mapping[str, str] | None = None) -> j.Part:
        """Its JSON; `names` maps an enum's labels."""
        return j.leaf(self.text, self.kind, names, never_null=self.never_null)


@dataclass(frozen=True, slots=True)
class Parent:
    """What a relation hangs on: the key on this side."""

    key: str
    join: Join
    traits: frozenset[str] = frozenset()
    """What is known of the key: what follows it in conditions (` = $1`)."""

    def known(self, table: sa.Table) -> tuple[Clause, ...]:
        """What is known of the relation's rows by the key that they share."""
        names = [Row(SAMPLE, table).column(name) for name in self.join.there]
        return tuple(tuple(f"{name}{trait}" for name in names) for trait in sorted(self.traits))

    def joins(self, row: Row) -> str:
        """Whether a row is one of the relation's."""
        return " OR ".join(f"{row.column(name)} = {self.key}" for name in self.join.there)

    def shares(self, row: Row) -> list[str]:
        """The same in parts that have no row in common, one for each column of the join.

        Of each part an index knows the order. Of all together none does: Postgres would sort all
        of them, or go through the whole table in order until it has found enough.
        """
        found = []
        for index, name in enumerate(self.join.there):
            others = (
                f"{row.column(other)} IS DISTINCT FROM {self.key}"
                for other in self.join.there[:index]
            )
            found.append(every(f"{row.column(name)} = {self.key}", *others))
        return found


class PlannerTerms:
    """The viewer as the planner knows them: their role is part of the plan, all else is bound."""

    def __init__(self, role: Role) -> None:
        self._role = role

    @property
    def user_id(self) -> sa.ColumnElement[Any]:
        if self._role is Role.ANONYMOUS:
            # Known to be nobody's, so that Postgres drops what depends on it while it plans.
            return sa.cast(sa.null(), sa.Uuid())
        return sa.bindparam(USER, type_=sa.Uuid())

    @property
    def session_id(self) -> sa.ColumnElement[Any]:
        """The session that the viewer asks in."""
        return sa.bindparam(SESSION, type_=sa.Uuid())

    @property
    def moment(self) -> sa.ColumnElement[Any]:
        """When the viewer asks."""
        return sa.bindparam(MOMENT, type_=sa.DateTime(timezone=True))

    def is_a(self, *roles: Role) -> sa.ColumnElement[bool]:
        return sa.true() if self._role in roles else sa.false()

    def holds(self, member: sa.ColumnElement[Any], group: Group) -> sa.ColumnElement[bool]:
        if self._role is Role.ANONYMOUS:
            return sa.false()
        ids: sa.Select[Any] = sa.select(sa.column("ids")).select_from(sa.table(_common_name(group)))
        return member == sa.any_(sa.cast(ids.scalar_subquery(), ARRAY(member.type)))


COMMON = re.compile(r"\bids_of__([a-z]+)__(\w+)")


def _common_name(group: Group) -> str:
    """What the ids of a group are called in a statement."""
    return f"ids_of__{group.name.replace('.', '__')}"


def common(text: str) -> str:
    """What a statement begins with that asks for groups, so that each is found out at most once.

    By the groups' functions, as in the database's own policies; they do not stand under policies
    themselves. Postgres asks them when it first must, after the settings that they read are made.
    """
    names = dict.fromkeys(COMMON.findall(text))
    asked = [
        f"ids_of__{schema}__{function} AS (SELECT array((SELECT {schema}.{function}())) AS ids)"
        for schema, function in names
    ]
    return f"WITH {', '.join(asked)} " if asked else ""


def every(*conditions: str) -> str:
    """Whether all conditions are met."""
    asked = [each for each in conditions if each != TRUE]
    if len(asked) > 1:
        return " AND ".join(f"({each})" for each in asked)
    return asked[0] if asked else TRUE


def select(what: str, source: str, *conditions: str) -> str:
    """The rows of a source that meet all conditions."""
    wanted = every(*conditions)
    where = "" if wanted == TRUE else f" WHERE {wanted}"
    return f"SELECT {what} FROM {source}{where}"  # noqa: S608 (values are marks)


def union(parts: Iterable[str], name: str) -> str:
    """The rows of all parts, each of which may be sorted and cut by itself, in a FROM."""
    return f"({' UNION ALL '.join(f'({part})' for part in parts)}) AS {name}"


def in_order(row: Row, order: Order, *, backwards: bool = False) -> str:
    """The clause that sorts a list."""
    way = " DESC" if order.descending is not backwards else ""
    return " ORDER BY " + ", ".join(f"{row.column(name)}{way}" for name in order.keys)


def node_type(field: GraphQLField) -> GraphQLObjectType:
    """The type of a relation's rows: behind a connection, that of its nodes."""
    type_: Any = named(field)
    if "edges" in type_.fields and "nodes" in type_.fields:
        type_ = named(type_.fields["nodes"])
    return type_  # type: ignore[no-any-return]


def named_input(field: GraphQLField, name: str) -> Any:
    """The input type of an argument."""
    return named(field.args[name])  # type: ignore[arg-type]


def namespace_of(model: type[SQLModel]) -> str:
    return str(table_of(model).schema)


def table_of(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    return table
