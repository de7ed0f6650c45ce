"""What the tables of nexus hold, and what they refuse."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from domains.auth.models import User, UserRole
from domains.kernel.clock import now
from domains.kernel.database import Database
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
from tests.makers import a_course, a_user, put
from tests.partitions import id_of, partition_of

LONG_AGO = datetime(2001, 2, 3, tzinfo=UTC)


@pytest.fixture
async def person(database: Database) -> User:
    """Somebody of whom nothing is known yet."""
    person = await a_user(database)
    await put(database, UserProfile(user_id=person.id))
    return person


def recommended(person: User, **values: Any) -> Recommendation:
    given: dict[str, Any] = {
        "type": RecommendationType.FEATURE,
        "item_id": "dark-mode",
        "item_name": "Dark mode",
        "score": Decimal("0.5"),
    }
    return Recommendation(user_id=person.id, **given | values)


def done(person: User, **values: Any) -> Interaction:
    given: dict[str, Any] = {"type": InteractionType.VIEW, "item_id": "dark-mode"}
    return Interaction(user_id=person.id, **given | values)


def logged(user_id: UUID | None = None, **values: Any) -> AuditLog:
    return AuditLog(user_id=user_id, action="seen", entity_type="Job", entity_id="1", **values)


async def test_interactions_and_activities_lie_in_the_partitions_of_their_months(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    this_month = now()
    places = {id_of(this_month): f"{this_month:%Y_%m}", id_of(LONG_AGO): "default"}
    places[uuid4()] = "default"
    for id in places:
        await put(database, done(person, id=id), logged(id=id))
    for table in ("nexus.interactions", "nexus.audit_logs"):
        found = {id: await partition_of(owner, table, id) for id in places}
        assert found == {id: f"{table}_{place}" for id, place in places.items()}


@pytest.mark.parametrize(
    "statement",
    [
        "update nexus.audit_logs set action = 'forged'",
        "update nexus.audit_logs set user_id = null, action = 'forged'",
        "delete from nexus.audit_logs",
        "truncate nexus.audit_logs",
    ],
)
async def test_activities_are_only_ever_added_to(
    database: Database, person: User, owner: asyncpg.Connection, statement: str
) -> None:
    await put(database, logged(person.id))
    before = await owner.fetch("select * from nexus.audit_logs")
    with pytest.raises(asyncpg.RestrictViolationError, match=r"nexus\.audit_logs is only ever"):
        await owner.execute(statement)
    assert await owner.fetch("select * from nexus.audit_logs") == before


async def test_with_a_person_goes_what_is_known_of_them_but_not_what_was_done(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    found = recommended(person)
    await put(database, found, done(person, recommendation_id=found.id), logged(person.id))
    await owner.execute("delete from auth.users where id = $1", person.id)
    for table in ("user_profiles", "recommendations", "interactions"):
        assert await owner.fetchval(f"select count(*) from nexus.{table}") == 0
    rows = await owner.fetch("select user_id, action from nexus.audit_logs")
    assert [tuple(row) for row in rows] == [(None, "seen")]


async def test_an_interaction_outlives_the_recommendation_that_led_to_it(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    found = recommended(person)
    await put(database, found, done(person, recommendation_id=found.id))
    await owner.execute("delete from nexus.recommendations")
    rows = await owner.fetch("select user_id, recommendation_id from nexus.interactions")
    assert [tuple(row) for row in rows] == [(person.id, None)]


async def refused(database: Database, owner: asyncpg.Connection, name: str, *rows: Any) -> None:
    tables = ("nexus.recommendations", "nexus.interactions")
    before = [await owner.fetch(f"select * from {table} order by id") for table in tables]
    with pytest.raises(IntegrityError, match=name):
        await put(database, *rows)
    assert [await owner.fetch(f"select * from {table} order by id") for table in tables] == before


async def test_one_follows_only_the_recommendations_that_one_was_given(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    other = await a_user(database)
    found = recommended(person)
    await put(database, UserProfile(user_id=other.id), found)
    await refused(
        database,
        owner,
        "interactions_recommendation_id_user_id_fkey",
        done(other, recommendation_id=found.id),
    )


@pytest.mark.parametrize(
    ("type", "keys"),
    [
        ("feature", ()),
        ("feature", ("course",)),
        ("feature", ("item", "course")),
        ("content", ("job",)),
        ("course", ()),
        ("course", ("item",)),
        ("course", ("job",)),
        ("course", ("course", "item")),
        ("job", ("course",)),
        ("job", ("course", "job")),
    ],
)
async def test_a_recommendation_names_one_thing_and_by_the_key_of_its_type(
    database: Database, person: User, owner: asyncpg.Connection, type: str, keys: tuple[str, ...]
) -> None:
    course, _ = await a_course(database, modules=0)
    job = await a_job(database, await a_user(database, UserRole.EMPLOYER))
    things = {"course": course.id, "job": job.id, "item": "dark-mode"}
    named = {f"{thing}_id": key if thing in keys else None for thing, key in things.items()}
    row = recommended(person, type=RecommendationType(type), **named)
    await refused(database, owner, "recommendations_item_check", row)


@pytest.mark.parametrize("number", [0, 2])
async def test_an_interaction_is_with_one_thing(
    database: Database, person: User, owner: asyncpg.Connection, number: int
) -> None:
    course, _ = await a_course(database, modules=0)
    named = {"item_id": "dark-mode", "course_id": course.id} if number else {"item_id": None}
    await refused(database, owner, "interactions_item_check", done(person, **named))


async def test_the_same_thing_is_recommended_once_at_a_time(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    course, _ = await a_course(database, modules=0)
    of_course: dict[str, Any] = {
        "type": RecommendationType.COURSE,
        "item_id": None,
        "course_id": course.id,
    }
    await put(
        database,
        recommended(person),
        recommended(person, type=RecommendationType.SERVICE),
        recommended(person, status=RecommendationStatus.DISMISSED),
        recommended(person, **of_course),
        recommended(person, **of_course, status=RecommendationStatus.EXPIRED),
    )
    for again in (recommended(person), recommended(person, **of_course)):
        await refused(database, owner, "recommendations_active_key", again)


@pytest.mark.parametrize("score", ["-0.0001", "1.0001", "NaN"])
async def test_a_score_is_from_0_to_1(
    database: Database, person: User, owner: asyncpg.Connection, score: str
) -> None:
    row = recommended(person, score=Decimal(score))
    await refused(database, owner, "recommendations_score_check", row)


async def test_a_recommendation_ends_after_it_was_made(
    database: Database, person: User, owner: asyncpg.Connection
) -> None:
    made = now()
    row = recommended(person, created_at=made, expires_at=made)
    await refused(database, owner, "recommendations_expires_at_check", row)
    ends = made + timedelta(microseconds=1)
    await put(database, recommended(person, created_at=made, expires_at=ends))


async def test_nothing_is_recommended_to_those_of_whom_nothing_is_known(
    database: Database, owner: asyncpg.Connection
) -> None:
    stranger = await a_user(database)
    await refused(database, owner, "recommendations_user_id_fkey", recommended(stranger))
    await refused(database, owner, "interactions_user_id_fkey", done(stranger))
