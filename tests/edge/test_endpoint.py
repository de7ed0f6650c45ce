"""The endpoint where the application cannot be brought to: slow, broken, without a database."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
import strawberry
from starlette.responses import HTMLResponse
from starlette.types import Message

from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from gateway.execution import Gateway
from gateway.faults import Code, Fault
from gateway.http import GraphQLEndpoint
from gateway.http.deadlines import Deadlines
from gateway.journal import JOURNAL

ContextOf = Callable[[Mapping[str, str], str | None, str], Awaitable[Context]]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@strawberry.type
class Query:
    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.sleep(60)
        return None

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("postgresql://user:secret@host/database")

    @strawberry.field
    def unreachable(self) -> str | None:
        raise ConnectionRefusedError("10.0.0.7:5432")

    @strawberry.field
    def greeting(self, name: str) -> str:
        return f"Hello {name}"


GATEWAY = Gateway(strawberry.Schema(Query))


async def anonymous(_headers: Mapping[str, str], _client: str | None, request_id: str) -> Context:
    return Context(Database(NOWHERE), ANONYMOUS, request_id)


def endpoint(**settings: Any) -> GraphQLEndpoint:
    return GraphQLEndpoint(GATEWAY, settings.pop("context_of", anonymous), **settings)


def client_of(**settings: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=endpoint(**settings))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def ask(client: httpx.AsyncClient, query: str, **request: Any) -> httpx.Response:
    return await client.post("/", json={"query": query, **request})


def failing(exception: Exception) -> ContextOf:
    async def context_of(*_: Any) -> Context:
        raise exception

    return context_of


async def test_an_operation_that_takes_too_long_is_cut_off() -> None:
    response = await ask(client_of(deadlines=Deadlines(0.05)), "{ slow }")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["errors"][0]["extensions"] == {
        "code": "SERVER_BUSY",
        "requestId": response.headers["x-request-id"],
    }


async def test_a_body_that_trickles_in_is_cut_off() -> None:
    async def trickle() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.02)
            yield b" "

    headers = {"content-type": "application/json"}
    response = await client_of(deadlines=Deadlines(0.1)).post(
        "/", content=trickle(), headers=headers
    )
    assert response.status_code == 408
    assert response.headers["connection"] == "close"


async def test_a_client_that_leaves_while_sending_is_not_answered() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"query":', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": None,
    }
    await endpoint()(scope, receive, send)
    assert sent == []


async def test_a_url_longer_than_a_body_may_be_is_refused() -> None:
    client = client_of(max_body_bytes=100)
    assert (await client.get("/", params={"query": "{a}".ljust(100)})).status_code == 414


async def test_an_unreachable_database_is_worth_another_try() -> None:
    response = await ask(client_of(), "{ unreachable }")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert "10.0.0.7" not in response.text


async def test_a_broken_resolver_says_nothing_of_itself() -> None:
    response = await ask(client_of(), '{ broken greeting(name: "you") }')
    assert response.status_code == 200
    assert response.json()["data"] == {"broken": None, "greeting": "Hello you"}
    assert response.json()["errors"] == [
        {
            "message": "Something went wrong on our side.",
            "locations": [{"line": 1, "column": 3}],
            "path": ["broken"],
            "extensions": {"code": "INTERNAL", "requestId": response.headers["x-request-id"]},
        }
    ]


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (RuntimeError("secret"), 500, "INTERNAL"),
        (ConnectionRefusedError("secret"), 503, "SERVER_BUSY"),
        (Fault(Code.UNAUTHENTICATED, "Sign in again."), 401, "UNAUTHENTICATED"),
        (Fault(Code.FORBIDDEN, "Not from here."), 403, "FORBIDDEN"),
        (Fault(Code.RATE_LIMITED, "Too often."), 429, "RATE_LIMITED"),
        (Fault(Code.BAD_USER_INPUT, "Odd."), 400, "BAD_USER_INPUT"),
    ],
)
async def test_a_request_without_a_context_gets_the_status_of_its_code(
    exception: Exception, status: int, code: str
) -> None:
    response = await ask(client_of(context_of=failing(exception)), "{ broken }")
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code
    assert "secret" not in response.text


async def test_a_get_needs_a_preflight_header_where_that_is_set() -> None:
    client = client_of(require_preflight=True)
    bare = await client.get("/", params={"query": "{ __typename }"})
    assert bare.status_code == 400
    assert bare.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    for name in ("graphql-require-preflight", "x-azora-client"):
        sent = await client.get("/", params={"query": "{ __typename }"}, headers={name: "1"})
        assert sent.json() == {"data": {"__typename": "Query"}}
    assert (await ask(client, "{ __typename }")).status_code == 200


async def test_a_browser_gets_the_page_where_there_is_one() -> None:
    client = client_of(page=lambda: HTMLResponse("<p>GraphiQL"))
    page = await client.get("/", headers={"accept": BROWSER})
    assert (page.status_code, page.text) == (200, "<p>GraphiQL")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert len(page.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("url", "accept"),
    [("/?query={__typename}", BROWSER), ("/", "*/*"), ("/", "text/html;q=0.5, application/json")],
)
async def test_a_program_never_gets_the_page(url: str, accept: str) -> None:
    client = client_of(page=lambda: HTMLResponse("<p>GraphiQL"))
    response = await client.get(url, headers={"accept": accept})
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_browser_without_a_page_gets_json() -> None:
    response = await client_of().get("/", headers={"accept": BROWSER})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == "query is missing."


async def test_a_page_that_breaks_is_masked() -> None:
    def page() -> HTMLResponse:
        raise RuntimeError("secret")

    response = await client_of(page=page).get("/", headers={"accept": BROWSER})
    assert response.status_code == 500
    assert "secret" not in response.text


def logged(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    JOURNAL.write()
    (record,) = [record for record in caplog.records if record.name == "azora.requests"]
    fields: dict[str, Any] = record.__dict__["fields"]
    return fields


async def test_the_log_tells_of_a_request_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "azora.requests")
    query = "query Hello($name: String!) { greeting(name: $name) }"
    response = await ask(client_of(), query, operationName="Hello", variables={"name": "hunter2"})
    fields = logged(caplog)
    assert fields.pop("ms") > 0
    assert fields == {
        "request_id": response.headers["x-request-id"],
        "method": "POST",
        "operation": "Hello",
        "status": 200,
        "bytes": len(response.content),
    }


async def test_what_cannot_name_an_operation_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "azora.requests")
    await ask(client_of(), "{ __typename }", operationName="forged\nline")
    assert logged(caplog)["operation"] is None


async def test_a_hundred_failing_operations_at_once_leak_nothing() -> None:
    client = client_of()
    responses = await asyncio.gather(*(ask(client, "{ broken }") for _ in range(100)))
    assert len({json.dumps(response.json()["data"]) for response in responses}) == 1
    assert not [response for response in responses if "secret" in response.text]
    assert len({response.headers["x-request-id"] for response in responses}) == 100
