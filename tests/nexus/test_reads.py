"""Reading what is known of a person, what is recommended to them, and what they did."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.education.models import Course, CourseLevel
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Viewer
from domains.nexus.models import (
    AuditLog,
    Interaction,
    InteractionType,
    Recommendation,
    RecommendationStatus,
    RecommendationType,
    UserProfile,
)
from tests.forge.makers import a_job
from tests.makers import a_course, a_user, put, viewer
from tests.statements import Statements

RECOMMENDATIONS = """
query ($where: RecommendationFilter, $order: RecommendationOrder! = NEWEST) {
  recommendations(where: $where, orderBy: $order) { totalCount nodes { itemName } }
}
"""
INTERACTIONS = """
query ($where: InteractionFilter, $order: InteractionOrder! = NEWEST) {
  interactions(where: $where, orderBy: $order) { totalCount nodes { type } }
}
"""
ACTIVITIES = """
query ($where: ActivityLogFilter, $order: ActivityLogOrder! = NEWEST) {
  activityLogs(where: $where, orderBy: $order) { totalCount nodes { action } }
}
"""
OWN = """
{
  viewer {
    behaviorProfile {
      preferences behavior demographics user { name }
      recommendations(orderBy: SCORE_DESC) {
        nodes { type itemName itemReference score status course { title } job { title } }
      }
      interactions { totalCount }
    }
    recommendations { nodes { interactions { nodes { type } } } }
    interactions {
      nodes {
        type itemReference occurredAt user { name }
        course { title } job { title } recommendation { itemName }
      }
    }
    activityLogs { nodes { action entity { type reference } details user { name } } }
  }
}
"""
COUNTS = """
query ($user: ID!) {
  node(id: $user) {
    ... on User {
      behaviorProfile { id }
      recommendations { totalCount } interactions { totalCount } activityLogs { totalCount }
    }
  }
  behaviorProfiles { totalCount } recommendations { totalCount }
  interactions { totalCount } activityLogs { totalCount }
}
"""
JANUARY = datetime(2026, 1, 31, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, and what is known of them."""

    person: User
    course: Course
    rows: dict[str, Any]

    @property
    def viewer(self) -> Viewer:
        return viewer(self.person)

    def id(self, type_name: str) -> str:
        return encode_id(type_name, self.rows[type_name].id)


@pytest.fixture
async def known(database: Database) -> Known:
    """Ada was recommended a course, a job and a feature, and looked at the course."""
    person = await a_user(database, name="Ada")
    course, _ = await a_course(database, title="React", modules=0, level=CourseLevel.ADVANCED)
    job = await a_job(database, await a_user(database, UserRole.EMPLOYER), title="Analysis")
    profile = UserProfile(user_id=person.id, preferences={"pace": "slow"}, behavior={"visits": 3})
    of_course, of_job = RecommendationType.COURSE, RecommendationType.JOB
    liked = recommended(person, "React", "0.5", type=of_course, course_id=course.id)
    work = recommended(
        person, "Analysis", "0.25", type=of_job, job_id=job.id, status=RecommendationStatus.ACCEPTED
    )
    feature = recommended(person, "Dark mode", "1", item_id="dark-mode")
    viewed = Interaction(
        user_id=person.id,
        recommendation_id=liked.id,
        type=InteractionType.VIEW,
        course_id=course.id,
        occurred_at=JANUARY,
    )
    bought = Interaction(
        user_id=person.id, type=InteractionType.PURCHASE, item_id="badge", occurred_at=FEBRUARY
    )
    updated = AuditLog(
        user_id=person.id,
        action="profile_updated",
        entity_type="UserProfile",
        entity_id="1",
        details={"changed": ["pace"]},
        created_at=JANUARY,
    )
    cleaned = AuditLog(
        action="profiles_cleaned", entity_type="UserProfile", entity_id="*", created_at=FEBRUARY
    )
    await put(database, profile, liked, work, feature, viewed, bought, updated, cleaned)
    rows = {
        "BehaviorProfile": profile,
        "Recommendation": liked,
        "Interaction": viewed,
        "ActivityLog": updated,
    }
    return Known(person, course, rows)


def recommended(person: User, name: str, score: str, **values: Any) -> Recommendation:
    given: dict[str, Any] = {"type": RecommendationType.FEATURE}
    return Recommendation(user_id=person.id, item_name=name, score=Decimal(score), **given | values)


@pytest.fixture
async def admin(database: Database) -> Viewer:
    return viewer(await a_user(database, UserRole.ADMIN))


