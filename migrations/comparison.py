"""Teaches Alembic's autogenerate, and `alembic check`, the objects that it does not know."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import DispatchPriority
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from .catalog import Existing, existing, schemas
from .objects import DatabaseObject, dropped, replaced, wanted


class Statement(ops.ExecuteSQLOp):
    """SQL of a revision that knows what takes it back."""

    def __init__(self, namespace: str, up: tuple[str, ...], down: tuple[str, ...]) -> None:
        super().__init__("; ".join(up))
        self.namespace = namespace
        self.up = up
        self.down = down

    def reverse(self) -> "Statement":
        return Statement(self.namespace, self.down, self.up)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("execute", *self.up)


@renderers.dispatch_for(Statement)
def _render(_context: AutogenContext, statement: Statement) -> list[str]:
    return [f'op.execute(\n    """{sql}"""\n)' for sql in statement.up]


@comparators.dispatch_for("schema", priority=DispatchPriority.LAST)
def compare_objects(
    context: AutogenContext, upgrade_ops: ops.UpgradeOps, namespaces: Iterable[str | None]
) -> None:
    """Add what the objects of these namespaces lack to a revision."""
    connection = context.connection
    if connection is None:
        raise RuntimeError("objects are compared with a database")
    chosen = {name for name in namespaces if name} | _new_namespaces(upgrade_ops)
    objects = [found for found in wanted() if found.namespace in chosen]
    lacking = sorted(chosen - schemas(connection))
    upgrade_ops.ops[:0] = [
        Statement(name, (f"create schema {name}",), (f"drop schema {name}",)) for name in lacking
    ]
    upgrade_ops.ops.extend(differences(connection, objects, sorted(chosen)))


def differences(
    connection: Connection, objects: list[DatabaseObject], namespaces: Sequence[str]
) -> Iterator[Statement]:
    """The statements from what a database has to what it should have."""
    before = existing(connection, namespaces)
    after = _after(connection, objects, namespaces)
    for key in sorted(before.keys() - {found.key for found in objects}, reverse=True):
        if not key.startswith("privileges on function"):
            yield Statement(_namespace(key), (dropped(key),), before[key])
    for found in objects:
        if found.key not in before:
            yield Statement(found.namespace, found.make, (dropped(found.key),))
        elif _words(before[found.key]) != _words(after.get(found.key, ())):
            back = (dropped(found.key), *before[found.key])
            yield Statement(found.namespace, replaced(found), back)


def _after(
    connection: Connection, objects: list[DatabaseObject], namespaces: Sequence[str]
) -> Existing:
    """What the database would have if everything were made; nothing of it stays."""
    trial = connection.begin_nested()
    try:
        # A function may speak of a table that the same revision makes.
        connection.execute(text("set local check_function_bodies = off"))
        for found in objects:
            _try(connection, found)
        return existing(connection, namespaces)
    finally:
        trial.rollback()


def _try(connection: Connection, found: DatabaseObject) -> None:
    attempt = connection.begin_nested()
    try:
        for statement in replaced(found):
            connection.exec_driver_sql(_if_exists(statement))
    except DBAPIError:
        # It needs a table or column that is not there yet, so it differs.
        attempt.rollback()
    else:
        attempt.commit()


def _if_exists(statement: str) -> str:
    return statement.replace("drop policy ", "drop policy if exists ", 1)


def _new_namespaces(upgrade_ops: ops.UpgradeOps) -> set[str]:
    return {
        made.schema
        for made in upgrade_ops.ops
        if isinstance(made, ops.CreateTableOp) and made.schema is not None
    }


def _words(statements: tuple[str, ...]) -> list[str]:
    """Statements without their line breaks and indents, which say nothing."""
    return " ".join(statements).split()


def _namespace(key: str) -> str:
    """The namespace of an object by its key, whose last word names what it stands on."""
    return key.rpartition(" ")[2].partition(".")[0]
