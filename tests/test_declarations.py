"""What fields may be declared to mean beyond what the domains' own show alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry
from sqlalchemy import ColumnElement, case, func, literal, null
from strawberry.schema.config import StrawberryConfig

from domains.auth.models import User, UserRole
from domains.education import models
from domains.kernel import prose
from domains.kernel.database import Database
from domains.kernel.node import Connection, Node, encode_id
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import (
    ascending,
    by_id,
    embedded,
    many,
    matching,
    node,
    one,
    pages,
    related,
)
from domains.kernel.read.filters import filters
from domains.kernel.read.ranges import IntRange, between
from domains.kernel.scalars import SCALARS, Money
from domains.kernel.viewer import Role
from gateway.execution import Gateway
from tests.makers import a_course, a_user, viewer
from tests.operations import Operations
from tests.statements import Statements


@prose.enum
class Whose(Enum):
    """Whose books."""

    MINE = "mine"
    OTHERS = "others"


def _belongs(book: Columns, whose: Whose, viewer: ViewerTerms) -> ColumnElement[bool]:
    is_mine: ColumnElement[bool] = book.instructor_id == viewer.user_id
    return is_mine if whose is Whose.MINE else ~is_mine


@filters
class BookFilter:
    """Which books."""

    whose: Whose | None = matching(_belongs)
    hours: IntRange | None = matching(lambda book, hours: between(book.duration_hours, hours))
    kin: BookFilter | None = related(here="category", there=("category", "title"))


@prose.enum
class BookOrder(Enum):
    """How books are sorted."""

    TITLE = ascending("title")
    HOURS = ascending("duration_hours")


def _twice(book: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    return func.trim_scale(book.price * 2, type_=book.price.type)


def _if_dear(book: Columns, _viewer: ViewerTerms) -> ColumnElement[Any]:
    return case((book.price > 1, literal("USD")), else_=null())


def _for_whom(_book: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
    return case((viewer.is_a(Role.ADMIN), "USD"), else_="AZR")


@node(models.Course)
@prose.output
class Book(Node):
    """A course, under another name."""

    title: str
    duration_hours: int
    twice: Money = embedded(amount=_twice, currency=_for_whom)
    dear: Money | None = embedded(amount="price", currency=_if_dear)
    kin: Connection[Book] = pages(
        here="category", there=("category", "title"), orders=BookOrder, where=BookFilter
    )
    all_kin: list[Book] = many(
        here="category", there=("category", "title"), order=ascending("title"), size=3
    )
    eldest_kin: Book | None = one(here="category", there=("category", "title"))


@node(User)
@prose.output
class Person(Node):
    """A person, whose books another cluster may keep."""

    books: Connection[Book] = pages(there=("instructor_id", "id"), orders=BookOrder)
    all_books: list[Book] = many(there=("instructor_id", "id"), order=ascending("title"), size=2)
    first_book: Book | None = one(here="id", there=("instructor_id", "id"))


@prose.output
class Library:
    """A root."""

    person: Person | None = by_id()
    book: Book | None = by_id()
    books: Connection[Book] | None = pages(orders=BookOrder, where=BookFilter)


LIBRARY = strawberry.Schema(Library, config=StrawberryConfig(scalar_map=SCALARS))

TITLES = ("Ants", "Bees", "Ants of ants", "Cats", "Dogs", "Eels")
CATEGORIES = ("Ants", "Ants", "Ants", "Bees", "Cats", "Ants")
"""The kin of the first are all whose category or title is Ants; it itself is so twice over."""


@pytest.fixture
async def books(database: Database) -> Sequence[Any]:
    return [
        (
            await a_course(
                database,
                title=title,
                category=category,
                duration_hours=10 - number,
                price=Decimal(number),
            )
        )[0]
        for number, (title, category) in enumerate(zip(TITLES, CATEGORIES, strict=True))
    ]


@pytest.fixture
def library(database: Database) -> Operations:
    return Operations(Gateway(LIBRARY), database)


async def book(library: Operations, row: Any, selection: str, **variables: Any) -> Any:
    query = f"query($id: ID!) {{ book(id: $id) {{ {selection} }} }}"
    return (await library.data(query, id=encode_id("Book", row.id), **variables))["book"]


# Relations by any of several columns


async def test_a_row_that_two_columns_relate_is_listed_once(
    library: Operations, books: Sequence[Any], statements: Statements
) -> None:
    selection = "allKin { title } kin(first: 9) { totalCount nodes { title } } eldestKin { title }"
    found = await book(library, books[3], selection)
    assert found == {
        "allKin": [{"title": "Bees"}, {"title": "Cats"}],
        "kin": {"totalCount": 2, "nodes": [{"title": "Bees"}, {"title": "Cats"}]},
        "eldestKin": {"title": "Bees"},
    }
    found = await book(library, books[0], selection)
    titles = ["Ants", "Ants of ants", "Bees", "Eels"]
    assert found == {
        "allKin": [{"title": title} for title in titles[:3]],
        "kin": {"totalCount": 4, "nodes": [{"title": title} for title in titles]},
        "eldestKin": {"title": "Ants"},
    }
    assert len([each for each in statements if "typeinfo" not in each]) == 2


@pytest.mark.parametrize("order", ["TITLE", "HOURS"])
async def test_both_ways_through_pages_meet_every_row_once(
    library: Operations, books: Sequence[Any], order: str
) -> None:
    rows = {"TITLE": ["Ants", "Ants of ants", "Bees", "Eels"]}
    expected = rows.get(order, ["Eels", "Ants of ants", "Bees", "Ants"])
    for size, start, further, way in (
        ("first", "after", "hasNextPage", "endCursor"),
        ("last", "before", "hasPreviousPage", "startCursor"),
    ):
        seen: list[str] = []
        cursor, more = "null", True
        while more:
            arguments = f"{size}: 1, {start}: {cursor}, orderBy: {order}"
            selection = f"kin({arguments}) {{ nodes {{ title }} pageInfo {{ {further} {way} }} }}"
            page = (await book(library, books[0], selection))["kin"]
            seen += [each["title"] for each in page["nodes"]]
            cursor, more = f'"{page["pageInfo"][way]}"', page["pageInfo"][further]
        assert seen == (expected if size == "first" else expected[::-1])


async def test_each_column_of_a_relation_is_read_in_order_and_cut(
    library: Operations, books: Sequence[Any], statements: Statements
) -> None:
    await book(library, books[0], "kin(first: 2) { nodes { id } }")
    [statement] = [each for each in statements if "typeinfo" not in each]
    assert statement.count("UNION ALL") == 1
    assert statement.count("LIMIT") == 4  # the book, each half, and their union


@pytest.mark.parametrize("elsewhere", [frozenset[str](), frozenset({"education"})])
async def test_such_a_relation_may_lead_to_another_cluster(
    database: Database, elsewhere: frozenset[str]
) -> None:
    ada = await a_user(database)
    for title in ("B", "A", "C"):
        await a_course(database, ada, title=f"Book {title}")
    library = Operations(Gateway(LIBRARY, elsewhere=elsewhere), database)
    selection = "books(last: 2) { totalCount nodes { title } } allBooks { title } firstBook { id }"
    query = f"query($id: ID!) {{ person(id: $id) {{ {selection} }} }}"
    found = (await library.data(query, as_=viewer(ada), id=encode_id("Person", ada.id)))["person"]
    assert found["books"] == {"totalCount": 3, "nodes": [{"title": "Book B"}, {"title": "Book C"}]}
    assert found["allBooks"] == [{"title": "Book A"}, {"title": "Book B"}]
    assert found["firstBook"] is not None


# Filters


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"hours": {"min": 6}}, ["Ants", "Ants of ants", "Bees", "Cats", "Dogs"]),
        ({"hours": {"min": 6, "max": 7}}, ["Cats", "Dogs"]),
        ({"hours": {"max": 7, "min": None}}, ["Cats", "Dogs", "Eels"]),
        ({"hours": {}}, sorted(TITLES)),
        ({"kin": {"hours": {"max": 6}}}, ["Ants", "Ants of ants", "Bees", "Dogs", "Eels"]),
    ],
)
async def test_ranges_and_relations_by_several_columns_filter(
    library: Operations, books: Sequence[Any], where: Any, found: list[str]
) -> None:
    query = "query($w: BookFilter) { books(where: $w) { nodes { title } } }"
    nodes = (await library.data(query, w=where))["books"]["nodes"]
    assert [each["title"] for each in nodes] == found


async def test_a_condition_may_depend_on_who_asks(library: Operations, database: Database) -> None:
    ada, bob = await a_user(database), await a_user(database)
    await a_course(database, ada, title="Of Ada")
    await a_course(database, bob, title="Of Bob")
    query = "query($w: BookFilter) { books(where: $w) { nodes { title } } }"
    found = {
        (name, whose): [
            each["title"]
            for each in (await library.data(query, as_=viewer(user), w={"whose": whose}))["books"][
                "nodes"
            ]
        ]
        for name, user in (("ada", ada), ("bob", bob))
        for whose in ("MINE", "OTHERS")
    }
    assert found == {
        ("ada", "MINE"): ["Of Ada"],
        ("ada", "OTHERS"): ["Of Bob"],
        ("bob", "MINE"): ["Of Bob"],
        ("bob", "OTHERS"): ["Of Ada"],
    }


@filters
class LostFilter:
    """Books have no such column."""

    lost: LostFilter | None = related(there="course_id", of="Book")


@filters
class StrayFilter:
    """No type is called Stray."""

    stray: StrayFilter | None = related()


@pytest.mark.parametrize("where", [LostFilter, StrayFilter])
def test_a_filter_that_leads_nowhere_is_refused_before_anything_runs(where: type[Any]) -> None:
    @prose.output
    class Root:
        """A root."""

        books: Connection[Book] | None = pages(where=where)

    schema = strawberry.Schema(Root, config=StrawberryConfig(scalar_map=SCALARS))
    with pytest.raises(TypeError, match=r"Filter\.\w+ leads nowhere"):
        Gateway(schema)


# Embedded objects


async def test_parts_of_an_object_may_be_computed_by_postgres(
    library: Operations, books: Sequence[Any], database: Database
) -> None:
    selection = "twice { amount currency } dear { currency amount }"
    assert await book(library, books[1], selection) == {
        "twice": {"amount": "2", "currency": "AZR"},
        "dear": None,
    }
    admin = viewer(await a_user(database, UserRole.ADMIN))
    assert await book(library, books[2], selection, as_=admin) == {
        "twice": {"amount": "4", "currency": "USD"},
        "dear": {"currency": "USD", "amount": "2"},
    }
