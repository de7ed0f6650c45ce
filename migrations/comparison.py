"""Teaches Alembic's autogenerate, and `alembic check`, the objects that it does not know."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
    found = differences(connection, objects, sorted(chosen))
    upgrade_ops.ops[:0] = [
        *(
            Statement(name, (f"create schema {name}",), (f"drop schema {name}",))
            for name in lacking
        ),
        *(Statement(one.namespace, one.take, one.back) for one in found if one.take or one.back),
    ]
    upgrade_ops.ops.extend(
        Statement(one.namespace, one.make, one.unmake) for one in found if one.make
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """How an object becomes another, in two steps with the changes of tables between them.

    What is there is taken away before a column that it speaks of goes, and what will be there is
    made when its columns are; so it is on the way back.
    """

    namespace: str
    take: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    make: tuple[str, ...] = ()
    unmake: tuple[str, ...] = ()


def differences(
    connection: Connection, objects: list[DatabaseObject], namespaces: Sequence[str]
) -> list[Difference]:
    """What is between the objects that a database has and those that it should have."""
    before = existing(connection, namespaces)
    after = _after(connection, objects, namespaces)
    return [*_gone(before, objects), *_new_or_changed(before, after, objects)]


def _gone(before: Existing, objects: list[DatabaseObject]) -> Iterator[Difference]:
    # In this order triggers and policies go before the functions that they call.
    for key in sorted(before.keys() - {found.key for found in objects}, reverse=True):
        if not key.startswith("privileges on function"):
            yield Difference(_namespace(key), dropped(key), (*before[key], *_grants(before, key)))


def _grants(before: Existing, key: str) -> tuple[str, ...]:
    """What makes a function that comes back usable for those alone who could use it."""
    if not key.startswith("function "):
        return ()
    return (f"revoke all on {key} from public", *before[f"privileges on {key}"])


def _new_or_changed(
    before: Existing, after: Existing, objects: list[DatabaseObject]
) -> Iterator[Difference]:
    for found in objects:
        key, namespace = found.key, found.namespace
        if key not in before:
            yield Difference(namespace, make=found.make, unmake=dropped(key))
        elif _words(before[key]) == _words(after.get(key, ())):
            continue
        elif key.startswith("function "):
            # Policies and triggers hold it where it is; it is replaced in its place.
            yield Difference(namespace, back=before[key], make=found.make)
        else:
            yield Difference(namespace, dropped(key), before[key], found.make, dropped(key))


def _after(
    connection: Connection, objects: list[DatabaseObject], namespaces: Sequence[str]
) -> Existing:
    """What the database would have if everything were made; nothing of it stays."""
    trial = connection.begin_nested()
    try:
        # A function may speak of a table that the same revision makes.
        connection.execute(text("set local check_function_bodies = off"))
        failed = {found.key for found in objects if not _try(connection, found)}
        there = existing(connection, namespaces)
        return {key: made for key, made in there.items() if key not in failed}
    finally:
        trial.rollback()


def _try(connection: Connection, found: DatabaseObject) -> bool:
    """Whether it could be made; if not, it needs a table or column that is not there yet."""
    attempt = connection.begin_nested()
    try:
        for statement in replaced(found):
            connection.exec_driver_sql(_if_exists(statement))
    except DBAPIError:
        attempt.rollback()
        return False
    attempt.commit()
    return True


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
