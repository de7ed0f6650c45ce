"""Indexes serve what people ask of nexus, among thousands of rows and under row security."""

from typing import Any

import asyncpg
import pytest

from domains.kernel.viewer import Role, Viewer
from gateway.execution import Gateway
from tests.partitions import indexes_of
from tests.plans import Explaining
from tests.postgres import Urls

CROWD = """
insert into auth.users (id, email, name)
  select uuidv7(), 'crowd' || n || '@example.org', 'Crowd' from generate_series(1, 10) n;
insert into nexus.user_profiles (user_id) select id from auth.users;
insert into nexus.recommendations (user_id, type, item_id, item_name, score, status)
  select user_id, 'feature', n, n, n % 1000 / 1000.0,
    case when n % 20 = 0 then 'active' else 'expired' end::nexus.recommendation_status
  from nexus.user_profiles, generate_series(1, 2000) n;
insert into nexus.interactions (user_id, type, item_id)
  select user_id, case when n % 100 = 0 then 'purchase' else 'view' end::nexus.interaction_type, n
  from nexus.user_profiles, generate_series(1, 2000) n;
insert into nexus.audit_logs (user_id, action, entity_type, entity_id)
  select user_id, 'action ' || n % 500, 'Type ' || n % 50, user_id
  from nexus.user_profiles, generate_series(1, 2000) n;
analyze
"""


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> dict[Role, Viewer]:
    """A student and an admin among thousands of rows."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    person = await owner.fetchval("select id from auth.users limit 1")
    return {role: Viewer(person, role) for role in (Role.STUDENT, Role.ADMIN)}


@pytest.fixture
async def explaining(urls: Urls, gateway: Gateway) -> Any:
    """Explains plans as the application's role runs them."""
    connection = await asyncpg.connect(urls.app)
    yield Explaining(gateway, connection)
    await connection.close()


INTERACTIONS = """
query ($where: InteractionFilter) { interactions(where: $where, first: 5) { nodes { id } } }
"""
ACTIVITIES = """
query ($where: ActivityLogFilter) { activityLogs(where: $where, first: 5) { nodes { id } } }
"""
BEST = "recommendations(where: $where, orderBy: SCORE_DESC, first: 5) { nodes { itemName } }"
LATEST = "recommendations(where: $where, first: 5) { nodes { itemName } }"


@pytest.mark.parametrize(
    ("role", "field", "where", "index"),
    [
        (Role.STUDENT, BEST, {}, "recommendations_user_id_score_id_idx"),
        (Role.STUDENT, LATEST, {}, "recommendations_user_id_id_key"),
        (Role.ADMIN, BEST, {}, "recommendations_score_id_idx"),
        (Role.ADMIN, LATEST, {}, "recommendations_pkey"),
    ],
)
async def test_an_index_serves_recommendations(
    crowd: dict[Role, Viewer],
    explaining: Explaining,
    role: Role,
    field: str,
    where: Any,
    index: str,
) -> None:
    query = f"query ($where: RecommendationFilter) {{ {field} }}"
    plan = await explaining.of(query, crowd[role], where=where)
    assert "Seq Scan" not in plan and f" {index} " in plan, plan


@pytest.mark.parametrize(
    ("role", "where", "index"),
    [
        (Role.STUDENT, {}, "interactions_user_id_id_idx"),
        (Role.STUDENT, {"type": "VIEW"}, "interactions_user_id_id_idx"),
        (Role.ADMIN, {}, "interactions_pkey"),
        (Role.ADMIN, {"type": "PURCHASE"}, "interactions_answers_idx"),
    ],
)
async def test_an_index_serves_interactions(
    crowd: dict[Role, Viewer],
    explaining: Explaining,
    owner: asyncpg.Connection,
    role: Role,
    where: Any,
    index: str,
) -> None:
    plan = await explaining.of(INTERACTIONS, crowd[role], where=where)
    assert await indexes_of(owner, plan) == {index}, plan


@pytest.mark.parametrize(
    ("role", "where", "index"),
    [
        (Role.STUDENT, {}, "audit_logs_user_id_id_idx"),
        (Role.ADMIN, {}, "audit_logs_pkey"),
        (Role.ADMIN, {"action": "action 7"}, "audit_logs_action_id_idx"),
        (Role.ADMIN, {"entityType": "Type 7"}, "audit_logs_entity_type_id_idx"),
        (Role.ADMIN, {"entityReference": "none"}, "audit_logs_entity_id_id_idx"),
        (Role.ADMIN, {"createdAt": {"until": "2026-01-01T00:00:00Z"}}, "audit_logs_created_at_idx"),
    ],
)
async def test_an_index_serves_activities(
    crowd: dict[Role, Viewer],
    explaining: Explaining,
    owner: asyncpg.Connection,
    role: Role,
    where: Any,
    index: str,
) -> None:
    plan = await explaining.of(ACTIVITIES, crowd[role], where=where)
    assert await indexes_of(owner, plan) == {index}, plan
