"""Reading the reports of services: by whom, which, in which order, and how many."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.health.models import Log, LogLevel
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS, Viewer
from gateway.execution import Gateway
from tests.makers import a_user, put, viewer
from tests.operations import codes
from tests.partitions import indexes_of
from tests.plans import Explaining
from tests.postgres import Urls
from tests.statements import Statements

LOGS = """
query ($where: ServiceLogFilter, $order: LogOrder! = NEWEST) {
  serviceLogs(where: $where, orderBy: $order) { totalCount nodes { message } }
}
"""
FIRST_LOGS = """
query ($where: ServiceLogFilter) { serviceLogs(where: $where, first: 5) { nodes { message } } }
"""
LOG = """
query ($id: ID!) {
  serviceLog(id: $id) { level service message details createdAt }
  node(id: $id) { __typename id }
}
"""
STATS = """
query ($by: [ServiceLogGrouping!], $where: ServiceLogFilter) {
  logStats(by: $by, where: $where) { level service writtenOn count }
}
"""
JANUARY = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
REPORTS = (
    (LogLevel.INFO, "gateway", "Ready to serve", JANUARY),
    (LogLevel.WARN, "gateway", "A slow response", FEBRUARY),
    (LogLevel.ERROR, "worker", "Delivery timed out", FEBRUARY),
    (LogLevel.FATAL, "worker", "Out of memory while serving", FEBRUARY),
)


@pytest.fixture
async def reports(database: Database) -> list[Log]:
    """One report of each level that people look for, oldest first."""
    rows = [
        Log(level=level, service=service, message=message, created_at=written)
        for level, service, message, written in REPORTS
    ]
    await put(database, *rows)
    return rows


@pytest.fixture
async def admin(database: Database) -> Viewer:
    return viewer(await a_user(database, UserRole.ADMIN))


async def messages(graph: Any, admin: Viewer, **variables: Any) -> list[str]:
    page = (await graph(LOGS, as_=admin, **variables))["serviceLogs"]
    assert page["totalCount"] == len(page["nodes"])
    return [log["message"] for log in page["nodes"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, [3, 2, 1, 0]),
        ({"level": "WARN"}, [1]),
        ({"levels": ["ERROR", "FATAL"]}, [3, 2]),
        ({"levels": []}, []),
        ({"service": "worker"}, [3, 2]),
        ({"service": "work"}, []),
        ({"createdAt": {"since": FEBRUARY.isoformat()}}, [3, 2, 1]),
        ({"createdAt": {"until": FEBRUARY.isoformat()}}, [0]),
        ({"search": "serving"}, [3, 0]),
        ({"search": "served -memory"}, [0]),
        ({"search": '"slow response" or delivery'}, [2, 1]),
        ({"search": "the"}, []),
        ({"search": "response", "level": "INFO"}, []),
        ({"not": {"search": "serving"}}, [2, 1]),
        ({"or": [{"search": "serving"}, {"level": "WARN"}]}, [3, 1, 0]),
    ],
)
async def test_an_admin_finds_reports(
    graph: Any, reports: list[Log], admin: Viewer, where: Any, found: list[int]
) -> None:
    assert await messages(graph, admin, where=where) == [reports[n].message for n in found]


async def test_the_oldest_may_come_first(graph: Any, reports: list[Log], admin: Viewer) -> None:
    shown = await messages(graph, admin, order="OLDEST", where={"service": "gateway"})
    assert shown == ["Ready to serve", "A slow response"]


async def test_a_report_is_found_by_its_id(graph: Any, reports: list[Log], admin: Viewer) -> None:
    id = encode_id("ServiceLog", reports[1].id)
    assert await graph(LOG, id=id, as_=admin) == {
        "serviceLog": {
            "level": "WARN",
            "service": "gateway",
            "message": "A slow response",
            "details": {},
            "createdAt": "2026-02-01T00:00:00+00:00",
        },
        "node": {"__typename": "ServiceLog", "id": id},
    }


async def test_reports_do_not_exist_for_those_who_are_no_admins(
    graph: Any, database: Database, reports: list[Log]
) -> None:
    callers = [ANONYMOUS, *[viewer(await a_user(database, role)) for role in UserRole][:3]]
    assert len({caller.role for caller in callers}) == 4
    for caller in callers:
        for where in (None, {"search": "serving"}, {"level": "ERROR"}):
            page = (await graph(LOGS, where=where, as_=caller))["serviceLogs"]
            assert page == {"totalCount": 0, "nodes": []}
        id = encode_id("ServiceLog", reports[0].id)
        assert await graph(LOG, id=id, as_=caller) == {"serviceLog": None, "node": None}
        assert (await graph(STATS, as_=caller))["logStats"] == []


async def test_a_search_is_of_200_characters_at_most(answer: Any, admin: Viewer) -> None:
    assert codes(await answer(LOGS, where={"search": "x" * 201}, as_=admin)) == ["BAD_USER_INPUT"]


async def test_reports_are_counted_in_groups(graph: Any, reports: list[Log], admin: Viewer) -> None:
    async def stats(**variables: Any) -> Any:
        return (await graph(STATS, as_=admin, **variables))["logStats"]

    nothing = {"level": None, "service": None, "writtenOn": None}
    assert await stats() == [{**nothing, "count": 4}]
    assert await stats(by=["SERVICE"], where={"levels": ["WARN", "ERROR", "FATAL"]}) == [
        {**nothing, "service": "gateway", "count": 1},
        {**nothing, "service": "worker", "count": 2},
    ]
    assert await stats(by=["MONTH"]) == [
        {**nothing, "writtenOn": "2026-02-01", "count": 3},
        {**nothing, "writtenOn": "2026-01-01", "count": 1},
    ]
    assert await stats(by=["LEVEL", "WEEK"], where={"service": "gateway"}) == [
        {**nothing, "level": "INFO", "writtenOn": "2026-01-26", "count": 1},
        {**nothing, "level": "WARN", "writtenOn": "2026-01-26", "count": 1},
    ]


async def test_a_page_of_reports_is_one_statement(
    graph: Any, reports: list[Log], admin: Viewer, statements: Statements
) -> None:
    statements.clear()
    assert await messages(graph, admin, where={"search": "serving"}) == [
        "Out of memory while serving",
        "Ready to serve",
    ]
    assert len(statements) == 1


CROWD = """
insert into health.logs (level, service, message)
select
  case when n % 4000 = 0 then 'FATAL' when n % 2000 = 1 then 'ERROR' when n % 1000 = 2 then 'WARN'
    else 'INFO' end::health.log_level,
  'service ' || n % 200, 'Report ' || n || case when n % 5000 = 0 then ' of a collapse' else '' end
