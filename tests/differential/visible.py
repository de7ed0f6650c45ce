"""What one viewer sees of the database: every row loaded once, and questions only Postgres answers.

Row-level security alone decides what is here; the planner's own predicates have no part in it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.policy import Columns, Group
from domains.kernel.viewer import Role, Viewer

Row = Mapping[str, Any]
Model = type[SQLModel]


def table_of(model: Model) -> sa.Table:
    return model.__table__  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True, slots=True)
class PlainTerms:
    """The viewer as plain values."""

    viewer: Viewer

    @property
    def user_id(self) -> sa.ColumnElement[Any]:
        return sa.literal(self.viewer.user_id, sa.Uuid())

    @property
    def session_id(self) -> sa.ColumnElement[Any]:
        return sa.literal(self.viewer.session_id, sa.Uuid())

    @property
    def moment(self) -> sa.ColumnElement[Any]:
        return sa.literal(now(), sa.DateTime(timezone=True))

    def is_a(self, *roles: Role) -> sa.ColumnElement[bool]:
        return sa.literal(self.viewer.role in roles)

    def holds(self, member: sa.ColumnElement[Any], group: Group) -> sa.ColumnElement[bool]:
        return member.in_(group.members(self))


@dataclass(slots=True)
class Visible:
    """The rows that one viewer sees."""

    database: Database
    viewer: Viewer
    rows: dict[Model, list[Row]] = field(default_factory=dict)
    _by_key: dict[tuple[Model, str], dict[Any, list[Row]]] = field(default_factory=dict)
    _answers: dict[Any, list[Any]] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def terms(self) -> PlainTerms:
        return PlainTerms(self.viewer)

    async def load(self, models: Iterable[Model]) -> None:
        """Read every table whole."""
        async with self.database.session(self.viewer) as session:
            for model in models:
                found = await (await session.connection()).execute(sa.select(table_of(model)))
                self.rows[model] = [dict(row) for row in found.mappings()]

    def having(self, model: Model, column: str, key: Any) -> Sequence[Row]:
        """The rows with this value in a column."""
        index = self._by_key.get((model, column))
        if index is None:
            index = self._by_key[model, column] = defaultdict(list)
            for row in self.rows[model]:
                index[row[column]].append(row)
        return () if key is None else index.get(key, ())

    async def asked(self, key: Any, statement: Callable[[], sa.Select[Any]]) -> list[Any]:
        """The answer of Postgres, asked once for a key."""
        if key not in self._answers:
            async with self._asking:
                if key not in self._answers:
                    async with self.database.session(self.viewer) as session:
                        found = await (await session.connection()).execute(statement())
                        self._answers[key] = [tuple(row) for row in found]
        return self._answers[key]

    async def values(
        self, model: Model, key: Any, expression: Callable[[Columns], sa.ColumnElement[Any]]
    ) -> dict[UUID, Any]:
        """An expression over each row, by the row's id."""
        columns = table_of(model).c
        found = await self.asked(
            (model, key), lambda: sa.select(columns["id"], expression(columns))
        )
        return dict(found)

    async def satisfying(
        self, model: Model, key: Any, predicate: Callable[[Columns], sa.ColumnElement[bool]]
    ) -> frozenset[UUID]:
        """The ids of those rows for which a predicate is true."""
        columns = table_of(model).c
        found = await self.asked(
            (model, key), lambda: sa.select(columns["id"]).where(predicate(columns))
        )
        return frozenset(id for (id,) in found)
