"""What a field of the graph means in SQL, declared beside the field.

@node(models.Course)
class Course(Node):
    title: str                                        # the column of that name
    price: Money = embedded(amount="price", currency="currency")
    modules: list[Module] = many(there="course_id", order=ascending("position"))
    instructor: User | None = one(here="instructor_id")
"""

import inspect
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, TypeVar

import strawberry
from sqlalchemy import ColumnElement
from sqlmodel import SQLModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from domains.kernel.policy import Columns, ReaderTerms

from .groups import Figures, GroupKey, RowCount, Stats
from .meanings import (
    MOST,
    PAGE,
    AnyOf,
    Arguments,
    Computed,
    Embedded,
    GlobalId,
    Join,
    Many,
    Member,
    NodeById,
    NodesByIds,
    One,
    Order,
    Pages,
    Related,
    Rows,
    Single,
    Sql,
    Value,
)

T = TypeVar("T")


def ascending(*columns: str, unique: bool = False) -> Order:
    return Order(columns, unique=unique)


def descending(*columns: str) -> Order:
    return Order(columns, descending=True)


NEWEST = descending("id")
"""Newest first: ids are ordered by time."""


Meaning = (
    GlobalId
    | Embedded
    | Sql
    | Computed
    | One
    | Many
    | Pages
    | Single
    | Rows
    | AnyOf
    | NodeById
    | NodesByIds
    | Stats
    | GroupKey
    | RowCount
    | Figures
)


class Planned:
    """What a planned root field answers under the ordinary executor, which then runs its plan."""


PLANNED = Planned()


class PlannedField(StrawberryField):
    """A field with a meaning instead of a resolver."""

    def __init__(self, meaning: Meaning, arguments: Sequence[StrawberryArgument] = ()) -> None:
        super().__init__()
        self.meaning = meaning
        self.arguments = list(arguments)
        # No part of a constructor: nobody makes these values in Python.
        self.init = self.repr = self.compare = False

    def __copy__(self) -> "PlannedField":
        copied = PlannedField(self.meaning, self.arguments)
        for name in ("python_name", "graphql_name", "type_annotation", "origin", "description"):
            setattr(copied, name, getattr(self, name))
        return copied

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        return PLANNED


def argument(
    name: str,
    annotation: Any,
    description: str,
    default: Any = strawberry.UNSET,
    *,
    longest: int | None = None,
) -> StrawberryArgument:
    """An argument of a planned field; `longest` is how many characters a text may have."""
    return StrawberryArgument(
        name,
        None,
        StrawberryAnnotation(annotation),
        description=description,
        default=default,
        metadata={"longest": longest},
    )


def global_id() -> Any:
    return PlannedField(GlobalId())


def embedded(**parts: str | Value) -> Any:
    return PlannedField(Embedded(parts))


def expression(of: Value) -> Any:
    return PlannedField(Sql(of))


def computed(*needs: str, by: Callable[..., Any]) -> Any:
    return PlannedField(Computed(needs, by))


There = str | tuple[str, ...]
"""A column of the related rows, or several, any of which may hold the key."""


def _join(here: str, there: There) -> Join:
    return Join(here, (there,) if isinstance(there, str) else there)


def one(*, here: str, there: There = "id") -> Any:
    return PlannedField(One(_join(here, there)))


def many(*, there: There, here: str = "id", order: Order = NEWEST, size: int = 50) -> Any:
    return PlannedField(Many(_join(here, there), order, size), [_first(size)])


def pages(
    *,
    there: There | None = None,
    here: str = "id",
    orders: type[Enum] | None = None,
    where: type[Any] | None = None,
    only: Value | None = None,
) -> Any:
    """A connection: of a relation if `there` is named, otherwise of all that the viewer may see.

    `only` is a condition that no client can change.
    """
    join = _join(here, there) if there else None
    ways = {member.name: member.value for member in orders} if orders else {"NEWEST": NEWEST}
    return PlannedField(Pages(join, ways, only), _page_arguments(orders, where))


def single(
    where: Callable[[Columns, Arguments, ReaderTerms], ColumnElement[bool]],
    arguments: Sequence[StrawberryArgument] = (),
) -> Any:
    return PlannedField(Single(where), arguments)


def by_id() -> Any:
    """The one of this id."""
    return single(
        lambda row, arguments, _viewer: row.id == arguments["id"],
        [argument("id", strawberry.ID, "Its id.")],
    )


def rows(*, order: Order = NEWEST, size: int = 50, where: type[Any] | None = None) -> Any:
    return PlannedField(Rows(order, size), [_first(size), *_where(where)])


def any_of(*members: Member, size: int = PAGE, arguments: Sequence[StrawberryArgument] = ()) -> Any:
    return PlannedField(AnyOf(members, size), [_first(size), *arguments])


def node_by_id() -> Any:
    return PlannedField(NodeById(), [argument("id", strawberry.ID, "The id of anything.")])


def nodes_by_ids() -> Any:
    ids = argument("ids", list[strawberry.ID], f"Ids of anything, at most {MOST}.")
    return PlannedField(NodesByIds(), [ids])


def _first(size: int) -> StrawberryArgument:
    return argument("first", int | None, f"At most so many, up to {MOST}.", size)


def _where(where: type[Any] | None) -> list[StrawberryArgument]:
    if where is None:
        return []
    return [argument("where", where | None, "Which of them; all if left out.", None)]


def _page_arguments(orders: type[Enum] | None, where: type[Any] | None) -> list[StrawberryArgument]:
    found = [
        argument("first", int | None, f"So many from the start, {PAGE} unless said, up to {MOST}."),
        argument("after", str | None, "Only what follows the item of this cursor."),
        argument("last", int | None, f"So many from the end, up to {MOST}; not with `first`."),
        argument("before", str | None, "Only what precedes the item of this cursor."),
        *_where(where),
    ]
    if orders is not None:
        way = next(iter(orders))
        found.append(argument("order_by", orders, "How they are sorted.", way))
    return found


def node(model: type[SQLModel]) -> Callable[[type[T]], type[T]]:
    """Say whose rows a type shows."""

    def show(cls: type[T]) -> type[T]:
        cls.__model__ = model  # type: ignore[attr-defined]
        return cls

    return show


def matching(
    predicate: Callable[..., ColumnElement[bool]],
    *,
    id_of: str | None = None,
    longest: int | None = None,
) -> Any:
    """A field of a `where` input: which rows satisfy a value that was given.

    The predicate takes the row's columns, the value, and the viewer's terms if it has a third
    parameter. An id arrives at it as a key; `id_of` names the type whose id it must be. `longest`
    is how many characters a text may have.
    """
    metadata = {"predicate": _of_viewer(predicate), "id_of": id_of, "longest": longest}
    return strawberry.field(default=strawberry.UNSET, metadata=metadata)


def _of_viewer(
    predicate: Callable[..., ColumnElement[bool]],
) -> Callable[[Columns, Any, ReaderTerms], ColumnElement[bool]]:
    if len(inspect.signature(predicate).parameters) > 2:  # noqa: PLR2004 (row and value)
        return predicate
    return lambda row, value, _viewer: predicate(row, value)


def related(*, here: str = "id", there: There = "id", of: str | None = None) -> Any:
    """A field of a `where` input, whose type is another: rows to which one belongs that matches it.

    Only what the viewer may see counts. `of` names the type whose rows they are, if it is not the
    one after which the other input is called: a `CourseFilter` is one of `Course`.
    """
    metadata = {"related": Related(_join(here, there), of)}
    return strawberry.field(default=strawberry.UNSET, metadata=metadata)
