"""The ids of generated rows, and rows that the measurements have besides the scaled seed's.

The seed gives a course four chapters and a student two or three places. What is measured are lists
of ten, so each course gets six chapters more and each student ten places more, of which a few fall
together with those that they have.
"""

from typing import Final
from uuid import UUID

from domains.education.models import Enrollment, Module
from seed.scale.kinds import COURSE, ENROLLMENT, MODULE, NOTIFICATION, STUDENT, USER
from seed.scale.learning import PUBLISHED
from seed.scale.people import CLASS
from seed.scale.terms import (
    BEGINNING,
    DAY,
    HALF,
    MINUTE,
    MOST,
    NUMBERS,
    SPAN,
    Filling,
    Kind,
    Source,
    at,
    key,
    moment,
    pick,
)
from seed.scale.words import CHAPTERS

STUDENTS: Final = 10_000
"""In a world of the usual size."""

READER: Final = 948
"""The number of the student who is signed in: one with rows in every domain."""

NOTICES: Final = 4000
"""Notifications that the student has besides."""

FIRST_NOTICE: Final = 1_000_000_000
"""Where their numbers begin; those before are students'."""

CHAPTER_COUNT: Final = 10
SEEDED: Final = len(CHAPTERS)
MORE_PLACES: Final = 10

ADMINS: Final = 3
"""The place of an admin among the users of a number."""


def row_id(kind: Kind, n: int, j: int = 0) -> UUID:
    """`seed.scale.terms.key` without the database."""
    joined = BEGINNING + SPAN * n // (n + HALF)
    made = joined + kind.number * 10 * MINUTE + kind.days * DAY * j
    return UUID(f"{made:012x}7{kind.number:03x}8{j:03x}{n:012x}")


def student_user_id(n: int = READER) -> UUID:
    return row_id(USER, n)


def student_id(n: int = READER) -> UUID:
    return row_id(STUDENT, n)


def admin_id() -> UUID:
    return row_id(USER, 1, ADMINS)


def course_ids(students: int = STUDENTS) -> list[UUID]:
    """The published courses, the oldest first."""
    founders = range(1, students + 1, CLASS)
    return [row_id(COURSE, n, j) for n in founders for j in range(PUBLISHED)]


def enrollment_id(n: int) -> UUID:
    """A student's first place."""
    return row_id(ENROLLMENT, n)


def notice_id(number: int) -> UUID:
    """Older than all that the seed tells a student, so that their newest ones stay the same."""
    made = BEGINNING + number * MINUTE
    return UUID(f"{made:012x}7{NOTIFICATION.number:03x}8000{FIRST_NOTICE + number:012x}")


CHAPTER_PLACE = f"{MOST} + j * {CHAPTER_COUNT} + m"
PLACE = f"{MOST} + p"

# The numbers run over the students again and again, so that a student's rows lie far apart, as
# they do where people enrol one by one.
PLACES = Source(
    f"generate_series(0, {MORE_PLACES - 1}) as p, {NUMBERS}",
    names={
        "founders": f"(cast($2 as bigint) + {CLASS - 1}) / {CLASS}",
        "variant": "(n + p) % 3",
    },
)
CHOSEN = Source(
    str(PLACES),
    names={
        # Ten courses of different educators as long as there are ten.
        "founder": f"{CLASS} * ((n * 7 + p) % founders) + 1",
        "course": f"(n + p / founders) % {PUBLISHED}",
    },
)

MODULES = Filling(
    Module,
    MODULE,
    {
        "course_id": key(COURSE, j="j"),
        "title": f"{pick(CHAPTERS, 'm')} || ', part ' || m",
        "description": "case when m % 2 = 0 then 'What was \"left out\" of part ' || m - 1 end",
        "position": "m + 1",
        "content": "jsonb_build_object('lessons', jsonb_build_array('Read on.'))",
    },
    f"{NUMBERS}, generate_series(0, {PUBLISHED}) as j,"
    f" generate_series({SEEDED}, {CHAPTER_COUNT - 1}) as m",
    f"n % {CLASS} = 1",
    j=CHAPTER_PLACE,
)

ENROLLMENTS = Filling(
    Enrollment,
    ENROLLMENT,
    {
        "student_id": key(STUDENT),
        "course_id": key(COURSE, "founder", "course"),
        "status": "case variant when 0 then 'active' when 1 then 'completed' else 'dropped' end",
        "progress": "case variant when 1 then 100 else (n + p) % 199 / 2.0 end",
        "enrolled_at": moment(at(ENROLLMENT, j=PLACE)),
        "completed_at": "case variant when 1 then"
        f" {moment(at(ENROLLMENT, j=PLACE), plus='7 days')} end",
    },
    str(CHOSEN),
    j=PLACE,
)

FILLING: Final = (
    MODULES.statement,
    f"{ENROLLMENTS.statement} order by p, n on conflict do nothing",
)
