"""What fields of the graph can mean in SQL; `declarations.py` says it beside the fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from domains.kernel.policy import Columns, ReaderTerms

PAGE = 20
"""Items of a page when the client does not say."""

MOST = 100
"""The most items of a page or list that a client may ask for."""

Arguments = Mapping[str, Any]
Value = Callable[[Columns, ReaderTerms], ColumnElement[Any]]
"""An expression over the row's columns, and over who asks."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by columns that are never null, all in one direction, then by id."""

    columns: tuple[str, ...]
    descending: bool = False
    unique: bool = False
    """Whether no two rows of one list are alike in the columns, so that the id decides nothing."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that together tell any two rows apart."""
        alone = self.unique or self.columns[-1:] == ("id",)
        return self.columns if alone else (*self.columns, "id")


@dataclass(frozen=True, slots=True)
class Join:
    """Rows belong together where one of the columns `there` equals the parent's column `here`."""

    here: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The opaque id of the row."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object made of the row's own columns and of expressions: {field of the object: it}.

    Where the field may be null, it is null if a part of it is.
    """

    parts: Mapping[str, str | Value]


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression over the row's columns, and over who asks."""

    expression: Value


@dataclass(frozen=True, slots=True)
class Computed:
    """A Python function of named columns; it runs after the statement."""

    needs: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class One:
    """The row on the other side of a key, if the viewer may see it; the earliest of several."""

    join: Join


@dataclass(frozen=True, slots=True)
class Many:
    """A short list that the domain bounds."""

    join: Join
    order: Order
    size: int


@dataclass(frozen=True, slots=True)
class Pages:
    """A Relay connection with keyset cursors."""

    join: Join | None
    orders: Mapping[str, Order]
    """By the name of the enum's member; the first is the default."""

    only: Value | None = None
    """Which rows there are in it, of those that the viewer may see; all if it does not say."""


@dataclass(frozen=True, slots=True)
class Related:
    """A condition of a `where` input: of the rows on the other side of a key, one matches."""

    join: Join
    of: str | None
    """The type of those rows; None for the one after which their input is called."""


@dataclass(frozen=True, slots=True)
class Single:
    """One row at the root."""

    where: Callable[[Columns, Arguments, ReaderTerms], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Rows:
    """A bounded list at the root."""

    order: Order
    size: int


@dataclass(frozen=True, slots=True)
class Member:
    """One type of a mixed list: which rows take part, and how they rank (greater comes first)."""

    type_name: str
    where: Callable[[Columns, Arguments], ColumnElement[bool]]
    rank: Callable[[Columns, Arguments], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A list of several types, by rank."""

    members: tuple[Member, ...]
    size: int


@dataclass(frozen=True, slots=True)
class NodeById:
    """Anything by its global id."""


@dataclass(frozen=True, slots=True)
class NodesByIds:
    """Anything by its global ids, in their order."""
