"""`assessmentSubmit`, from the outside."""

import asyncio
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import Role, Viewer
from domains.sapiens.models import Assessment, SkillLevel
from gateway import outbox
from tests.education.school import Graph
from tests.makers import a_student, a_user, put, viewer
from tests.money import invariants
from tests.operations import codes
from tests.statements import Statements, reads
from tests.worker import work_off

from .learner import Learner, an_assessment

SUBMIT = """
mutation ($id: ID!, $answers: JSON!) {
  assessmentSubmit(input: {assessmentId: $id, answers: $answers}) {
    assessment { score passed answers secondsSpent }
    submission { score passMark passed difficulty feedback answers }
    userErrors { __typename path ... on AnswersInvalid { maximumBytes maximumCharacters } }
  }
}
"""
PATH = ["input", "assessmentId"]
CALLERS = 30

QUESTIONS = [
    {"id": "1", "type": "multiple_choice", "prompt": "Which?", "options": "a, b", "points": 4},
    {"id": "2", "type": "true_false", "prompt": "Is it so?", "points": 2},
    {"id": "3", "type": "several_choice", "prompt": "Which of them?", "points": 2},
    {"id": "4", "type": "numeric", "prompt": "How much is 0.1 + 0.2?", "points": 1},
    {"id": "5", "type": "short_answer", "prompt": "What is a loop?", "points": 1},
]
KEY = {"1": "A", "2": False, "3": ["x", "y"], "4": "0.3", "5": ["repeats", "until"]}
RIGHT = {"1": "a", "2": False, "3": ["y", "x"], "4": "0.30", "5": "It repeats until it ends."}
STATE = (
    "sapiens.assessments",
    "education.assessment_submissions",
    "kernel.outbox",
    "mint.transactions",
)


async def state(owner: asyncpg.Connection) -> list[str]:
    query = " union all ".join(f"select row::text from {name} row" for name in STATE)
    return sorted(row["row"] for row in await owner.fetch(query))


@pytest.fixture
async def asked(learner: Learner, database: Database) -> Assessment:
    """Five questions of every type that is marked, for 20 points."""
    options = {"questions": [{**each} for each in QUESTIONS], "answer_key": KEY}
    assessment = an_assessment(
        learner.student, max_score=Decimal(20), difficulty=SkillLevel.ADVANCED, **options
    )
    await put(database, assessment)
    return assessment


async def submit(graph: Any, learner: Learner, id: Any, answers: Any) -> Any:
    given = {"id": encode_id("AdaptiveAssessment", id), "answers": answers}
    return (await graph(SUBMIT, as_=learner.viewer, **given))["assessmentSubmit"]


async def test_all_right_answers_are_worth_all_points_and_are_paid_for_once(
    learner: Learner,
    asked: Assessment,
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
) -> None:
    clock.move(timedelta(seconds=90))

    payload = await submit(graph, learner, asked.id, RIGHT)

    seconds = payload["assessment"].pop("secondsSpent")
    assert 90 <= seconds < 100
    assert payload == {
        "assessment": {"score": "20", "passed": True, "answers": RIGHT},
        "submission": {
            "score": "100",
            "passMark": "70",
            "passed": True,
            "difficulty": 3,
            "feedback": "Passed, excellently.",
            "answers": RIGHT,
        },
        "userErrors": [],
    }
    [event] = await owner.fetch("select topic, body->>'user_id' from kernel.outbox")
    assert tuple(event) == ("education.assessment.passed", str(learner.user.id))
    await outbox.deliver_once(database)
    await work_off(database)
    [mined] = await owner.fetch(
        "select user_id, activity_type::text, activity_id, tokens_earned from mint.mining_records"
    )
    assert tuple(mined) == (learner.user.id, "skill_assessment", asked.id, 15)
    await invariants.hold(owner)


@pytest.mark.parametrize(
    ("answers", "score", "percent", "passed"),
    [
        ({}, "0", "0", False),
        ({"1": "a", "2": True}, "8", "40", False),
        ({"1": "a", "2": False, "5": "It repeats."}, "13", "65", False),
        ({"1": "a", "2": False, "4": 0.3}, "14", "70", True),
        ({**RIGHT, "3": ["x"]}, "16", "80", True),
        ({**RIGHT, "1": None}, "12", "60", False),
    ],
)
async def test_part_of_the_answers_is_worth_part_of_the_points(
    learner: Learner,
    asked: Assessment,
    graph: Any,
    owner: asyncpg.Connection,
    answers: Any,
    score: str,
    percent: str,
    passed: bool,  # noqa: FBT001 (a case)
) -> None:
    payload = await submit(graph, learner, asked.id, answers)

    shown = payload["assessment"], payload["submission"]
    assert [each["passed"] for each in shown] == [passed, passed]
    assert [each["score"] for each in shown] == [score, percent]
    assert await owner.fetchval("select count(*) from kernel.outbox") == passed


