"""What is learned is mined: once, for what the server knows, and nothing else."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.auth.models import User
from domains.education.models import AssessmentSubmission, CourseLevel
from domains.education.service.proofs import prove_course, prove_skill
from domains.kernel.database import Database
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from gateway import outbox
from tests.makers import a_course, a_student, an_enrollment, put
from tests.worker import work_off

from .school import School

pytestmark = pytest.mark.usefixtures("sound")


async def proof(database: Database, user: User, course_id: Any) -> mint.Proof | None:
    async with database.session(SYSTEM) as session:
        return await prove_course(session, user.id, course_id)


async def mined(owner: asyncpg.Connection) -> list[tuple[Any, ...]]:
    rows = await owner.fetch(
        "select user_id, activity_type::text, activity_id, score, difficulty, tokens_earned"
        " from mint.mining_records order by number"
    )
    return [tuple(row) for row in rows]


async def test_who_completes_a_course_is_paid_for_it_once(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await owner.execute("update education.courses set level = 'advanced'")
    await school.place(graph)
    for number in (1, 2, 2):
        await school.complete(graph, number)
    for _ in range(2):
        await outbox.deliver_once(database)
        await work_off(database)
        # News may be delivered again.
        await owner.execute("update kernel.outbox set delivered_at = null")

    assert await mined(owner) == [
        (school.ada.id, "course_completion", school.course.id, 100, 3, Decimal(30))
    ]
    assert await school.balances(owner) == (Decimal("67.5"), Decimal("12.5"))
    told = "select description from education.transactions where type = 'earning'"
    assert [row[0] for row in await owner.fetch(told)] == ["Course completion"]


@pytest.mark.parametrize(
    ("level", "difficulty"),
    [(CourseLevel.BEGINNER, 1), (CourseLevel.INTERMEDIATE, 2), (CourseLevel.ADVANCED, 3)],
)
async def test_a_harder_course_proves_more(
    database: Database, level: CourseLevel, difficulty: int
) -> None:
    school = await School.opened(database)
    course, _ = await a_course(database, school.emmy, level=level)
    done = {"status": "completed", "progress": 100, "completed_at": course.created_at}
    await an_enrollment(database, school.student, course, **done)

    found = await proof(database, school.ada, course.id)

    assert found is not None
    assert (found.score, found.difficulty) == (Decimal(100), difficulty)
    assert found.base is None


async def test_the_score_is_the_mean_of_what_was_marked(
    school: School, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await school.place(graph)
    await school.complete(graph, 1)
    assert await proof(database, school.ada, school.course.id) is None
    await school.complete(graph, 2)
    for score, mean in (("null", 100), ("80", 80), ("60.5", Decimal("70.25"))):
        position = 1 if score == "60.5" else 2
        await owner.execute(
            f"update education.learning_progress set score = {score} where module_id = $1",
            school.modules[position - 1].id,
        )
        found = await proof(database, school.ada, school.course.id)
        assert found is not None
        assert found.score == mean


async def test_nothing_is_proved_by_teaching_leaving_or_being_somebody_else(
    school: School, database: Database
) -> None:
    teacher = await a_student(database, school.emmy)
    done = {"status": "completed", "progress": 100, "completed_at": school.course.created_at}
    await an_enrollment(database, teacher, school.course, **done)
    await an_enrollment(database, school.student, school.course, status="dropped")
    for user in (school.emmy, school.ada):
        assert await proof(database, user, school.course.id) is None
    assert await proof(database, school.ada, uuid7()) is None


async def test_a_passed_assessment_is_proved_by_who_passed_it(
    school: School, database: Database
) -> None:
    passed, failed = uuid7(), uuid7()
    rows = [
        AssessmentSubmission(
            student_id=school.student.id,
            assessment_id=id,
            answers={},
            score=Decimal(score),
            difficulty=4,
        )
        for id, score in ((passed, "70.00"), (failed, "69.99"))
    ]
    await put(database, *rows)
    async with database.session(SYSTEM) as session:
        found = await prove_skill(session, school.ada.id, passed)
        others = [
            await prove_skill(session, *claim)
            for claim in ((school.ada.id, failed), (school.emmy.id, passed))
        ]
    assert found is not None
    assert (found.score, found.difficulty) == (Decimal(70), 4)
    assert others == [None, None]
