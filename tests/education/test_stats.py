"""Courses and places in them, counted: by whom they are seen, in which groups, and how exactly."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.education.models import Course, CourseLevel, EnrollmentStatus, Student
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_course, a_student, a_user, an_enrollment, viewer
from tests.operations import codes
from tests.statements import Statements

MOST = 2**31 - 1


async def counted(graph: Any, arguments: str, fields: str, as_: Any = ANONYMOUS) -> Any:
    """The groups of courses, each as the list of its values."""
    groups = (await graph(f"{{ courseStats{arguments} {{ {fields} }} }}", as_=as_))["courseStats"]
    return [[*group.values()] for group in groups]


async def many_courses(database: Database, owner: asyncpg.Connection, number: int) -> None:
    """Courses in a hundred categories; half of them, rounded down, cost the least bit more."""
    teacher = await a_user(database, UserRole.EDUCATOR)
    await owner.execute(
        """
        insert into education.courses
          (instructor_id, title, description, price, duration_hours, level, category, published_at)
        select $1, 'Many', '', case when n <= $2::int / 2 then 98760.00000001 else 98760 end, 1,
          'beginner', n % 100, now()
        from generate_series(1, $2::int) n
        """,
        teacher.id,
        number,
    )
    await owner.execute("analyze education.courses")


# Who sees what


async def test_everybody_counts_what_they_may_see(database: Database, graph: Any) -> None:
    teacher = await a_user(database, UserRole.EDUCATOR)
    left, _ = await a_course(database, teacher, published=False)
    await a_course(database, teacher, published=False)
    await a_course(database)
    student = await a_user(database)
    await an_enrollment(database, await a_student(database, student), left)
    admin = await a_user(database, UserRole.ADMIN)
    callers = [ANONYMOUS, *map(viewer, (await a_user(database), student, teacher, admin))]

    counts = [await counted(graph, "", "count", caller) for caller in callers]

    assert counts == [[[1]], [[1]], [[2]], [[3]], [[3]]]


async def test_where_there_is_nothing_there_is_no_group(
    database: Database, graph: Any, answer: Any
) -> None:
    assert await counted(graph, "", "currency count price { sum }") == []
    assert await graph("{ learningStats { count } }") == {"learningStats": []}
    await a_course(database)
    assert await counted(graph, '(where: {category: "none"})', "count") == []
    assert await counted(graph, "(first: 0)", "count") == []


# Figures


async def test_sums_of_whole_numbers_exceed_32_bits(database: Database, graph: Any) -> None:
    for hours in (MOST, MOST, 1):
        await a_course(database, duration_hours=hours)

    figures = await counted(graph, "", "count durationHours { sum average min max }")

    assert figures == [[3, {"sum": "4294967295", "average": "1431655765", "min": 1, "max": MOST}]]


@pytest.mark.parametrize(
    ("prices", "total", "average"),
    [
        (("1", "1", "0"), "2", "0.66666667"),
        (("1", "0", "0"), "1", "0.33333333"),
        (("0.00000001", "0"), "0.00000001", "0.00000001"),
        (("0.00000001", "0", "0"), "0.00000001", "0"),
        (("9999999999.99999999",) * 3, "29999999999.99999997", "9999999999.99999999"),
        (("12.50", "7.5"), "20", "10"),
    ],
)
async def test_decimals_are_exact_and_averages_to_eight_places(
    database: Database, graph: Any, prices: tuple[str, ...], total: str, average: str
) -> None:
    for price in prices:
        await a_course(database, price=Decimal(price))

    assert await counted(graph, "", "price { sum average }") == [
        [{"sum": total, "average": average}]
    ]


async def test_an_average_of_many_is_not_rounded_twice(
    database: Database, graph: Any, owner: asyncpg.Connection
) -> None:
    """The mean lies just below 98760.000000005."""
    await many_courses(database, owner, 30_001)

    found = await counted(graph, "", "count price { sum average }")

    assert found == [[30_001, {"sum": "2962898760.00015", "average": "98760"}]]


async def test_amounts_of_two_currencies_are_never_added(database: Database, graph: Any) -> None:
    for currency, price in ((Currency.USD, 10), (Currency.AZR, 1), (Currency.USD, 5)):
        await a_course(database, currency=currency, price=Decimal(price))

    assert await counted(graph, "", "currency count price { sum }") == [
        ["AZR", 1, {"sum": "1"}],
        ["USD", 2, {"sum": "15"}],
    ]


# Groups


async def test_groups_by_category_and_level_stand_in_the_order_given(
    database: Database, graph: Any
) -> None:
    for category, level in (
        ("Science", CourseLevel.ADVANCED),
        ("Science", CourseLevel.BEGINNER),
        ("Arts", CourseLevel.ADVANCED),
        ("arts", CourseLevel.ADVANCED),
        ("Arts", CourseLevel.ADVANCED),
    ):
        await a_course(database, category=category, level=level)

    assert await counted(graph, "(by: [CATEGORY, LEVEL])", "category level count") == [
        ["Arts", "ADVANCED", 2],
        ["Science", "BEGINNER", 1],
        ["Science", "ADVANCED", 1],
        ["arts", "ADVANCED", 1],
    ]
    assert await counted(graph, "(by: [LEVEL, CATEGORY])", "category level count") == [
        ["Science", "BEGINNER", 1],
        ["Arts", "ADVANCED", 2],
        ["Science", "ADVANCED", 1],
        ["arts", "ADVANCED", 1],
    ]
    assert await counted(graph, "(by: LEVEL, orderBy: COUNT)", "category level count") == [
        [None, "ADVANCED", 4],
        [None, "BEGINNER", 1],
    ]
    assert await counted(graph, "(by: [CATEGORY], first: 1)", "category") == [["Arts"]]


async def test_courses_are_counted_by_who_teaches_them(database: Database, graph: Any) -> None:
    noether, gauss = [
        await a_user(database, UserRole.EDUCATOR, name=name) for name in ("Noether", "Gauss")
    ]
    for teacher in (noether, gauss, gauss):
        await a_course(database, teacher)
    groups = "(by: [INSTRUCTOR], orderBy: COUNT)"

    found = await counted(graph, groups, "instructor { name courses { totalCount } } count")

    assert found == [
        [{"name": "Gauss", "courses": {"totalCount": 2}}, 2],
        [{"name": "Noether", "courses": {"totalCount": 1}}, 1],
    ]
    assert await counted(graph, "", "instructor { name } count") == [[None, 3]]


@pytest.fixture
async def teacher(database: Database) -> User:
    """The teacher of a draft and of courses published around a turn of the year."""
    teacher = await a_user(database, UserRole.EDUCATOR)
    for moment in (
        datetime(2026, 1, 5, 0, 30, tzinfo=UTC),
        datetime(2026, 1, 4, 23, 59, 59, 999999, UTC),
        datetime.fromisoformat("2026-01-01T01:00:00+02:00"),
        None,
    ):
        await a_course(database, teacher, published_at=moment)
    return teacher


@pytest.mark.parametrize(
    ("period", "groups"),
    [
        ("DAY", [["2026-01-05", 1], ["2026-01-04", 1], ["2025-12-31", 1], [None, 1]]),
        ("WEEK", [["2026-01-05", 1], ["2025-12-29", 2], [None, 1]]),
        ("MONTH", [["2026-01-01", 2], ["2025-12-01", 1], [None, 1]]),
    ],
)
async def test_a_period_is_shown_by_its_first_day_in_utc(
    graph: Any, teacher: User, period: str, groups: Any
) -> None:
    by = f"(by: [{period}])"
    assert await counted(graph, by, "publishedOn count", viewer(teacher)) == groups
    assert await counted(graph, by, "publishedOn count") == groups[:-1]


async def test_a_year_of_days_is_one_answer(database: Database, graph: Any) -> None:
    teacher = await a_user(database, UserRole.EDUCATOR)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for day in range(366):
        moment = start + timedelta(days=day)
        await a_course(database, teacher, modules=0, published_at=moment)

    days = await counted(graph, "(by: [DAY], first: 366)", "publishedOn")

    assert (len(days), days[0], days[-1]) == (366, ["2024-12-31"], ["2024-01-01"])
    assert len(await counted(graph, "(by: [DAY])", "publishedOn")) == 100


# Places in courses


@pytest.fixture
async def places(database: Database) -> tuple[Course, Course, Student, User]:
    """Two courses of one teacher; one student is in both, another in the first alone."""
    teacher = await a_user(database, UserRole.EDUCATOR)
    reading, _ = await a_course(database, teacher, title="Reading")
    writing, _ = await a_course(database, teacher, title="Writing")
    student = await a_student(database)
    await an_enrollment(database, student, reading, progress=Decimal("33.33"))
    await an_enrollment(
        database,
        student,
        writing,
        progress=Decimal(100),
        status=EnrollmentStatus.COMPLETED,
        completed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    other = await a_student(database)
    await an_enrollment(
        database, other, reading, progress=Decimal("0.01"), status=EnrollmentStatus.DROPPED
    )
    return reading, writing, student, teacher


LEARNING = """
{ learningStats(by: [COURSE], orderBy: COUNT) {
    course { title instructor { name } } status count progress { sum average min max } } }
