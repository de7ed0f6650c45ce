"""How Postgres would run a planned query, so that a test can say which index serves it."""

from dataclasses import dataclass
from typing import Any

import asyncpg

from domains.kernel.read.rows import Audience
from domains.kernel.read.symbols import Inputs
from domains.kernel.viewer import ANONYMOUS, Viewer
from gateway.execution import Gateway

CROWD = """
insert into auth.users (id, email, name, role)
  select uuidv7(), 'crowd' || n || '@example.org', 'Crowd ' || n,
    case when n % 50 = 0 then 'educator' else 'student' end::auth.user_role
  from generate_series(1, 10000) n;
insert into education.students (id, user_id, first_name, last_name, email)
  select uuidv7(), id, 'Crowd', name, email from auth.users
  where role = 'student' and email::text like 'crowd%' limit 4000;
insert into education.courses
    (id, title, description, instructor_id, price, currency, duration_hours, level, category,
     published_at)
  select uuidv7(), 'Course ' || n, 'Of crowds.', teachers[1 + n % 200], n % 97,
    (array['USD', 'AZR', 'BTC', 'ETH'])[1 + n % 4]::education.currency, 1 + n % 50,
    (array['beginner', 'intermediate', 'advanced'])[1 + n % 3]::education.course_level,
    'Category ' || n % 60, case when n % 10 > 0 then now() - n * interval '1 hour' end
  from generate_series(1, 10000) n,
    (select array_agg(id) teachers from auth.users where role = 'educator') t;
insert into education.modules (id, course_id, published, title, position, content)
  select uuidv7(), id, published, 'Chapter ' || duration_hours, 1, '{}' from education.courses;
insert into education.enrollments (id, student_id, course_id, status)
  select uuidv7(), students[1 + n % 4000], courses[1 + (n * 7 + n / 4000) % 10000],
    (array['active', 'dropped'])[1 + n % 2]::education.enrollment_status
  from generate_series(1, 20000) n,
    (select array_agg(id) students from education.students) s,
    (select array_agg(id) courses from education.courses) c
  on conflict do nothing;
analyze
"""
"""Thousands of rows, so that reading a whole table is dear."""

SETTINGS = "select set_config('azora.user_id', $1, true), set_config('azora.role', $2, true)"


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains the operations of one gateway."""

    gateway: Gateway
    connection: asyncpg.Connection
    generic: bool = False
    """Whether the plan is the one for all parameters, as the read pool has it made; otherwise it is
    the one for the values at hand, which shows best what an index can serve."""

    async def of(self, query: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> str:
        """The plan of the one statement that a query is."""
        operation = self.gateway.documents.get(query).operation(None)
        values = operation.variables(variables, suggestions=False)
        plan = self.gateway.planner.operation(
            operation.document, operation.definition, values, Audience(viewer.role)
        )
        arguments = plan.arguments(Inputs(values, viewer))
        if self.generic:
            return await plan_of(self.connection, viewer, plan.sql, len(arguments))
        async with self.connection.transaction():
            await self.connection.execute(SETTINGS, *viewer.settings)
            lines = await self.connection.fetch(f"explain (costs off) {plan.sql}", *arguments)
        return "\n".join(line for (line,) in lines)


async def plan_of(connection: asyncpg.Connection, viewer: Viewer, sql: str, parameters: int) -> str:
    """How Postgres runs a statement whatever its parameters are, as the read pool has it do."""
    values = ", ".join(["null"] * parameters)
    given = f"({values})" if values else ""
    async with connection.transaction():
        await connection.execute(SETTINGS, *viewer.settings)
        await connection.execute("set local plan_cache_mode = force_generic_plan")
        await connection.execute(f"prepare explained as {sql}")
        lines = await connection.fetch(f"explain (costs off) execute explained{given}")
        await connection.execute("deallocate explained")
    return "\n".join(line for (line,) in lines)
