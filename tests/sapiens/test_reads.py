"""Who is shown what of a student's learning, and in which order."""

from typing import Any

import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Viewer
from tests.makers import a_student, a_user, put, viewer
from tests.sapiens.learner import Learner, a_learner, an_assessment
from tests.statements import Statements

COUNTS = """
{
  tutoringSessions { totalCount }
  insights { totalCount }
  learningPaths { totalCount }
  questions { totalCount }
  assessments { totalCount }
}
"""

STUDENT = """
query ($id: ID!) {
  student(id: $id) {
    tutoringSessions { nodes { topic course { title } messages { nodes { content } } } }
    insights { nodes { insightType description confidence session { topic } } }
    learningPaths { nodes { title steps { position } progress { currentStep } } }
    pathProgress { totalCount }
    questions { nodes { question answer topic } }
    assessments { nodes { subject path { title } } }
    learningProfile { learningStyle strengths weaknesses goals details }
  }
}
"""

SESSION = """
query ($id: ID!, $order: TutoringMessageOrder! = OLDEST) {
  tutoringSession(id: $id) {
    status durationMinutes student { id }
    messages(orderBy: $order) { nodes { seq role content session { topic } } }
  }
}
"""

PATH = """
query ($id: ID!) {
  learningPath(id: $id) {
    totalSteps completedSteps estimatedHours milestones
    steps { position title completedAt path { id } }
    progress { currentStep completionRate minutesSpent }
    assessments { nodes { type } }
  }
}
"""


@pytest.fixture
async def learner(database: Database) -> Learner:
    """One learner beside another."""
    await a_learner(database)
    return await a_learner(database)


async def callers(database: Database, learner: Learner) -> dict[str, Viewer]:
    return {
        "anonymous": ANONYMOUS,
        "student": learner.viewer,
        "educator": viewer(learner.educator),
        "colleague": viewer(await a_user(database, UserRole.EDUCATOR)),
        "employer": viewer(await a_user(database, UserRole.EMPLOYER)),
        "admin": viewer(await a_user(database, UserRole.ADMIN)),
    }


@pytest.mark.parametrize(
    ("caller", "counts"),
    [
        ("anonymous", (0, 0, 0, 0, 0)),
        ("student", (2, 2, 1, 1, 1)),
        ("educator", (1, 1, 0, 0, 0)),
        ("colleague", (0, 0, 0, 0, 0)),
        ("employer", (0, 0, 0, 0, 0)),
        ("admin", (4, 4, 2, 2, 2)),
    ],
)
async def test_lists_hold_what_the_caller_may_see(
    graph: Any, database: Database, learner: Learner, caller: str, counts: tuple[int, ...]
) -> None:
    data = await graph(COUNTS, as_=(await callers(database, learner))[caller])

    assert tuple(each["totalCount"] for each in data.values()) == counts


async def test_a_student_sees_everything_of_their_own(graph: Any, learner: Learner) -> None:
    data = await graph(STUDENT, as_=learner.viewer, id=encode_id("Student", learner.student.id))

    own, taught = data["student"].pop("tutoringSessions")["nodes"]
    assert (own["topic"], own["course"]) == ("Stoic philosophy", None)
    assert (taught["topic"], taught["course"]) == ("Loops in Python", {"title": "Python"})
    assert taught["messages"]["nodes"] == [{"content": f"Loops in Python {n}"} for n in (1, 2, 3)]
    path = {"title": "Python from the start", "steps": [{"position": n} for n in (1, 2, 3)]}
    assert data["student"] == {
        "insights": {
            "nodes": [
                {
                    "insightType": "STRENGTH",
                    "description": f"Likes {topic}.",
                    "confidence": "0.5",
                    "session": {"topic": topic},
                }
                for topic in ("Stoic philosophy", "Loops in Python")
            ]
        },
        "learningPaths": {"nodes": [{**path, "progress": {"currentStep": 2}}]},
        "pathProgress": {"totalCount": 1},
        "questions": {"nodes": [{"question": "Why loops?", "answer": None, "topic": "Loops"}]},
        "assessments": {
            "nodes": [{"subject": "Python", "path": {"title": "Python from the start"}}]
        },
        "learningProfile": {
            "learningStyle": "READING_WRITING",
            "strengths": ["reading", 'a "quoted" word'],
            "weaknesses": [],
            "goals": [],
            "details": {},
        },
    }


async def test_an_educator_sees_that_their_student_was_tutored_but_not_what_was_said(
    graph: Any, learner: Learner
) -> None:
    data = await graph(
        STUDENT, as_=viewer(learner.educator), id=encode_id("Student", learner.student.id)
    )

    assert data["student"] == {
        "tutoringSessions": {
            "nodes": [
                {
                    "topic": "Loops in Python",
                    "course": {"title": "Python"},
                    "messages": {"nodes": []},
                }
            ]
        },
        "insights": {
            "nodes": [
                {
                    "insightType": "STRENGTH",
                    "description": "Likes Loops in Python.",
                    "confidence": "0.5",
                    "session": {"topic": "Loops in Python"},
                }
            ]
        },
        "learningPaths": {"nodes": []},
        "pathProgress": {"totalCount": 0},
        "questions": {"nodes": []},
        "assessments": {"nodes": []},
        "learningProfile": None,
    }


