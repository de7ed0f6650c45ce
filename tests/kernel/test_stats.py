"""Stats are declared so that they keep what their types promise, or the gateway does not start."""

from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from domains.education import models
from domains.kernel.read.graph import Graph
from domains.kernel.scalars import SCALARS, Currency
from domains.kernel.stats import (
    DecimalFigures,
    always,
    by,
    figures,
    group,
    row_count,
    stats,
    stats_of,
)


@stats(models.LearningProgress)
@strawberry.type
class Sound:
    """Promises what the table keeps."""

    student: str | None = group("student_id")
    count: int = row_count()
    progress: DecimalFigures = figures("progress")
    score: DecimalFigures | None = figures("score")
    lost: DecimalFigures | None = figures(lambda row, _viewer: Decimal(100) - row.progress)


@stats(models.LearningProgress)
@strawberry.type
class AlwaysGrouped:
    """Promises a key that a group may lack."""

    student: str = group("student_id")


@stats(models.LearningProgress)
@strawberry.type
class WithoutScores:
    """Promises figures of what may be null."""

    score: DecimalFigures = figures("score")


@stats(models.Course)
@strawberry.type
class Kept:
    """What always is grouped by may be promised, unless the column may be null."""

    currency: Currency = always("currency")
    published: str = always("published_at")


class Way(Enum):
    """By one field alone."""

    STUDENT = by("student")


def graph_of(kind: Any, way: type[Enum] = Way) -> Graph:
    """A schema whose one root field is a list of such stats."""
    annotations = {"stats": list[kind] | None}
    values = {"stats": stats_of(by=strawberry.enum(way)), "__annotations__": annotations}
    query = strawberry.type(type("Query", (), values))
    schema = strawberry.Schema(query, config=StrawberryConfig(scalar_map=SCALARS))
    return Graph(schema._schema)


def test_sound_stats_are_accepted() -> None:
    graph_of(Sound).check()


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (AlwaysGrouped, "AlwaysGrouped.student"),
        (WithoutScores, "WithoutScores.score"),
        (Kept, "Kept.published"),
    ],
)
def test_a_promise_that_the_table_does_not_keep_is_refused(kind: Any, field: str) -> None:
    with pytest.raises(TypeError, match=f"^{field} may be null, but its type says otherwise$"):
        graph_of(kind).check()


def test_grouping_by_what_no_field_shows_is_refused() -> None:
    class Elsewhere(Enum):
        """By a column that is no field."""

        MODULE = by("module")

    with pytest.raises(TypeError, match=r"^Sound shows nothing of what MODULE groups by$"):
        graph_of(Sound, Elsewhere).check()
