"""Lists of sapiens among thousands of rows are served by indexes, row policies and all."""

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from domains.kernel.viewer import Role, Viewer
from gateway.execution import Gateway
from tests.plans import Explaining
from tests.postgres import Urls

CROWD = """
insert into auth.users (id, email, name)
  select uuidv7(), 'crowd' || n || '@example.org', 'Crowd ' || n from generate_series(1, 500) n;
insert into education.students (id, user_id, first_name, last_name, email)
  select uuidv7(), id, 'Crowd', name, email from auth.users;
insert into education.courses
    (id, title, description, instructor_id, duration_hours, level, category, published_at)
  select uuidv7(), name, 'Of crowds.', id, 1, 'beginner', name, now() from auth.users;
insert into sapiens.tutoring_sessions
    (id, student_id, course_id, topic, status, started_at, ended_at)
  select uuidv7(), students[1 + n % 500], courses[1 + n / 20], 'Topic ' || n,
    case when n % 500 = 0 then 'active' else 'completed' end::sapiens.session_status,
    now() - n * interval '1 hour', case when n % 500 > 0 then now() end
  from generate_series(1, 9000) n,
    (select array_agg(id) students from education.students) s,
    (select array_agg(id) courses from education.courses) c;
insert into sapiens.messages (id, session_id, student_id, role, content)
  select uuidv7(), id, student_id, 'user', topic from sapiens.tutoring_sessions;
insert into sapiens.learning_insights
    (id, session_id, student_id, insight_type, description, created_at)
  select uuidv7(), id, student_id,
    case when status = 'active' then 'pace' else 'style' end::sapiens.insight_type, topic,
    started_at
  from sapiens.tutoring_sessions;
insert into sapiens.learning_paths
    (id, student_id, subject, title, current_level, target_level, estimated_hours, status)
  select uuidv7(), student_id, topic, topic, 'beginner', 'expert', 1,
    case when status = 'active' then 'paused' else 'active' end::sapiens.path_status
  from sapiens.tutoring_sessions;
insert into sapiens.path_steps
    (id, path_id, student_id, position, title, description, estimated_hours)
  select uuidv7(), id, student_id, 1, title, title, 1 from sapiens.learning_paths;
insert into sapiens.questions
    (id, student_id, question, topic, difficulty, asked_at, answer, answered_at)
  select uuidv7(), student_id, topic, topic,
    case when status = 'active' then 'expert' else 'beginner' end::sapiens.skill_level, started_at,
    case when status = 'completed' then topic end, ended_at
  from sapiens.tutoring_sessions;
insert into sapiens.assessments
    (id, student_id, type, subject, questions, max_score, difficulty, started_at, score,
     completed_at)
  select uuidv7(), student_id,
    case when status = 'active' then 'final' else 'quiz' end::sapiens.assessment_type, topic, '[]',
    1, 'beginner', started_at, case when status = 'active' then 1 end, now()
  from sapiens.tutoring_sessions;
analyze
"""

LATELY = {"since": "2999-01-01T00:00:00Z"}

FILTERS = (
    ("tutoringSessions", "TutoringSessionFilter", {"startedAt": LATELY}, "started_at"),
    ("tutoringSessions", "TutoringSessionFilter", {"search": "4242"}, "to_tsvector"),
    ("insights", "InsightFilter", {"createdAt": LATELY}, "created_at"),
    ("learningPaths", "LearningPathFilter", {"subject": "Topic 7"}, "subject"),
    ("questions", "QuestionFilter", {"topic": "Topic 7"}, "topic"),
    ("questions", "QuestionFilter", {"askedAt": LATELY}, "asked_at"),
    ("questions", "QuestionFilter", {"search": "4242"}, "search"),
    ("assessments", "AssessmentFilter", {"subject": "Topic 7"}, "subject"),
    ("assessments", "AssessmentFilter", {"startedAt": LATELY}, "started_at"),
)

RARE = (
    ("tutoringSessions(where: { status: ACTIVE })", "tutoring_sessions_active_idx"),
    ("questions(where: { answered: false })", "questions_open_idx"),
)
"""What is rare has an index of its own."""

COMMON = (
    ("tutoringSessions(where: { status: COMPLETED })", "tutoring_sessions_pkey"),
    ("insights(where: { type: STYLE })", "learning_insights_pkey"),
    ("learningPaths(where: { status: ACTIVE })", "learning_paths_pkey"),
    ("questions(where: { difficulty: BEGINNER })", "questions_pkey"),
    ("assessments(where: { type: QUIZ })", "assessments_pkey"),
    ("assessments(where: { passed: false })", "assessments_pkey"),
)
"""What is common is met soon on the way from the newest."""


@pytest.fixture
async def anybody(owner: asyncpg.Connection) -> Any:
    """The account of one of five hundred students."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    return await owner.fetchval("select user_id from education.students limit 1")


@pytest.fixture
async def explaining(urls: Urls, gateway: Gateway) -> AsyncIterator[Explaining]:
    """Explains plans as the application's role runs them."""
    connection = await asyncpg.connect(urls.app)
    yield Explaining(gateway, connection)
    await connection.close()


async def test_an_admins_filter_is_an_index(anybody: Any, explaining: Explaining) -> None:
    admin = Viewer(anybody, Role.ADMIN)
    for root, input_name, where, column in FILTERS:
        query = f"query ($where: {input_name}) {{ {root}(where: $where) {{ nodes {{ id }} }} }}"
        plan = await explaining.of(query, admin, where=where)
        assert "Seq Scan" not in plan, plan
        assert re.search(rf"Index Cond: \(+{column}\b", plan), plan


async def test_an_admins_list_is_read_from_the_newest_or_from_an_index_of_what_is_rare(
    anybody: Any, explaining: Explaining
) -> None:
    for root, index in RARE + COMMON:
        plan = await explaining.of(
            f"{{ {root} {{ nodes {{ id }} }} }}", Viewer(anybody, Role.ADMIN)
        )
        assert re.search(rf"Index (Only )?Scan Backward using {index} ", plan), plan


async def test_a_student_reads_nothing_but_what_is_theirs(
    anybody: Any, explaining: Explaining
) -> None:
    query = """
    {
      questions(where: { search: "topic" }) { nodes { question } }
      learningPaths { nodes { totalSteps steps { position } } }
      assessments { totalCount }
      learningPaths { totalCount }
    }
    """
    plan = await explaining.of(query, Viewer(anybody, Role.STUDENT))
    assert "Seq Scan" not in plan, plan
    for table in ("questions", "learning_paths", "assessments"):
        assert re.search(rf"{table}_student_id_\w+idx", plan), plan
    assert re.search(r"Index Cond: \(path_id = ", plan), plan


async def test_sessions_are_found_by_student_or_by_course(
    anybody: Any, explaining: Explaining
) -> None:
    query = """
    {
      tutoringSessions { nodes { messages { nodes { seq } } insights { nodes { id } } } }
    }
    """
    plan = await explaining.of(query, Viewer(anybody, Role.EDUCATOR))
    assert re.search(r"Index Cond: \(student_id = ANY ", plan), plan
    assert re.search(r"Index Cond: \(course_id = ANY ", plan), plan
    assert re.search(r"messages_session_id_seq_key", plan), plan
    assert "learning_insights_session_id_id_idx" in plan, plan
