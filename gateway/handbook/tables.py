"""Tables with their columns, keys, indexes, and who sees and changes their rows."""

import inspect
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    any_,
    column,
    false,
    func,
    literal_column,
    or_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex
from sqlmodel import SQLModel

from domains.kernel.policy import Group, Predicate, policy_of, sql_text
from domains.kernel.prose import docstrings_of
from domains.kernel.viewer import Role

from .schema import model_of, shown_as, tables_of, type_of
from .text import code, first_paragraph, joined, table, titled

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class SpokenTerms:
    """A viewer's terms as words of a sentence."""

    @property
    def user_id(self) -> ColumnElement[Any]:
        return literal_column("viewer.id", Uuid())

    def is_a(self, *roles: Role) -> ColumnElement[bool]:
        return or_(
            false(),
            *(column("viewer.role", Text(), is_literal=True) == role.value for role in roles),
        )

    def holds(self, member: ColumnElement[Any], group: Group) -> ColumnElement[bool]:
        return member == any_(getattr(func, group.name.rpartition(".")[2])())


def tables(domain: str) -> str:
    return titled("## Tables", joined(_table(found) for found in tables_of(domain)))


def _table(found: Table) -> str:
    model = model_of(found)
    return joined(
        (
            f"### {found.fullname}",
            _introduction(found, model),
            table(("column", "type", "default", "meaning"), _columns(found, model)),
            table(("rule", "of the database"), _rules(found)),
            table(("rows", "by whom", "as SQL"), _policies(model, found)),
        )
    )


def _introduction(found: Table, model: type[SQLModel]) -> str:
    shown = type_of(model)
    where = f"Shown as {code(shown)}." if shown else "Not in the graph."
    partition = found.dialect_options["postgresql"].get("partition_by")
    parts = f" Partitioned by {code(str(partition).lower())}, a month each." if partition else ""
    return f"{code(model.__name__)}: {first_paragraph(inspect.getdoc(model))} {where}{parts}"


def _columns(found: Table, model: type[SQLModel]) -> Iterator[tuple[str, ...]]:
    notes = _notes(model)
    for each in found.columns:
        note = notes.get(each.name) or _pointing(each)
        yield code(each.name), _type(each), _default(each), note


def _pointing(each: Column[Any]) -> str:
    """Where a key points, if nobody says what it means."""
    tables = sorted({key.column.table.fullname for key in each.foreign_keys})
    return f"Of {code(tables[0])}." if tables else ""


def _notes(model: type[SQLModel]) -> dict[str, str]:
    """What the model says of its columns; where it says nothing, what the graph does."""
    found = shown_as(model)
    for kind in reversed(model.__mro__):
        if issubclass(kind, SQLModel) and kind is not SQLModel:
            found |= docstrings_of(kind)
    return found


def _type(each: Column[Any]) -> str:
    name = each.type.compile(DIALECT).lower()
    name = {"varchar": "text", "timestamp with time zone": "timestamptz"}.get(name, name)
    return code(name) + (" or null" if each.nullable else "")


def _default(each: Column[Any]) -> str:
    if each.computed is not None:
        return "computed"
    default: Any = getattr(each.server_default, "arg", None)
    return code(str(default)) if default is not None else ""


def _rules(found: Table) -> Iterator[tuple[str, str]]:
    for constraint in sorted(found.constraints, key=lambda each: str(each.name)):
        match constraint:
            case UniqueConstraint():
                yield "unique", code(_names(constraint.columns))
            case ForeignKeyConstraint():
                yield "key", code(_key(constraint))
            case CheckConstraint():
                yield "check", code(str(constraint.sqltext))
    for index in sorted(found.indexes, key=lambda each: str(each.name)):
        yield "unique index" if index.unique else "index", code(_index(index))


def _names(columns: Any) -> str:
    return ", ".join(each.name for each in columns)


def _key(key: ForeignKeyConstraint) -> str:
    there = _names(element.column for element in key.elements)
    deleted = f" on delete {key.ondelete.lower()}" if key.ondelete else ""
    return f"{_names(key.columns)} → {key.referred_table.fullname} ({there}){deleted}"


def _index(index: Index) -> str:
    text = str(CreateIndex(index).compile(dialect=DIALECT))
    return text.partition(" USING ")[2] or text.partition(f"{index.table.fullname} ")[2]  # type: ignore[union-attr]


def _policies(model: type[SQLModel], found: Table) -> Iterator[tuple[str, str, str]]:
    policy = policy_of(model)
    words = {"seen": policy.visible, "changed": policy.changeable}
    if policy.addable is not policy.changeable:
        words["added"] = policy.addable
    for word, predicate in words.items():
        reason = first_paragraph(inspect.getdoc(predicate))
        yield word, reason, code(_spoken(predicate, found))


def _spoken(predicate: Predicate, found: Table) -> str:
    return sql_text(predicate(found.alias("row").c, SpokenTerms())).replace("\n", " ")
