"""Small things that all builders need: where rows come from, their order, and who asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLField, GraphQLObjectType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import SQLModel

from domains.kernel.clock import now
from domains.kernel.policy import Columns, Group
from domains.kernel.viewer import Role

from .graph import named
from .meanings import Join, Order
from .symbols import Symbols


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a statement is made."""

    role: Role
    proven_by: str | None = None
    """The database's function that makes sure of a remembered viewer, before anything is read. It
    also makes the viewer's settings; None for a viewer who is known for sure."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What a relation hangs on: the key on this side, and where it comes from."""

    key: sa.ColumnElement[Any]
    source: sa.FromClause

    def joins(self, row: Columns, join: Join) -> sa.ColumnElement[bool]:
        """Whether a row is one of the relation's."""
        return sa.or_(*(row[name] == self.key for name in join.there))

    def shares(self, row: Columns, join: Join) -> list[sa.ColumnElement[bool]]:
        """The same in parts that have no row in common, one for each column of the join.

        Of each part an index knows the order. Of all together none does: Postgres would sort all
        of them, or go through the whole table in order until it has found enough.
        """
        found = []
        for index, name in enumerate(join.there):
            others = (row[other].is_distinct_from(self.key) for other in join.there[:index])
            found.append(sa.and_(row[name] == self.key, *others))
        return found

    def of(self, rows: sa.Select[Any], joined: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """Those of the rows that are the relation's."""
        return rows.where(joined).correlate(self.source)


class PlannerTerms:
    """The viewer as the planner knows them: their role is part of the plan, their id is bound."""

    def __init__(self, symbols: Symbols, role: Role) -> None:
        self._symbols = symbols
        self._role = role
        self._user_id: sa.ColumnElement[Any] | None = None
        self._session_id: sa.ColumnElement[Any] | None = None

    @property
    def user_id(self) -> sa.ColumnElement[Any]:
        if self._role is Role.ANONYMOUS:
            # Known to be nobody's, so that Postgres drops what depends on it while it plans.
            return sa.cast(sa.null(), sa.Uuid())
        if self._user_id is None:
            self._user_id = self._symbols.bind(lambda inputs: inputs.viewer.user_id, sa.Uuid())
        return self._user_id

    @property
    def session_id(self) -> sa.ColumnElement[Any]:
        """The session that the viewer asks in."""
        if self._session_id is None:
            self._session_id = self._symbols.bind(
                lambda inputs: inputs.viewer.session_id, sa.Uuid()
            )
        return self._session_id

    @property
    def moment(self) -> sa.ColumnElement[Any]:
        """When the viewer asks."""
        return self._symbols.bind(lambda _: now(), sa.DateTime(timezone=True))

    def is_a(self, *roles: Role) -> sa.ColumnElement[bool]:
        return sa.true() if self._role in roles else sa.false()

    def holds(self, member: sa.ColumnElement[Any], group: Group) -> sa.ColumnElement[bool]:
        if self._role is Role.ANONYMOUS:
            return sa.false()
        ids = group.members(self).scalar_subquery()
        return member == sa.any_(sa.func.array(ids, type_=ARRAY(member.type)))


def union(parts: Sequence[sa.Select[Any]], name: str) -> sa.FromClause:
    """The rows of all parts, each of which may be sorted and cut by itself."""
    return sa.union_all(*parts).subquery(name)


def sort_keys(row: sa.FromClause, order: Order, *, backwards: bool = False) -> list[Any]:
    """The columns that sort a list, with their direction."""
    keys = [row.c[name] for name in order.keys]
    return [key.desc() for key in keys] if order.descending is not backwards else keys


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
    return str(model.__table__.schema)  # type: ignore[attr-defined]
