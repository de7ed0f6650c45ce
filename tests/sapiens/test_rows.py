"""What the tables of sapiens refuse, keep right by themselves, and let go together."""

from typing import Any

import asyncpg
import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from gateway.schema import schema
from tests.makers import a_user, viewer
from tests.operations import Operations
from tests.sapiens.learner import KEY, Learner, a_learner, a_path

TABLES = (
    "tutoring_sessions",
    "messages",
    "learning_insights",
    "learning_paths",
    "path_steps",
    "progress",
    "questions",
    "assessments",
    "student_profiles",
)


async def counts(owner: asyncpg.Connection) -> tuple[int, ...]:
    return tuple(
        [await owner.fetchval(f"select count(*) from sapiens.{table}") for table in TABLES]
    )


async def test_no_caller_is_shown_an_answer_key(
    operations: Operations, database: Database, owner: asyncpg.Connection, learner: Learner
) -> None:
    kind = schema._schema.type_map["AdaptiveAssessment"]
    assert isinstance(kind, GraphQLObjectType)
    leaves = [
        name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type))
    ]
    query = f"query ($id: ID!) {{ assessment(id: $id) {{ {' '.join(leaves)} }} }}"
    admin = viewer(await a_user(database, UserRole.ADMIN))
    id = encode_id("AdaptiveAssessment", learner.assessment.id)

    for caller in (learner.viewer, admin):
        body = (await operations.run(query, {"id": id}, caller)).body
        assert b"What repeats?" in body
        assert KEY.encode() not in body
    assert KEY in await owner.fetchval("select answer_key::text from sapiens.assessments")


def test_no_type_and_no_filter_knows_the_answer_key() -> None:
    assert "answerkey" not in str(schema).lower().replace("_", "")


@pytest.mark.parametrize(
    "questions",
    [
        "{}",
        '"text"',
        "null",
        "[1]",
        "[[]]",
        '[{"answer": "A loop."}]',
        '[{"prompt": "What?", "correct": 2}]',
        '[{"prompt": {"text": "What?", "answer": "A loop."}}]',
        '[{"options": [{"text": "A loop.", "correct": true}]}]',
        '[{"options": [["A loop.", true]]}]',
    ],
)
async def test_questions_with_room_for_an_answer_are_refused(
    owner: asyncpg.Connection, learner: Learner, questions: str
) -> None:
    change = "update sapiens.assessments set questions = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="assessments_questions_check"):
        await owner.execute(change, questions)
    await owner.execute(change, '[{"id": "1", "options": ["a", "b"], "points": 5}]')


