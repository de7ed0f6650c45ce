"""Mutations that make sure of their viewer themselves: fewer round trips, and no less sure."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from graphql import OperationDefinitionNode, parse

from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.read.plan import Plan
from domains.kernel.refusal import Unauthenticated
from gateway.execution import Answer, Gateway, GraphQLRequest
from gateway.execution.cache import Cache, Count
from gateway.execution.documents import Operation
from gateway.execution.variables import Coercers
from tests.makers import a_notification
from tests.postgres import Urls
from tests.remembered import Remembered, remembered
from tests.statements import Statements

MARK_READ = """
mutation ($id: ID!) {
  notificationMarkRead(input: {id: $id}) {
    notification { id readAt title } userErrors { __typename message }
  }
}
"""
TWICE = """
mutation ($id: ID!) {
  first: notificationMarkRead(input: {id: $id}) { notification { title } }
  again: notificationMarkRead(input: {id: $id}) { notification { title } }
}
"""
MARK_ALL_READ = "mutation { notificationsMarkAllRead(input: {}) { marked } }"
PROVING = {"notificationMarkRead": MARK_READ, "notificationsMarkAllRead": MARK_ALL_READ}
"""Each mutation that makes sure of its viewer itself."""

ENDINGS = [
    "update auth.sessions set revoked_at = now()",
    "update auth.sessions set access_expires_at = now()",
    "update auth.users set disabled_at = now(), disabled_reason = 'Sold.'",
    "update auth.users set deletion_requested_at = now(), purge_at = now()",
    "delete from auth.sessions",
]
READ = "select count(read_at) from notifications.notifications"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody remembered who has something to read, and what they say to the database."""

    gateway: Gateway
    person: Remembered
    unread: UUID
    said: Statements

    async def ask(self, query: str, id: str | None = None) -> Answer:
        variables = {"id": id or encode_id("Notification", self.unread)} if "$id" in query else {}
        context = await self.person.context()
        self.said.clear()
        answer = await self.gateway.execute(GraphQLRequest(query, None, variables), context)
        await asyncio.sleep(0)
        return answer


@pytest.fixture
async def reader(urls: Urls, wiped: None, gateway: Gateway) -> AsyncIterator[Reader]:
    database, said = Database(urls.app), Statements()
    await database.open()
    said.listen(database)
    assert database._calls is not None
    said.listen_to(database._calls)
    person = await remembered(database)
    assert person.viewer.user_id is not None
    row = await a_notification(database, person.viewer.user_id)
    yield Reader(gateway, person, row.id, said)
    await database.close()


def data(answer: Answer) -> Any:
    return json.loads(answer.body)["data"]


async def test_a_change_of_one_row_is_one_statement_and_its_payload_another(
    reader: Reader, owner: asyncpg.Connection
) -> None:
    payload = data(await reader.ask(MARK_READ))["notificationMarkRead"]

    assert payload["userErrors"] == []
    assert payload["notification"]["readAt"] is not None
    assert await owner.fetchval(READ) == 1
    assert len(reader.said) == 2
    (change,) = (each for each in reader.said if "UPDATE notifications" in each)
    (proof,) = (each for each in reader.said if "auth.prove_viewer" in each)
    assert change is proof


async def test_a_transaction_makes_sure_of_the_viewer_as_it_begins(
    reader: Reader, owner: asyncpg.Connection
) -> None:
    assert data(await reader.ask(MARK_ALL_READ)) == {"notificationsMarkAllRead": {"marked": 1}}
    assert len(reader.said) == 1
    assert await owner.fetchval(READ) == 1


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", PROVING)
async def test_whose_session_has_ended_is_refused_before_anything_is_written(
    reader: Reader, owner: asyncpg.Connection, name: str, ending: str
) -> None:
    context = await reader.person.context()
    await owner.execute(ending)

    variables = {"id": encode_id("Notification", reader.unread)}
    with pytest.raises(Unauthenticated):
        await reader.gateway.execute(GraphQLRequest(PROVING[name], None, variables), context)

    assert await owner.fetchval(READ) == 0


async def test_over_http_they_are_told_to_sign_in(
    client: httpx.AsyncClient, database: Database, owner: asyncpg.Connection
) -> None:
    person = await remembered(database)
    assert person.viewer.user_id is not None
    row = await a_notification(database, person.viewer.user_id)
    body = {"query": MARK_READ, "variables": {"id": encode_id("Notification", row.id)}}
    headers = {"authorization": f"Bearer {person.token}"}
    known = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert known.status_code == 200
    await owner.execute(ENDINGS[0])

    refused = await client.post("/graphql", json=body, headers=headers)

    assert refused.status_code == 401
    assert "data" not in refused.json()
    assert await owner.fetchval(READ) == 0


async def test_whose_session_has_ended_learns_nothing_but_that(
    reader: Reader, owner: asyncpg.Connection
) -> None:
    """Not even that an id is none: what is asked is judged after who asks."""
    assert b"BAD_USER_INPUT" in (await reader.ask(MARK_READ, "no id")).body
    await owner.execute(ENDINGS[0])

    with pytest.raises(Unauthenticated):
        await reader.ask(MARK_READ, "no id")


async def test_who_has_another_role_now_acts_in_it(
    reader: Reader, owner: asyncpg.Connection
) -> None:
    await owner.execute("update auth.users set role = 'educator'")

    assert data(await reader.ask(MARK_READ))["notificationMarkRead"]["userErrors"] == []
    assert await owner.fetchval(READ) == 1


async def test_a_refusal_is_told_to_those_alone_whose_session_lives(reader: Reader) -> None:
    unknown = encode_id("Notification", UUID(int=1))

    payload = data(await reader.ask(MARK_READ, unknown))["notificationMarkRead"]

    assert payload["userErrors"] == [
        {"__typename": "NotificationNotFound", "message": "Notification not found."}
    ]
    assert len([each for each in reader.said if "auth.viewer_of_token" in each]) == 1


async def test_of_several_mutations_the_viewer_is_made_sure_of_first(reader: Reader) -> None:
    both = data(await reader.ask(TWICE))
    assert both["first"] == both["again"] == {"notification": {"title": "Hello"}}
    assert "auth.viewer_of_token" in reader.said[0]


def test_those_that_make_sure_of_the_viewer_themselves_are_all_tested(gateway: Gateway) -> None:
    kind = gateway.schema.mutation_type
    assert kind is not None
    proving = {name for name in kind.fields if _proves(gateway, f"mutation {{ {name} }}")}
    assert proving == set(PROVING)


def test_only_what_is_alone_in_its_operation_makes_sure_of_the_viewer(gateway: Gateway) -> None:
    assert _proves(gateway, MARK_READ)
    for text in (
        TWICE,
        "mutation { ... on Mutation { notificationMarkRead } }",
        "mutation { notificationMarkRead @include(if: true) }",
        "mutation { __typename }",
        "mutation { sessionRevoke }",
        "{ viewer { name } }",
    ):
        assert not _proves(gateway, text)


def _proves(gateway: Gateway, text: str) -> bool:
    document = parse(text)
    (definition,) = document.definitions
    assert isinstance(definition, OperationDefinitionNode)
    plans: Cache[Any, Plan | None] = Cache(1, Count())
    operation = Operation(Coercers(gateway.schema), document, definition, plans)
    lone = gateway.mutations.of(operation)
    return lone is not None and lone.proves