"""


async def test_places_are_counted_by_the_course_that_they_are_in(
    graph: Any, places: tuple[Course, Course, Student, User]
) -> None:
    teacher = places[3]

    found = (await graph(LEARNING, as_=viewer(teacher)))["learningStats"]

    instructor = {"name": teacher.name}
    half = {"sum": "33.34", "average": "16.67", "min": "0.01", "max": "33.33"}
    whole = dict.fromkeys(("sum", "average", "min", "max"), "100")
    assert found == [
        {
            "course": {"title": title, "instructor": instructor},
            "status": None,
            "count": count,
            "progress": progress,
        }
        for title, count, progress in (("Reading", 2, half), ("Writing", 1, whole))
    ]


async def test_a_course_and_a_student_show_figures_of_their_own(
    graph: Any, places: tuple[Course, Course, Student, User]
) -> None:
    reading, _, student, teacher = places
    query = """
    query ($course: ID!, $student: ID!) {
      course(id: $course) { learningStats(by: [STATUS]) { status course { id } count } }
      student(id: $student) { learningStats { count progress { average } } }
    }
    """
    ids = {
        "course": encode_id("Course", reading.id),
        "student": encode_id("Student", student.id),
    }

    data = await graph(query, as_=viewer(teacher), **ids)

    assert data["course"]["learningStats"] == [
        {"status": "ACTIVE", "course": None, "count": 1},
        {"status": "DROPPED", "course": None, "count": 1},
    ]
    assert data["student"]["learningStats"] == [{"count": 2, "progress": {"average": "66.665"}}]
    assert (await graph(query, **ids))["course"]["learningStats"] == []


# One statement


async def test_all_figures_of_an_operation_are_one_statement(
    graph: Any, places: tuple[Course, Course, Student, User], statements: Statements
) -> None:
    query = """
    { courseStats(by: [CATEGORY, MONTH]) { category publishedOn price { average } }
      learningStats(by: [COURSE, STATUS]) { course { modules { course { title } } } count }
      courses { nodes { learningStats(by: [WEEK]) { count } } } }
    """
    await graph(query, as_=viewer(places[3]))
    statements.clear()

    await graph(query, as_=viewer(places[3]))

    assert len(statements) == 1


async def test_what_narrows_the_rows_stands_on_an_index(
    database: Database, graph: Any, statements: Statements, owner: asyncpg.Connection
) -> None:
    await many_courses(database, owner, 2_000)
    where = '(by: [LEVEL], where: {category: "7"})'
    assert await counted(graph, where, "level count") == [["BEGINNER", 20]]

    plan = await owner.fetch(f"explain (costs off) {statements[-1]}", "7")

    lines = [line.strip() for (line,) in plan]
    assert "Index Cond: ((category)::text = '7'::text)" in lines


async def test_only_what_is_selected_is_computed(graph: Any, statements: Statements) -> None:
    await counted(graph, "(by: [LEVEL])", "price { sum }")

    assert "sum(t0.price)" in statements[-1]
    for other in ("count(", "min(", "max(", "round(", "duration_hours", "category"):
        assert other not in statements[-1]


# What is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("by: [DAY, MONTH]", "Group by DAY or by MONTH, not by both."),
        ("by: [LEVEL, CATEGORY, LEVEL]", "`by` names LEVEL twice."),
        ("first: 367", "`first` must be from 0 to 366, not 367."),
        ("first: -1", "`first` must be from 0 to 366, not -1."),
        ('where: {search: "-"}, by: [WEEK, WEEK]', "`by` names WEEK twice."),
    ],
)
async def test_groupings_that_make_no_sense_are_refused(
    answer: Any, arguments: str, message: str
) -> None:
    body = await answer(f"{{ courseStats({arguments}) {{ count }} }}")

    assert codes(body) == ["BAD_USER_INPUT"]
    assert body["errors"][0]["message"] == message
    assert body["data"] == {"courseStats": None}


async def test_below_a_course_no_row_is_needed_for_a_refusal(answer: Any) -> None:
    below = "{ courses { nodes { learningStats(by: [DAY, WEEK]) { count } } } }"
    assert codes(await answer(below)) == ["BAD_USER_INPUT"]
    never = "{ learningStats { course { modules(first: 101) { title } } } }"
    assert codes(await answer(never)) == ["BAD_USER_INPUT"]


async def test_a_list_of_groups_is_priced_by_the_groups_asked_for(answer: Any) -> None:
    query = """
    query ($first: Int) { learningStats(first: $first) { course { modules { title position } } } }
    """
    assert codes(await answer(query, first=100)) == []
    assert codes(await answer(query, first=366)) == ["QUERY_TOO_COMPLEX"]