async def test_thirty_submissions_record_one(
    learner: Learner, asked: Assessment, crowd: Graph, owner: asyncpg.Connection
) -> None:
    different = [{"1": "a", "2": False, "4": "0.3", "5": str(n)} for n in range(CALLERS)]

    payloads = await asyncio.gather(
        *(submit(crowd, learner, asked.id, answers) for answers in different)
    )

    errors = [error["__typename"] for each in payloads for error in each["userErrors"]]
    assert Counter(errors) == {"AssessmentAnswered": CALLERS - 1}
    [kept] = await owner.fetch("select answers, score from education.assessment_submissions")
    [row] = await owner.fetch(
        "select answers, score from sapiens.assessments where id = $1", asked.id
    )
    assert (row["answers"], row["score"]) == (kept["answers"], 14)
    assert kept["score"] == 70
    assert await owner.fetchval("select count(*) from kernel.outbox") == 1


async def test_an_assessment_is_answered_once(
    learner: Learner, asked: Assessment, graph: Any, owner: asyncpg.Connection
) -> None:
    await submit(graph, learner, asked.id, {})
    before = await state(owner)
    payload = await submit(graph, learner, asked.id, RIGHT)
    assert payload == {
        "assessment": None,
        "submission": None,
        "userErrors": [{"__typename": "AssessmentAnswered", "path": PATH}],
    }
    assert await state(owner) == before


async def test_the_assessment_of_somebody_else_does_not_exist(
    learner: Learner,
    asked: Assessment,
    graph: Any,
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
) -> None:
    peer = await a_user(database)
    await a_student(database, peer)
    id = encode_id("AdaptiveAssessment", asked.id)
    before = await state(owner)

    for caller, wanted in (
        (viewer(peer), id),
        (viewer(learner.educator), id),
        (learner.viewer, encode_id("AdaptiveAssessment", uuid7())),
    ):
        payload = (await graph(SUBMIT, as_=caller, id=wanted, answers=RIGHT))["assessmentSubmit"]
        assert payload["userErrors"] == [{"__typename": "AssessmentNotFound", "path": PATH}]
    acting = Viewer(learner.user.id, Role.STUDENT, impersonator_id=peer.id)
    assert codes(await answer(SUBMIT, as_=acting, id=id, answers=RIGHT)) == ["FORBIDDEN"]
    assert codes(await answer(SUBMIT, id=id, answers=RIGHT)) == ["UNAUTHENTICATED"]
    assert await state(owner) == before


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([], {"__typename": "AnswersInvalid"}),
        ("a", {"__typename": "AnswersInvalid"}),
        ({"1": {"correct": True}}, {"__typename": "AnswersInvalid"}),
        ({"1": "x" * 2001}, {"__typename": "AnswersInvalid"}),
        ({"6": "a"}, {"__typename": "QuestionUnknown", "path": ["input", "answers", "6"]}),
        ({**RIGHT, "score": 100}, {"__typename": "QuestionUnknown"}),
    ],
)
async def test_what_is_no_answer_is_refused(
    learner: Learner,
    asked: Assessment,
    graph: Any,
    owner: asyncpg.Connection,
    answers: Any,
    error: dict[str, Any],
) -> None:
    before = await state(owner)
    [found] = (await submit(graph, learner, asked.id, answers))["userErrors"]
    assert found.items() >= error.items()
    if error["__typename"] == "AnswersInvalid":
        assert (found["maximumBytes"], found["maximumCharacters"]) == (32_768, 2000)
    assert await state(owner) == before


async def test_what_needs_a_person_is_not_marked(
    learner: Learner, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    code = an_assessment(
        learner.student,
        questions=[{"id": "1", "type": "code", "prompt": "Write a loop.", "points": 10}],
        answer_key={"1": "while"},
    )
    await put(database, code)
    before = await state(owner)
    payload = await submit(graph, learner, code.id, {"1": "while"})
    assert payload["userErrors"] == [{"__typename": "AssessmentNotMarkable", "path": PATH}]
    assert await state(owner) == before


async def test_the_database_admits_one_submission_even_if_the_assessment_is_opened_again(
    learner: Learner, asked: Assessment, graph: Any, answer: Any, owner: asyncpg.Connection
) -> None:
    await submit(graph, learner, asked.id, {})
    await owner.execute("update sapiens.assessments set score = null, completed_at = null")
    before = await state(owner)
    given = {"id": encode_id("AdaptiveAssessment", asked.id), "answers": RIGHT}
    assert codes(await answer(SUBMIT, as_=learner.viewer, **given)) == ["INTERNAL"]
    assert await state(owner) == before


async def test_answers_cost_so_many_statements(
    learner: Learner, asked: Assessment, graph: Any, statements: Statements
) -> None:
    await submit(graph, learner, asked.id, RIGHT)
    assert len(reads(statements)) <= 8, [*reads(statements)]