async def test_one_sees_all_that_is_known_of_oneself(graph: Any, known: Known) -> None:
    data = (await graph(OWN, as_=known.viewer))["viewer"]
    nothing = {"itemReference": None, "course": None, "job": None}
    active = {"status": "ACTIVE"}
    assert data["behaviorProfile"] == {
        "preferences": {"pace": "slow"},
        "behavior": {"visits": 3},
        "demographics": None,
        "user": {"name": "Ada"},
        "recommendations": {
            "nodes": [
                {
                    **nothing,
                    **active,
                    "type": "FEATURE",
                    "itemName": "Dark mode",
                    "itemReference": "dark-mode",
                    "score": "1",
                },
                {
                    **nothing,
                    **active,
                    "type": "COURSE",
                    "itemName": "React",
                    "score": "0.5",
                    "course": {"title": "React"},
                },
                {
                    **nothing,
                    "status": "ACCEPTED",
                    "type": "JOB",
                    "itemName": "Analysis",
                    "score": "0.25",
                    "job": {"title": "Analysis"},
                },
            ]
        },
        "interactions": {"totalCount": 2},
    }
    followed = [page["interactions"]["nodes"] for page in data["recommendations"]["nodes"]]
    assert followed == [[], [], [{"type": "VIEW"}]]
    ada = {"user": {"name": "Ada"}}
    assert data["interactions"]["nodes"] == [
        {
            **nothing,
            **ada,
            "type": "PURCHASE",
            "itemReference": "badge",
            "occurredAt": "2026-02-01T00:00:00+00:00",
            "recommendation": None,
        },
        {
            **nothing,
            **ada,
            "type": "VIEW",
            "occurredAt": "2026-01-31T00:00:00+00:00",
            "course": {"title": "React"},
            "recommendation": {"itemName": "React"},
        },
    ]
    assert data["activityLogs"]["nodes"] == [
        {
            **ada,
            "action": "profile_updated",
            "entity": {"type": "UserProfile", "reference": "1"},
            "details": {"changed": ["pace"]},
        }
    ]


async def test_all_of_it_is_one_statement(graph: Any, known: Known, statements: Statements) -> None:
    statements.clear()
    await graph(OWN, as_=known.viewer)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("role", "counts"),
    [
        (None, [0, 0, 0, 0]),
        (UserRole.STUDENT, [0, 0, 0, 0]),
        (UserRole.EDUCATOR, [0, 0, 0, 0]),
        (UserRole.EMPLOYER, [0, 0, 0, 0]),
        (UserRole.ADMIN, [1, 3, 2, 2]),
    ],
)
async def test_others_know_nothing_of_a_person_but_admins_do(
    graph: Any, database: Database, known: Known, role: UserRole | None, counts: list[int]
) -> None:
    caller = viewer(await a_user(database, role)) if role else ANONYMOUS
    data = await graph(COUNTS, user=encode_id("User", known.person.id), as_=caller)
    shown = data.pop("node")
    assert [page["totalCount"] for page in data.values()] == counts
    assert shown == (
        {
            "behaviorProfile": {"id": known.id("BehaviorProfile")},
            "recommendations": {"totalCount": 3},
            "interactions": {"totalCount": 2},
            "activityLogs": {"totalCount": 1},
        }
        if role is UserRole.ADMIN
        else None
    )


async def test_a_public_person_is_known_to_nobody_else(graph: Any, database: Database) -> None:
    educator = await a_user(database, UserRole.EDUCATOR)
    await put(database, UserProfile(user_id=educator.id), recommended_to(educator))
    shown = (await graph(COUNTS, user=encode_id("User", educator.id)))["node"]
    assert shown == {
        "behaviorProfile": None,
        "recommendations": {"totalCount": 0},
        "interactions": {"totalCount": 0},
        "activityLogs": {"totalCount": 0},
    }


def recommended_to(person: User) -> Recommendation:
    return recommended(person, "Dark mode", "1", item_id="dark-mode")


