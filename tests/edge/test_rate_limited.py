"""Who tries too often is told when to come again, by HTTP as well if nothing else was answered."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import strawberry

from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.refusal import RateLimited
from domains.kernel.viewer import ANONYMOUS
from gateway.execution import Gateway
from gateway.http import GraphQLEndpoint

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
GRAPHQL = "application/graphql-response+json"


@strawberry.type
class Query:
    @strawberry.field
    def often(self, seconds: float = 11.2) -> str | None:
        raise RateLimited(seconds)

    @strawberry.field
    def too_often(self) -> str:
        raise RateLimited(0)

    @strawberry.field
    def seldom(self) -> str | None:
        return "there"


GATEWAY = Gateway(strawberry.Schema(Query))


async def anonymous(_headers: Mapping[str, str], _client: str | None, request_id: str) -> Context:
    return Context(Database(NOWHERE), ANONYMOUS, request_id)


async def limited(*_: Any) -> Context:
    raise RateLimited(2.5)


async def ask(query: str, context_of: Any = anonymous, accept: str = GRAPHQL) -> httpx.Response:
    transport = httpx.ASGITransport(app=GraphQLEndpoint(GATEWAY, context_of))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.post("/", json={"query": query}, headers={"accept": accept})


@pytest.mark.parametrize("accept", [GRAPHQL, "application/json"])
@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("{ often }", 12),
        ("{ tooOften }", 1),
        ("{ often more: often(seconds: 70) }", 70),
    ],
)
async def test_an_operation_that_was_refused_as_a_whole_is_answered_429(
    query: str, seconds: int, accept: str
) -> None:
    response = await ask(query, accept=accept)
    assert response.status_code == 429
    assert response.headers["retry-after"] == str(seconds)
    faults = [error["extensions"] for error in response.json()["errors"]]
    assert {fault["code"] for fault in faults} == {"RATE_LIMITED"}
    assert max(fault["retryAfter"] for fault in faults) == seconds


async def test_an_operation_of_which_a_part_was_answered_is_not() -> None:
    response = await ask("{ often seldom }")
    assert response.status_code == 200
    assert "retry-after" not in response.headers
    assert response.json()["data"] == {"often": None, "seldom": "there"}
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 12}
    assert error["message"] == "Too many tries. Try again in 12 s."


async def test_a_request_that_was_refused_before_it_ran_is_answered_429() -> None:
    response = await ask("{ seldom }", limited)
    assert response.status_code == 429
    assert response.headers["retry-after"] == "3"
    assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3}