@pytest.mark.parametrize(
    "statement",
    [
        "update sapiens.tutoring_sessions set duration_minutes = -1",
        "update sapiens.tutoring_sessions set status = 'completed'",
        "update sapiens.tutoring_sessions set ended_at = now()",
        "update sapiens.messages set seq = 0 where seq = 1",
        "update sapiens.learning_insights set confidence = 1.001",
        "update sapiens.learning_insights set confidence = 'NaN'",
        "update sapiens.learning_paths set target_level = current_level",
        "update sapiens.learning_paths set estimated_hours = -0.01",
        "update sapiens.learning_paths set estimated_hours = 'NaN'",
        "update sapiens.learning_paths set milestones = '{}'",
        "update sapiens.path_steps set position = 0 where position = 1",
        "update sapiens.path_steps set estimated_hours = 'NaN'",
        "update sapiens.path_steps set resources = '{}'",
        "update sapiens.progress set minutes_spent = -1",
        "update sapiens.questions set answer = 'Because.'",
        "update sapiens.questions set answered_at = now()",
        "update sapiens.assessments set max_score = 0",
        "update sapiens.assessments set max_score = 'NaN'",
        "update sapiens.assessments set score = 10.01, completed_at = now()",
        "update sapiens.assessments set score = -1, completed_at = now()",
        "update sapiens.assessments set score = 5",
        "update sapiens.assessments set pass_mark = 101",
        "update sapiens.assessments set seconds_spent = -1",
        "update sapiens.student_profiles set goals = '{}'",
    ],
)
async def test_what_cannot_be_is_refused(
    owner: asyncpg.Connection, learner: Learner, statement: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(statement)


@pytest.mark.parametrize("table", ["messages", "learning_insights", "path_steps", "progress"])
async def test_a_part_belongs_to_the_student_of_the_whole(
    database: Database, owner: asyncpg.Connection, learner: Learner, table: str
) -> None:
    other = await a_learner(database)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute(f"update sapiens.{table} set student_id = $1", other.student.id)


async def test_an_assessment_belongs_to_the_student_of_its_path(
    database: Database, owner: asyncpg.Connection, learner: Learner
) -> None:
    other = await a_learner(database)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute("update sapiens.assessments set path_id = $1", other.path.id)


async def test_two_messages_of_a_session_have_two_places(
    owner: asyncpg.Connection, learner: Learner
) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("update sapiens.messages set seq = 2 where seq = 1")


async def test_two_steps_can_change_places(owner: asyncpg.Connection, learner: Learner) -> None:
    swap = "update sapiens.path_steps set position = 3 - position where position < 3"
    await owner.execute(swap)
    titles = "select title from sapiens.path_steps order by position"
    assert [row[0] for row in await owner.fetch(titles)] == ["Step 2", "Step 1", "Step 3"]
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("update sapiens.path_steps set position = 1")


@pytest.mark.parametrize(
    ("values", "passed"),
    [
        ("score = 7, completed_at = now()", True),
        ("score = 6.99, completed_at = now()", False),
        ("score = 6.99, completed_at = now(), pass_mark = 69.9", True),
        ("score = 0, completed_at = now(), pass_mark = 0", True),
        ("completed_at = now()", False),
        ("pass_mark = 0", False),
    ],
)
async def test_an_assessment_is_passed_from_its_pass_mark(
    owner: asyncpg.Connection, learner: Learner, values: str, passed: Any
) -> None:
    await owner.execute(f"update sapiens.assessments set {values}")
    assert await owner.fetchval("select passed from sapiens.assessments") is passed


async def test_what_a_student_learned_goes_with_the_student(
    database: Database, owner: asyncpg.Connection, learner: Learner
) -> None:
    leaving = await a_learner(database)
    both = (4, 12, 4, 2, 6, 2, 2, 2, 2)
    assert await counts(owner) == both
    await owner.execute("delete from education.wallets where student_id = $1", leaving.student.id)

    await owner.execute("delete from education.students where id = $1", leaving.student.id)

    assert await counts(owner) == tuple(count // 2 for count in both)
    for table in TABLES:
        left = await owner.fetch(f"select distinct student_id from sapiens.{table}")
        assert [row[0] for row in left] == [learner.student.id], table


async def test_what_was_said_and_found_goes_with_its_session(
    owner: asyncpg.Connection, learner: Learner
) -> None:
    await owner.execute("delete from sapiens.tutoring_sessions where id = $1", learner.session.id)
    assert await counts(owner) == (1, 3, 1, 1, 3, 1, 1, 1, 1)


async def test_steps_and_progress_go_with_their_path_and_assessments_stay(
    database: Database, owner: asyncpg.Connection, learner: Learner
) -> None:
    await a_path(database, learner.student)
    await owner.execute("delete from sapiens.learning_paths where id = $1", learner.path.id)
    assert await counts(owner) == (2, 6, 2, 1, 3, 1, 1, 1, 1)
    row = await owner.fetchrow("select path_id, student_id from sapiens.assessments")
    assert row is not None
    assert tuple(row) == (None, learner.student.id)


async def test_a_session_outlives_its_course(owner: asyncpg.Connection, learner: Learner) -> None:
    await owner.execute("delete from education.enrollments")
    await owner.execute("delete from education.courses where id = $1", learner.course.id)
    topics = await owner.fetch("select topic, course_id from sapiens.tutoring_sessions order by id")
    assert [tuple(row) for row in topics] == [("Loops in Python", None), ("Stoic philosophy", None)]
