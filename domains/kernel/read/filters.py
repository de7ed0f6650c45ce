"""`where` inputs: closed sets of conditions over indexed columns, with `and`, `or` and `not`.

    @filters
    class CourseFilter:
        level: CourseLevel | None = matching(lambda course, level: course.level == level)

        instructor: UserFilter | None = related(here="instructor_id")

A predicate gets a bind parameter for a scalar, and for a list of scalars; a member for an enum;
a dict of these for an input object, and a list for a list of members or objects. A relation's
field takes a whole `where` of the rows on its other side:

    exists (select 1 from users u where u.id = c.instructor_id and <visible> and <its where>)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import strawberry
from graphql import GraphQLInputObjectType, get_named_type
from sqlmodel import SQLModel

from domains.kernel import prose
from domains.kernel.refusal import BadInput

from .meanings import Related
from .rows import FALSE, Row, every, select
from .symbols import BACKREF

if TYPE_CHECKING:
    from .builder import Builder

T = TypeVar("T")

MOST_CONDITIONS = 100
MOST_IN_STATEMENT = 1_000
"""So many conditions may one statement hold in all its `where` arguments together."""

MOST_RELATIONS = 8
FURTHEST = 3
"""So many relations may be asked for inside each other."""

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


def demand_modesty(kind: GraphQLInputObjectType, where: Any, before: int) -> int:
    """Each condition lengthens the statement, and each relation its work, so there is an end.

    Counts the conditions with those that the statement has `before`.
    """
    conditions = _conditions(where)
    if conditions > MOST_CONDITIONS:
        raise BadInput(f"A `where` holds at most {MOST_CONDITIONS} conditions.")
    if before + conditions > MOST_IN_STATEMENT:
        raise BadInput(f"A field holds at most {MOST_IN_STATEMENT} conditions with all below it.")
    distances = [*_distances(kind, where, 0)]
    if max(distances, default=0) > FURTHEST:
        raise BadInput(f"A `where` asks for at most {FURTHEST} relations inside each other.")
    if len(distances) > MOST_RELATIONS:
        raise BadInput(f"A `where` asks for at most {MOST_RELATIONS} relations.")
    return before + conditions


def _conditions(value: Any) -> int:
    if isinstance(value, Mapping):
        return len(value) + sum(map(_conditions, value.values()))
    return sum(map(_conditions, value)) if isinstance(value, list) else 0


def _distances(kind: Any, value: Any, here: int) -> Iterator[int]:
    """Of each relation that is asked for, how many lead to it from the list, itself included."""
    if isinstance(value, list):
        for each in value:
            yield from _distances(kind, each, here)
    elif isinstance(kind, GraphQLInputObjectType) and value is not None:
        for name, item in value.items():
            field = kind.fields[name]
            leads_on = item is not None and "related" in field.extensions[BACKREF].metadata
            if leads_on:
                yield here + 1
            yield from _distances(get_named_type(field.type), item, here + leads_on)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What `where` arguments ask of the rows of one table."""

    builder: "Builder"
    model: type[SQLModel]
    row: Row

    def all_of(self, kind: GraphQLInputObjectType, where: Mapping[str, Any]) -> str:
        """What is null asks nothing."""
        return every(*self._each(kind, where))

    def _each(self, kind: GraphQLInputObjectType, where: Mapping[str, Any]) -> Iterator[str]:
        for name, value in where.items():
            if value is not None:
                yield self._condition(kind, name, value)

    def _condition(self, kind: GraphQLInputObjectType, name: str, value: Any) -> str:
        metadata = kind.fields[name].extensions[BACKREF].metadata
        match metadata:
            case {"combine": "and"}:
                return every(*(self.all_of(kind, each) for each in value))
            case {"combine": "or"}:
                return " OR ".join(f"({self.all_of(kind, each)})" for each in value) or FALSE
            case {"combine": "not"}:
                return f"NOT coalesce({self.all_of(kind, value)}, false)"
            case {"related": relation}:
                return self._related(kind, name, relation, value)
        return self.builder.asked(metadata["predicate"], self.row, value)

    def _related(
        self,
        kind: GraphQLInputObjectType,
        name: str,
        relation: Related,
        where: Mapping[str, Any],
    ) -> str:
        """Whether a row that the viewer may see is on the other side, and matches."""
        builder, field = self.builder, kind.fields[name]
        model = builder.graph.related_model(field, relation)
        if builder.are_apart(self.model, model):
            raise BadInput(f"`{name}` cannot be asked for: another cluster keeps what it names.")
        parent = builder.parent(self.model, self.row, relation.join)
        row = builder.rows_of(model, parent)
        inner: Any = get_named_type(field.type)
        asked = Conditions(builder, model, row).all_of(inner, where)
        conditions = (parent.joins(row), builder.visible(model, row), asked)
        return f"EXISTS ({select('1', row.source, *conditions)})"