@pytest.mark.parametrize(
    ("root", "type_name"),
    [
        ("behaviorProfile", "BehaviorProfile"),
        ("recommendation", "Recommendation"),
        ("interaction", "Interaction"),
        ("activityLog", "ActivityLog"),
    ],
)
async def test_each_is_found_by_its_id_by_those_who_may_see_it(
    graph: Any, database: Database, known: Known, admin: Viewer, root: str, type_name: str
) -> None:
    query = f"query($id: ID!) {{ found: {root}(id: $id) {{ id }} node(id: $id) {{ id }} }}"
    id = known.id(type_name)
    other = viewer(await a_user(database))
    for caller, shown in (
        (known.viewer, {"id": id}),
        (admin, {"id": id}),
        (other, None),
        (ANONYMOUS, None),
    ):
        assert await graph(query, id=id, as_=caller) == {"found": shown, "node": shown}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["Dark mode", "Analysis", "React"]),
        ({"status": "ACTIVE"}, ["Dark mode", "React"]),
        ({"statuses": ["ACCEPTED", "EXPIRED"]}, ["Analysis"]),
        ({"type": "JOB"}, ["Analysis"]),
        ({"types": ["COURSE", "FEATURE"]}, ["Dark mode", "React"]),
        ({"course": {}}, ["React"]),
        ({"course": {"level": "ADVANCED"}}, ["React"]),
        ({"course": {"level": "BEGINNER"}}, []),
        ({"job": {}}, ["Analysis"]),
        ({"not": {"course": {}}, "status": "ACTIVE"}, ["Dark mode"]),
    ],
)
async def test_recommendations_are_narrowed(
    graph: Any, known: Known, where: Any, found: list[str]
) -> None:
    page = (await graph(RECOMMENDATIONS, where=where, as_=known.viewer))["recommendations"]
    assert [each["itemName"] for each in page["nodes"]] == found
    assert page["totalCount"] == len(found)


async def test_the_most_fitting_recommendation_comes_first_if_asked_for(
    graph: Any, known: Known
) -> None:
    page = (await graph(RECOMMENDATIONS, order="SCORE_DESC", as_=known.viewer))["recommendations"]
    assert [each["itemName"] for each in page["nodes"]] == ["Dark mode", "React", "Analysis"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["PURCHASE", "VIEW"]),
        ({"type": "VIEW"}, ["VIEW"]),
        ({"types": ["PURCHASE", "CLICK"]}, ["PURCHASE"]),
        ({"occurredAt": {"since": FEBRUARY.isoformat()}}, ["PURCHASE"]),
        ({"occurredAt": {"until": FEBRUARY.isoformat()}}, ["VIEW"]),
    ],
)
async def test_interactions_are_narrowed(
    graph: Any, known: Known, where: Any, found: list[str]
) -> None:
    page = (await graph(INTERACTIONS, where=where, as_=known.viewer))["interactions"]
    assert [each["type"] for each in page["nodes"]] == found
    assert page["totalCount"] == len(found)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["profiles_cleaned", "profile_updated"]),
        ({"action": "profile_updated"}, ["profile_updated"]),
        ({"entityType": "UserProfile"}, ["profiles_cleaned", "profile_updated"]),
        ({"entityType": "Job"}, []),
        ({"entityReference": "1"}, ["profile_updated"]),
        ({"createdAt": {"since": FEBRUARY.isoformat()}}, ["profiles_cleaned"]),
    ],
)
async def test_activities_are_narrowed_by_an_admin(
    graph: Any, known: Known, admin: Viewer, where: Any, found: list[str]
) -> None:
    page = (await graph(ACTIVITIES, where=where, as_=admin))["activityLogs"]
    assert [each["action"] for each in page["nodes"]] == found
    assert page["totalCount"] == len(found)


async def test_an_admin_finds_what_belongs_to_a_person(
    graph: Any, database: Database, known: Known, admin: Viewer
) -> None:
    other = await a_user(database)
    await put(database, UserProfile(user_id=other.id), recommended_to(other))
    for person, counts in ((known.person, [3, 2, 1]), (other, [1, 0, 0])):
        where = {"userId": encode_id("User", person.id)}
        pages = [
            await graph(query, where=where, as_=admin)
            for query in (RECOMMENDATIONS, INTERACTIONS, ACTIVITIES)
        ]
        assert [page.popitem()[1]["totalCount"] for page in pages] == counts


async def test_a_course_that_one_may_not_see_is_not_shown_by_its_recommendation(
    graph: Any, known: Known, owner: asyncpg.Connection
) -> None:
    await owner.execute("update education.courses set published_at = null")
    page = (await graph(OWN, as_=known.viewer))["viewer"]["behaviorProfile"]["recommendations"]
    assert [each["course"] for each in page["nodes"]] == [None, None, None]
    query = RECOMMENDATIONS
    found = await graph(query, where={"course": {}}, as_=known.viewer)
    assert found["recommendations"] == {"totalCount": 0, "nodes": []}
