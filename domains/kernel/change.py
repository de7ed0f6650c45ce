"""A change that is one statement, under its viewer's own row policies and in one round trip.

It is a transaction of its own. Before it looks at any row, the statement makes the settings that
the policies read, and makes sure of a viewer who is only remembered: if they are not who they were
any more, it changes nothing.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from .clock import now
from .policy import database_function
from .read.dialect import DIALECT, REQUESTED
from .read.plan import ViewerUnproven
from .viewer import Viewer


def given(name: str, type_: Any) -> sa.BindParameter[Any]:
    """A value of a change that is another one each time."""
    return sa.bindparam(f"{REQUESTED}{name}", type_=type_)


class Change:
    """An `update` of one row, compiled once for all its values."""

    def __init__(self, statement: ReturningUpdate[Any]) -> None:
        """What the statement returns first is never null."""
        self._statement = statement
        self.proved_by = cache(self._proved_by)

    def _proved_by(self, prover: str | None) -> "Statement":
        """The statement for viewers of whom this function of the database makes sure.

        The viewer comes first, whatever the planner does: the subquery calls what is volatile, so
        it is evaluated once and for itself; no row is looked at that it has not allowed; and of
        an outer join without a condition the outer side is read first.
        """
        proven = _settled() if prover is None else _proven(prover)
        viewer = sa.select(proven.label("proven")).cte("viewer")
        allowed = sa.select(viewer.c.proven).scalar_subquery()
        changed = self._statement.where(allowed).cte("changed")
        both = viewer.outerjoin(changed, sa.true())
        return Statement(sa.select(viewer.c.proven, changed).select_from(both))


class Statement:
    """SQL, and how its parameters are read from values by name."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        compiled: Any = statement.compile(dialect=DIALECT)
        self.sql = str(compiled)
        self._names = [name.removeprefix(REQUESTED) for name in compiled.positiontup]

    def arguments(self, viewer: Viewer, values: Mapping[str, Any]) -> list[Any]:
        """What is sent with the statement."""
        user_id, role = viewer.settings
        about = {
            "viewer_id": user_id,
            "viewer_role": role,
            "viewer_proof": viewer.proof,
            "viewer_moment": now(),
        }
        every = {**values, **about}
        return [every[name] for name in self._names]


def changed(row: asyncpg.Record | None) -> asyncpg.Record | None:
    """What was changed, as the statement returned it behind the viewer; None if nothing was."""
    if row is None or not row[0]:
        raise ViewerUnproven
    return None if row[1] is None else row


def _settled() -> sa.ColumnElement[bool]:
    user_id = sa.func.set_config("azora.user_id", given("viewer_id", sa.Text()), sa.true())
    role = sa.func.set_config("azora.role", given("viewer_role", sa.Text()), sa.true())
    return sa.and_(user_id.is_not(None), role.is_not(None))


def _proven(prover: str) -> sa.ColumnElement[bool]:
    proof = given("viewer_proof", sa.LargeBinary())
    settings = given("viewer_id", sa.Text()), given("viewer_role", sa.Text())
    moment = given("viewer_moment", sa.DateTime(timezone=True))
    proven: sa.ColumnElement[bool] = database_function(prover)(
        proof, *settings, moment, type_=sa.Boolean()
    )
    return proven
