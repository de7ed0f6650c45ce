"""The tables of a namespace and the keys between them, as a Mermaid entity diagram."""

from collections.abc import Iterator

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint

from .schema import tables_of
from .text import titled


def diagram(domain: str) -> str:
    lines = ["erDiagram", *_entities(domain), *_relations(domain)]
    fenced = "\n".join(["```mermaid", *lines, "```"])
    return titled("## Entities", fenced)


def _entities(domain: str) -> Iterator[str]:
    for table in tables_of(domain):
        yield f"    {_name(table, domain)} {{"
        for column in table.columns:
            yield f"        {_kind(column)} {column.name}{_marks(column)}"
        yield "    }"


def _relations(domain: str) -> Iterator[str]:
    for table in tables_of(domain):
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            parent = _name(key.referred_table, domain)
            yield f"    {parent} {_ends(key)} {_name(table, domain)} : {_role(key)}"


def _name(table: Table, domain: str) -> str:
    """Tables of other namespaces carry theirs."""
    return table.name if table.schema == domain else f"{table.schema}_{table.name}"


def _kind(column: Column) -> str:  # type: ignore[type-arg]
    kind = getattr(column.type, "impl_instance", column.type)
    name = getattr(kind, "name", None) or kind.__class__.__name__.lower()
    return {"string": "text", "datetime": "timestamptz"}.get(name, str(name))


def _marks(column: Column) -> str:  # type: ignore[type-arg]
    marks = [
        name for name, holds in (("PK", column.primary_key), ("FK", column.foreign_keys)) if holds
    ]
    return f" {', '.join(marks)}" if marks else ""


def _ends(key: ForeignKeyConstraint) -> str:
    parent = "|o" if any(column.nullable for column in key.columns) else "||"
    return f"{parent}--{'o|' if _is_unique(key) else 'o{'}"


def _is_unique(key: ForeignKeyConstraint) -> bool:
    """Whether a parent has at most one such child."""
    names = {column.name for column in key.columns}
    unique = [
        {column.name for column in constraint.columns}
        for constraint in key.table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return any(found and found <= names for found in unique)


def _role(key: ForeignKeyConstraint) -> str:
    return min((column.name for column in key.columns), key=lambda name: not name.endswith("_id"))
