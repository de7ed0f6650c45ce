"""Courses, students in them, and how far they are."""

from domains.education.models import (
    AssessmentSubmission,
    Course,
    Enrollment,
    LearningProgress,
    Module,
    Student,
    Wallet,
)

from .kinds import (
    COURSE,
    EDUCATORS,
    ENROLLMENT,
    MODULE,
    PROGRESS,
    STUDENT,
    STUDENT_WALLET,
    STUDENTS,
    SUBMISSION,
    USER,
    WALLET,
)
from .people import CLASS, EMAIL, HOME, first_name, last_name
from .terms import MOST, NUMBERS, Filling, Source, at, dice, key, moment, pick
from .words import CATEGORIES, CHAPTERS, COUNTRIES, SUBJECTS, WAYS

PUBLISHED = 4
"""Of each educator's courses; one more is a draft."""

CHAPTER_COUNT = len(CHAPTERS)
HOW_FAR = (0, 1, 1, 2, 2, 3, 3, CHAPTER_COUNT)
"""Chapters that are done; one in eight has done all."""

PRICES = (0, 25, 0, 60, 80)
MOST_PLACES = 3
"""In courses, of one student."""

WIDTH = 8
"""Places of what belongs to one place in a course."""

SUBJECT = pick(SUBJECTS, "n / 100 + j")
LESSON = "'Read, try and explain what you found. '"

COURSES = f"{NUMBERS}, generate_series(0, {PUBLISHED}) as j"
MODULES = f"{COURSES}, generate_series(0, {CHAPTER_COUNT - 1}) as m"

CHOSEN = Source(
    f"{NUMBERS}, generate_series(0, {MOST_PLACES - 1}) as e",
    f"e < 2 + {dice(20, 2)}",
    {
        # An educator who is there already; the same one twice with another of their courses.
        "founder": f"{CLASS} * {dice(21, f'(n + {CLASS - 1}) / {CLASS}', 'n * 4 + e')} + 1",
        "course": f"({dice(22, PUBLISHED)} + e) % {PUBLISHED}",
        "done": pick(HOW_FAR, dice(23, len(HOW_FAR), "n * 4 + e")),
        "begun": dice(24, 2, "n * 4 + e"),
        "left_it": f"{dice(25, 8, 'n * 4 + e')} = 0",
        "score": f"70 + {dice(26, 31, 'n * 4 + e')}",
    },
)
PLACES = Source(
    str(CHOSEN),
    names={
        "course_id": key(COURSE, "founder", "course"),
        "status": f"case when done = {CHAPTER_COUNT} then 'completed'"
        " when left_it then 'dropped' else 'active' end",
    },
)
"""Who has a place in which course, how many chapters are done, and whether one more is begun."""

PLACE = f"e * {WIDTH}"
CHAPTER = f"e * {WIDTH} + m"
ENROLLMENT_ID = key(ENROLLMENT, j=PLACE)

assert MOST_PLACES * WIDTH <= MOST  # noqa: S101 (ids would not be unique)

FILLINGS = (
    Filling(
        Student,
        STUDENT,
        {
            "user_id": key(USER, j=STUDENTS),
            "first_name": first_name(),
            "last_name": last_name(),
            "email": EMAIL.replace("role", "'student'"),
            "date_of_birth": f"date '1990-01-01' + cast({dice(4, 7000)} as integer)",
            "grade": f"8 + {dice(5, 5)}",
            "country": pick(COUNTRIES, HOME),
        },
    ),
    Filling(
        Wallet,
        STUDENT_WALLET,
        {"student_id": key(STUDENT), "mint_wallet_id": key(WALLET, j=STUDENTS)},
    ),
    Filling(
        Course,
        COURSE,
        {
            "title": f"{pick(WAYS, 'j')} || ' ' || {SUBJECT}",
            "description": f"'What there is to know of ' || {SUBJECT} || ', step by step and with"
            " examples that can be changed.'",
            "instructor_id": key(USER, j=EDUCATORS),
            "price": pick(PRICES, "j"),
            "duration_hours": f"10 + {dice(6, 50, 'n + j')}",
            "level": pick(("beginner", "intermediate", "advanced"), "j"),
            "category": pick(CATEGORIES, "n / 100 + j"),
            "published_at": f"case when j < {PUBLISHED} then"
            f" {moment(at(COURSE, j='j'), plus='1 hour')} end",
        },
        COURSES,
        f"n % {CLASS} = 1",
        j="j",
    ),
    Filling(
        Module,
        MODULE,
        {
            "course_id": key(COURSE, j="j"),
            "title": pick(CHAPTERS, "m"),
            "position": "m + 1",
            "content": f"jsonb_build_object('lessons', jsonb_build_array(repeat({LESSON}, 10)))",
        },
        MODULES,
        f"n % {CLASS} = 1",
        j=f"j * {CHAPTER_COUNT} + m",
    ),
    Filling(
        Enrollment,
        ENROLLMENT,
        {
            "student_id": key(STUDENT),
            "course_id": "course_id",
            "status": "status",
            "progress": f"case when done = {CHAPTER_COUNT} then 100"
            f" else (100 * done + 50 * begun) / {CHAPTER_COUNT}.0 end",
            "price": pick(PRICES, "course"),
            "enrolled_at": moment(at(ENROLLMENT, j=PLACE)),
            "completed_at": "case status when 'completed' then"
            f" {moment(at(ENROLLMENT, j=PLACE), plus='7 days')} end",
        },
        str(PLACES),
        j=PLACE,
    ),
    Filling(
        LearningProgress,
        PROGRESS,
        {
            "student_id": key(STUDENT),
            "module_id": key(MODULE, "founder", f"course * {CHAPTER_COUNT} + m"),
            "progress": "case when m < done then 100 else 50 end",
            "minutes_spent": f"20 + {dice(27, 100, 'n * 4 + m')}",
            "score": "case when m < done then score end",
            "started_at": moment(at(PROGRESS, j=CHAPTER)),
            "completed_at": f"case when m < done then"
            f" {moment(at(PROGRESS, j=CHAPTER), plus='3 hours')} end",
        },
        f"{PLACES}, generate_series(0, {CHAPTER_COUNT - 1}) as m",
        "m < done + begun",
        j=CHAPTER,
    ),
    Filling(
        AssessmentSubmission,
        SUBMISSION,
        {
            "student_id": key(STUDENT),
            "assessment_id": "course_id",
            "answers": "jsonb_build_object('1', 'b', '2', 'd', '3', 'a')",
            "score": "score",
            "feedback": "case when score >= 90 then 'Well done.' end",
            "submitted_at": moment(at(SUBMISSION, j=PLACE), plus="7 days"),
        },
        str(PLACES),
        "status = 'completed'",
        j=PLACE,
    ),
)
