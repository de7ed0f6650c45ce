"""Splits what autogenerate finds into revisions of one namespace each."""

from collections.abc import Iterable
from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, MigrationScript, ops
from alembic.util import rev_id
from sqlalchemy import ForeignKeyConstraint

from .namespaces import NAMESPACES
from .sharding import crosses

CROSSING = "cross_namespace"
"""Where keys between namespaces stand, in a revision of their own that comes last."""


class UnlessSharded(MigrateOperation):
    """Leaves the rest of a revision out where namespaces are sharded."""

    def to_diff_tuple(self) -> tuple[Any, ...]:
        return ("unless_sharded",)


@renderers.dispatch_for(UnlessSharded)
def _render(context: AutogenContext, _operation: UnlessSharded) -> list[str]:
    context.imports.add("from migrations.sharding import is_sharded")
    return ["if is_sharded():\n    return"]


def split(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Put a line of revisions in the place of one that touches several namespaces."""
    (whole,) = directives
    parts = _by_namespace(whole.upgrade_ops.ops if whole.upgrade_ops else [])
    head, found = whole.head, list[MigrationScript]()
    for namespace in [name for name in (*NAMESPACES, CROSSING) if name in parts]:
        up, down = _both_ways(namespace, parts[namespace])
        message = f"{namespace} {whole.message}"
        script = MigrationScript(rev_id(), up, down, message=message, head=head)
        script._needs_render = True  # noqa: SLF001 (Alembic's own mark of a generated script)
        found.append(script)
        head = str(script.rev_id)
    directives[:] = found or directives


def _both_ways(
    namespace: str, found: list[MigrateOperation]
) -> tuple[ops.UpgradeOps, ops.DowngradeOps]:
    up = ops.UpgradeOps(found)
    down = up.reverse_into(ops.DowngradeOps([]))
    for direction in (up, down) if namespace == CROSSING else ():
        direction.ops.insert(0, UnlessSharded())
    return up, down


def _by_namespace(found: Iterable[MigrateOperation]) -> dict[str, list[MigrateOperation]]:
    parts: dict[str, list[MigrateOperation]] = {}
    keys: list[MigrateOperation] = []
    for operation in found:
        keys += _keys_taken_out(operation)
        if not (isinstance(operation, ops.ModifyTableOps) and not operation.ops):
            parts.setdefault(_namespace(operation), []).append(operation)
    if keys:
        parts[CROSSING] = keys
    return parts


def _keys_taken_out(operation: MigrateOperation) -> list[MigrateOperation]:
    """The keys into other namespaces that an operation would make or drop, taken out of it."""
    if isinstance(operation, ops.CreateTableOp):
        crossing: list[Any] = [part for part in operation.columns if _is_crossing_key(part)]
        operation.columns = [part for part in operation.columns if not _is_crossing_key(part)]
        return [ops.CreateForeignKeyOp.from_constraint(key) for key in crossing]
    if isinstance(operation, ops.ModifyTableOps):
        keys = [part for part in operation.ops if _is_about_crossing_key(part)]
        operation.ops = [part for part in operation.ops if part not in keys]
        return keys
    return []


def _is_crossing_key(part: Any) -> bool:
    return isinstance(part, ForeignKeyConstraint) and crosses(part)


def _is_about_crossing_key(operation: MigrateOperation) -> bool:
    if isinstance(operation, ops.DropConstraintOp) and operation.constraint_type == "foreignkey":
        operation = operation.reverse()
    return isinstance(operation, ops.CreateForeignKeyOp) and (
        operation.kw.get("source_schema") != operation.kw.get("referent_schema")
    )


def _namespace(operation: Any) -> str:
    return str(getattr(operation, "schema", None) or operation.namespace)