async def test_a_course_leads_to_its_sessions(
    graph: Any, database: Database, learner: Learner
) -> None:
    query = "query ($id: ID!) { course(id: $id) { tutoringSessions { nodes { topic } } } }"
    id = encode_id("Course", learner.course.id)
    seen = {
        name: (await graph(query, as_=caller, id=id))["course"]["tutoringSessions"]["nodes"]
        for name, caller in (await callers(database, learner)).items()
    }

    shown = [{"topic": "Loops in Python"}]
    assert seen == {
        "anonymous": [],
        "student": shown,
        "educator": shown,
        "colleague": [],
        "employer": [],
        "admin": shown,
    }


@pytest.mark.parametrize(("order", "places"), [("OLDEST", [1, 2, 3]), ("NEWEST", [3, 2, 1])])
async def test_messages_come_by_their_place_and_not_by_when_they_were_written(
    graph: Any, learner: Learner, order: str, places: list[int]
) -> None:
    id = encode_id("TutoringSession", learner.session.id)
    data = await graph(SESSION, as_=learner.viewer, id=id, order=order)

    found = data["tutoringSession"]
    assert (found["status"], found["durationMinutes"]) == ("ACTIVE", 0)
    roles = {1: "USER", 2: "ASSISTANT", 3: "USER"}
    assert found["messages"]["nodes"] == [
        {
            "seq": place,
            "role": roles[place],
            "content": f"Loops in Python {place}",
            "session": {"topic": "Loops in Python"},
        }
        for place in places
    ]


async def test_a_path_counts_its_steps_and_all_of_it_is_one_statement(
    graph: Any, learner: Learner, statements: Statements
) -> None:
    variables = {"as_": learner.viewer, "id": encode_id("LearningPath", learner.path.id)}
    # A new connection asks for the types that it meets first.
    await graph(PATH, **variables)
    statements.clear()
    found = (await graph(PATH, **variables))["learningPath"]

    assert len(statements) == 1
    steps = found.pop("steps")
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert [step["completedAt"] is None for step in steps] == [False, True, True]
    assert {step["path"]["id"] for step in steps} == {variables["id"]}
    assert found == {
        "totalSteps": 3,
        "completedSteps": 1,
        "estimatedHours": "7.5",
        "milestones": [],
        "progress": {"currentStep": 2, "completionRate": "33.33", "minutesSpent": 150},
        "assessments": {"nodes": [{"type": "QUIZ"}]},
    }


@pytest.mark.parametrize(
    ("change", "figures"),
    [
        ("update sapiens.path_steps set completed_at = now()", (3, 3, None, "100")),
        ("update sapiens.path_steps set completed_at = null", (3, 0, 1, "0")),
        ("delete from sapiens.path_steps where position = 3", (2, 1, 2, "50")),
        ("delete from sapiens.path_steps", (0, 0, None, "0")),
    ],
)
async def test_figures_of_a_path_follow_its_steps(
    graph: Any, owner: Any, learner: Learner, change: str, figures: tuple[Any, ...]
) -> None:
    await owner.execute(change)

    id = encode_id("LearningPath", learner.path.id)
    found = (await graph(PATH, as_=learner.viewer, id=id))["learningPath"]
    progress = found["progress"]
    steps = (found["totalSteps"], found["completedSteps"])
    assert (*steps, progress["currentStep"], progress["completionRate"]) == figures


async def test_a_submission_leads_to_its_assessment_and_back(
    graph: Any, owner: Any, learner: Learner
) -> None:
    await owner.execute(
        "insert into education.assessment_submissions (student_id, assessment_id, answers, score) "
        "values ($1, $2, '{}', 80), ($1, uuidv7(), '{}', 50)",
        learner.student.id,
        learner.assessment.id,
    )
    query = """
    query ($id: ID!) {
      student(id: $id) {
        submissions { nodes { score assessment { subject submissions { totalCount } } } }
      }
    }
    """
    id = encode_id("Student", learner.student.id)

    data = await graph(query, as_=learner.viewer, id=id)

    assessment = {"subject": "Python", "submissions": {"totalCount": 1}}
    assert data["student"]["submissions"]["nodes"] == [
        {"score": "50", "assessment": None},
        {"score": "80", "assessment": assessment},
    ]


async def test_everything_with_an_id_is_found_by_it_by_those_who_may_see_it(
    graph: Any, owner: Any, learner: Learner
) -> None:
    roots = {
        "tutoringSession": ("TutoringSession", "tutoring_sessions"),
        "tutoringMessage": ("TutoringMessage", "messages"),
        "insight": ("LearningInsight", "learning_insights"),
        "learningPath": ("LearningPath", "learning_paths"),
        "pathStep": ("PathStep", "path_steps"),
        "pathProgress": ("PathProgress", "progress"),
        "question": ("Question", "questions"),
        "assessment": ("AdaptiveAssessment", "assessments"),
        "learningProfile": ("StudentProfile", "student_profiles"),
    }
    for root, (kind, table) in roots.items():
        query = f"query ($id: ID!) {{ {root}(id: $id) {{ __typename id }} node(id: $id) {{ id }} }}"
        one = f"select id from sapiens.{table} where student_id = $1 limit 1"
        id = encode_id(kind, await owner.fetchval(one, learner.student.id))

        shown = {root: {"__typename": kind, "id": id}, "node": {"id": id}}
        assert await graph(query, as_=learner.viewer, id=id) == shown
        assert await graph(query, id=id) == {root: None, "node": None}


async def test_another_students_assessment_is_no_way_to_their_answers(
    graph: Any, database: Database, learner: Learner
) -> None:
    stranger = await a_student(database)
    await put(database, an_assessment(stranger, answers={"1": "mine"}))

    data = await graph("{ assessments { nodes { answers } } }", as_=learner.viewer)

    assert data["assessments"]["nodes"] == [{"answers": None}]
