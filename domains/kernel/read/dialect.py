"""SQLAlchemy's expressions as text: those of whole statements, and those of parts of one.

Of a part the parameters are not numbered yet: a mark stands for each, and the statement that the
part becomes one of gives them their numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg as dialects

REQUESTED = "requested_"
"""How the names of parameters begin whose values are a request's."""

MARK = re.compile("\x1f(\\w+)\x1f")
"""A parameter: its name between characters that no other text of a statement holds."""

CUT = "cut__"


class _Compiler(dialects.PGCompiler_asyncpg):
    """Writes constants of the program (an enum's label, a separator) into the statement.

    As parameters they would hide from Postgres what it could use while planning, and the driver
    would have to ask for each enum's type on every new connection.
    """

    def visit_bindparam(self, bindparam: Any, *args: Any, **kwargs: Any) -> Any:
        if not str(bindparam.key).startswith(REQUESTED):
            kwargs["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **kwargs)  # type: ignore[no-untyped-call]


class _Dialect(dialects.dialect):
    statement_compiler = _Compiler
    supports_statement_cache = True


DIALECT = _Dialect()  # type: ignore[no-untyped-call]


class _PartCompiler(_Compiler):
    """Writes marks for parameters."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **kwargs: Any) -> Any:
        name = str(bindparam.key)
        if not name.startswith(REQUESTED):
            return super().visit_bindparam(bindparam, *args, **kwargs)
        self.binds[name] = bindparam
        mark, impl = marked(name), bindparam.type.dialect_impl(self.dialect)
        if impl.render_bind_cast:
            return self.render_bind_cast(bindparam.type, impl, mark)  # type: ignore[no-untyped-call]
        return mark


class _PartDialect(dialects.dialect):
    statement_compiler = _PartCompiler
    supports_statement_cache = True


PARTS = _PartDialect(paramstyle="named")  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Written:
    """An expression's text, and the types of its parameters by their names."""

    text: str
    kinds: Mapping[str, Any]


def marked(name: str) -> str:
    return f"\x1f{name}\x1f"


def written(expression: sa.ColumnElement[Any], source: sa.FromClause) -> Written:
    """The text of an expression over rows of the source."""
    # Within a statement, so that subqueries know what they correlate with.
    whole = sa.select(expression.label(CUT)).select_from(source)
    compiled: Any = whole.compile(dialect=PARTS)
    text, _, _ = str(compiled).rpartition(f" AS {CUT}")
    kinds = {name: bound.type for name, bound in compiled.binds.items()}
    return Written(text.removeprefix("SELECT "), kinds)


@lru_cache(1000)
def cast_of(kind: Any) -> str:
    """What follows a parameter of this type."""
    name = f"{REQUESTED}any"
    text = str(sa.bindparam(name, type_=kind).compile(dialect=PARTS))
    return text.removeprefix(marked(name))


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return str(DIALECT.identifier_preparer.quote(name))


def full_name(table: sa.Table) -> str:
    """A table's name with its schema."""
    return str(DIALECT.identifier_preparer.format_table(table))