from generate_series(1, 20000) n
"""


@pytest.fixture
async def explaining(urls: Urls, gateway: Gateway, owner: asyncpg.Connection) -> Any:
    """Explains plans among thousands of reports, as the application's role runs them."""
    await owner.execute(CROWD)
    await owner.execute("analyze health.logs")
    connection = await asyncpg.connect(urls.app)
    yield Explaining(gateway, connection)
    await connection.close()


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (None, "logs_pkey"),
        ({"level": "ERROR"}, "logs_errors_idx"),
        ({"levels": ["ERROR", "FATAL"]}, "logs_errors_idx"),
        ({"level": "WARN"}, "logs_warnings_idx"),
        ({"level": "INFO"}, "logs_pkey"),
        ({"service": "service 7"}, "logs_service_id_idx"),
        ({"search": "collapse"}, "logs_message_words_idx"),
        ({"createdAt": {"until": "2026-01-01T00:00:00Z"}}, "logs_created_at_idx"),
    ],
)
async def test_an_index_serves_a_filter_among_thousands_of_reports(
    explaining: Explaining, owner: asyncpg.Connection, admin: Viewer, where: Any, index: str
) -> None:
    plan = await explaining.of(FIRST_LOGS, admin, where=where)
    assert await indexes_of(owner, plan) == {index}, plan
