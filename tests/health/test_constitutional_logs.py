"""Reading what was held against the constitution."""

from decimal import Decimal
from typing import Any

import pytest

from domains.auth.models import User, UserRole
from domains.health.models import ConstitutionalLog
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS
from tests.makers import a_user, put, viewer

LOGS = """
query ($where: ConstitutionalLogFilter, $order: LogOrder! = NEWEST) {
  constitutionalLogs(where: $where, orderBy: $order) { totalCount nodes { action } }
}
"""
IDS = """
query ($where: ConstitutionalLogFilter) { constitutionalLogs(where: $where) { nodes { id } } }
"""
OWN = "{ viewer { constitutionalLogs { nodes { action user { id } } } } }"
LOG = """
query ($id: ID!) {
  constitutionalLog(id: $id) { action article compliant score details user { name } }
}
"""


@pytest.fixture
async def person(database: Database) -> User:
    """Somebody whom two acts concerned; a third was nobody's."""
    person = await a_user(database, name="Ada")
    shared = ConstitutionalLog(
        user_id=person.id,
        action="data.shared",
        article="V",
        compliant=False,
        score=Decimal("49.50"),
        details={"reasons": ["No consent."]},
    )
    told = ConstitutionalLog(
        user_id=person.id, action="reply.given", article="VIII", compliant=True
    )
    await put(database, shared, told, ConstitutionalLog(action="rules.read", article="V"))
    return person


async def actions(graph: Any, as_: Any, **variables: Any) -> list[str]:
    page = (await graph(LOGS, as_=as_, **variables))["constitutionalLogs"]
    assert page["totalCount"] == len(page["nodes"])
    return [log["action"] for log in page["nodes"]]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (None, ["rules.read", "reply.given", "data.shared"]),
        ({"article": "V"}, ["rules.read", "data.shared"]),
        ({"article": "v"}, []),
        ({"compliant": False}, ["data.shared"]),
        ({"compliant": True}, ["reply.given"]),
        ({"action": "reply.given"}, ["reply.given"]),
        ({"not": {"compliant": True}}, ["rules.read", "data.shared"]),
        ({"createdAt": {"until": "2020-01-01T00:00:00Z"}}, []),
    ],
)
async def test_an_admin_finds_acts(
    graph: Any, database: Database, person: User, where: Any, found: list[str]
) -> None:
    admin = viewer(await a_user(database, UserRole.ADMIN))
    assert await actions(graph, admin, where=where) == found


async def test_an_admin_finds_the_acts_that_concerned_somebody(
    graph: Any, database: Database, person: User
) -> None:
    admin = viewer(await a_user(database, UserRole.ADMIN))
    where = {"userId": encode_id("User", person.id)}
    assert await actions(graph, admin, where=where, order="OLDEST") == [
        "data.shared",
        "reply.given",
    ]


async def test_one_sees_the_acts_that_concerned_oneself(
    graph: Any, database: Database, person: User
) -> None:
    assert await actions(graph, viewer(person)) == ["reply.given", "data.shared"]
    own = {"id": encode_id("User", person.id)}
    assert (await graph(OWN, as_=viewer(person)))["viewer"]["constitutionalLogs"]["nodes"] == [
        {"action": "reply.given", "user": own},
        {"action": "data.shared", "user": own},
    ]


async def test_others_see_none_of_them(graph: Any, database: Database, person: User) -> None:
    educator = viewer(await a_user(database, UserRole.EDUCATOR))
    assert [await actions(graph, who) for who in (ANONYMOUS, educator)] == [[], []]


async def test_an_act_says_what_was_judged(graph: Any, person: User) -> None:
    found = await graph(IDS, where={"compliant": False}, as_=viewer(person))
    [log] = found["constitutionalLogs"]["nodes"]
    data = await graph(LOG, id=log["id"], as_=viewer(person))
    assert data["constitutionalLog"] == {
        "action": "data.shared",
        "article": "V",
        "compliant": False,
        "score": "49.5",
        "details": {"reasons": ["No consent."]},
        "user": {"name": "Ada"},
    }
    assert await graph(LOG, id=log["id"]) == {"constitutionalLog": None}
