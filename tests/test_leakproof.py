"""Row-level security takes no filter its index, and what makes that so tells nothing."""

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from domains.auth.repository import accounts as repository
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Role, Viewer
from gateway import roles
from gateway.execution import Gateway
from tests.makers import a_user, viewer
from tests.operations import Operations
from tests.plans import Explaining, plan_of
from tests.postgres import Urls
from tests.statements import Statements

CROWD = """
insert into auth.users (email, name, role)
  select 'crowd' || n || '@example.org', 'Person ' || md5(n::text),
    case when n % 50 = 0 then 'educator' else 'student' end::auth.user_role
  from generate_series(1, 10000) n;
insert into education.courses
    (title, description, instructor_id, price, currency, duration_hours, level, category,
     published_at)
  select 'Course ' || n, 'Of crowds.', teachers[1 + n % 200], n / 7.0, 'AZR', 1,
    'beginner', 'Category ' || n % 60, now()
  from generate_series(1, 10000) n,
    (select array_agg(id) teachers from auth.users where role = 'educator') t;
insert into education.modules (course_id, published, title, position, content)
  select id, published, 'Chapter of ' || title, 1, '{}' from education.courses;
insert into forge.jobs
    (title, description, employer_id, budget, currency, category, skills, deadline, status)
  select 'Job ' || n, 'Work.', employers[1 + n % 200], 1 + n, 'AZR', 'Category ' || n % 60,
    array['skill' || n % 3000]::citext[], now() + interval '90 days',
    (case n % 500 when 0 then 'cancelled' else 'open' end)::forge.job_status
  from generate_series(1, 10000) n,
    (select array_agg(id) employers from auth.users where role = 'educator') t;
analyze
"""
"""Thousands of rows, so that reading a whole table is dear."""

ADDED = """
select oid::regprocedure::text from pg_proc where proleakproof and oid <> all($1::oid[])
"""


@pytest.fixture
async def app(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that serves."""
    connection = await asyncpg.connect(urls.app)
    yield connection
    await connection.close()


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> Viewer:
    """An admin among thousands of people."""
    for statement in CROWD.split(";\n"):
        await owner.execute(statement)
    return Viewer(await owner.fetchval("select id from auth.users limit 1"), Role.ADMIN)


@pytest.mark.parametrize(
    ("query", "where", "index"),
    [
        ("courses:CourseFilter", {"search": "astronomy"}, "courses_search_idx"),
        ("courses:CourseFilter", {"price": {"min": "10", "max": "11"}}, "courses_price_id_idx"),
        ("courses:CourseFilter", {"category": "Category 7"}, "courses_category_id_idx"),
        ("modules:ModuleFilter", {"search": "astronomy"}, "modules_title_words_idx"),
        ("users:UserFilter", {"search": "c4ca4238"}, "users_name_trigrams_idx"),
        ("jobs:JobFilter", {"allSkills": ["skill7"]}, "jobs_skills_idx"),
    ],
)
async def test_a_filter_is_served_by_its_index(
    app: asyncpg.Connection, gateway: Gateway, crowd: Viewer, query: str, where: Any, index: str
) -> None:
    root, input_name = query.split(":")
    document = f"query ($where: {input_name}) {{ {root}(where: $where) {{ totalCount }} }}"
    asking = ANONYMOUS if root != "users" else crowd
    plan = await Explaining(gateway, app, generic=True).of(document, asking, where=where)
    assert re.search(rf"Scan (using|on) {index}\b", plan), plan
    assert "Seq Scan" not in plan, plan


async def test_an_account_is_found_by_the_index_of_addresses(
    app: asyncpg.Connection, database: Database, crowd: Viewer, statements: Statements
) -> None:
    statements.clear()
    async with database.session(SYSTEM) as session:
        found = await repository.holder(session, "CROWD77@example.org")
    assert found is not None
    [sql] = [statement for statement in statements if "auth.users" in statement]
    plan = await plan_of(app, SYSTEM, sql, 1)
    assert "Index Scan using users_email_key" in plan, plan


async def test_no_more_functions_are_trusted_than_these(urls: Urls, scratch: Urls) -> None:
    """`scratch` is a database as Postgres makes it."""
    as_made = await asyncpg.connect(scratch.superuser)
    own = await as_made.fetchval("select array_agg(oid) from pg_proc where proleakproof")
    await as_made.close()
    prepared = await asyncpg.connect(urls.superuser)
    added = {row[0] for row in await prepared.fetch(ADDED, own)}
    await prepared.close()
    assert added == {name.replace(", ", ",") for name in roles.LEAKPROOF}


async def test_who_is_no_superuser_opens_no_index_and_can_say_so(scratch: Urls) -> None:
    count = "select count(*) from pg_proc where proleakproof"
    owner, superuser = [await asyncpg.connect(url) for url in (scratch.owner, scratch.superuser)]
    before = await owner.fetchval(count)
    assert await roles.open_indexes(owner) is False
    assert await owner.fetchval(count) == before
    for _ in range(2):
        assert await roles.open_indexes(superuser) is True
        assert await owner.fetchval(count) == before + len(roles.LEAKPROOF)
    await owner.close()
    await superuser.close()


@pytest.mark.parametrize("text", ["\\", "a\\", "%", "_", "\\%", "\\\\", "'", "c4ca\\"])
async def test_no_search_makes_a_hidden_name_an_error(
    operations: Operations, database: Database, text: str
) -> None:
    """A pattern that ended in a lone backslash would be one, but only where the rest matched."""
    for name in ("a\\", "c4ca\\", "%_", "aa"):
        await a_user(database, name=name)
    asking = await a_user(database, name="Nobody else")
    query = "query ($where: UserFilter) { users(where: $where) { totalCount } }"
    data = await operations.data(query, as_=viewer(asking), where={"search": text})
    assert data == {"users": {"totalCount": 0}}
