"""`where` inputs: closed sets of conditions over indexed columns, with `and`, `or` and `not`.

    @filters
    class CourseFilter:
        level: CourseLevel | None = matching(lambda course, level: course.level == level)

A predicate gets a bind parameter for a scalar, and for a list of scalars; a member for an enum;
a dict of these for an input object, and a list for a list of members or objects.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
import strawberry
from graphql import GraphQLInputObjectType

from domains.kernel import prose
from domains.kernel.policy import Columns
from domains.kernel.refusal import BadInput

from .symbols import BACKREF

T = TypeVar("T")

MOST_CONDITIONS = 100

COMBINED = {
    "and": "All of these hold.",
    "or": "At least one of these holds.",
    "not": "This does not hold.",
}


def filters(cls: type[T]) -> type[T]:
    """An input that a list can be narrowed by; conditions given together must all hold."""
    for word, description in COMBINED.items():
        kind = cls.__name__ if word == "not" else f"list[{cls.__name__}]"
        cls.__annotations__[f"{word}_"] = f"{kind} | None"
        field = strawberry.field(
            name=word,
            default=strawberry.UNSET,
            description=description,
            metadata={"combine": word},
        )
        setattr(cls, f"{word}_", field)
    return prose.input(cls)


def one_of(column: sa.ColumnElement[Any], members: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Whether an enum's column is one of the members given; no row is one of none."""
    return sa.or_(sa.false(), *(column == member for member in members))


def demand_few_conditions(where: Any) -> None:
    """Each condition lengthens the statement, so there is an end to them."""
    if _conditions(where) > MOST_CONDITIONS:
        raise BadInput(f"A `where` holds at most {MOST_CONDITIONS} conditions.")


def _conditions(value: Any) -> int:
    if isinstance(value, Mapping):
        return len(value) + sum(map(_conditions, value.values()))
    return sum(map(_conditions, value)) if isinstance(value, list) else 0


def predicate_of(
    kind: GraphQLInputObjectType, where: Mapping[str, Any], row: Columns
) -> sa.ColumnElement[bool]:
    """What a `where` argument asks of a row; what is null asks nothing."""
    conditions = [
        _condition(kind, name, value, row) for name, value in where.items() if value is not None
    ]
    return sa.and_(sa.true(), *conditions)


def _condition(
    kind: GraphQLInputObjectType, name: str, value: Any, row: Columns
) -> sa.ColumnElement[bool]:
    metadata = kind.fields[name].extensions[BACKREF].metadata
    match metadata.get("combine"):
        case "and":
            return sa.and_(sa.true(), *(predicate_of(kind, each, row) for each in value))
        case "or":
            return sa.or_(sa.false(), *(predicate_of(kind, each, row) for each in value))
        case "not":
            return sa.not_(sa.func.coalesce(predicate_of(kind, value, row), sa.false()))
    condition: sa.ColumnElement[bool] = metadata["predicate"](row, value)
    return condition
