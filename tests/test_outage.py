"""A database that goes away and comes back."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from gateway.app import create_app
from gateway.migrate import migrate
from gateway.settings import Profile, Settings
from tests.postgres import beside_the_loop
from tests.stoppable import Server, stoppable

READ = {"query": "{ courses { totalCount } }"}
WRITE = {
    "query": """mutation {
      sessionCreate(input: {email: "nobody@example.org", password: "not a password"}) {
        userErrors { __typename }
      }
    }"""
}


@pytest.fixture
def postgres() -> Iterator[Server]:
    with stoppable() as server:
        yield server


@pytest.fixture
async def client(postgres: Server) -> AsyncIterator[httpx.AsyncClient]:
    cluster = postgres.start()
    beside_the_loop(migrate, cluster.owner_url)
    settings = Settings(profile=Profile.TEST, database_url=cluster.app_url, pool_timeout_ms=500)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://azora") as client,
    ):
        yield client


async def health(client: httpx.AsyncClient) -> tuple[int, int]:
    """How alive, and how ready."""
    live, ready = await client.get("/health/live"), await client.get("/health/ready")
    return live.status_code, ready.status_code


async def test_while_the_database_is_down_the_server_is_busy_and_then_goes_on(
    client: httpx.AsyncClient, postgres: Server
) -> None:
    assert (await client.post("/graphql", json=READ)).json() == {
        "data": {"courses": {"totalCount": 0}}
    }
    assert await health(client) == (200, 200)

    postgres.stop()
    for request in (READ, WRITE):
        refused = await client.post("/graphql", json=request)
        (error,) = refused.json()["errors"]
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert error["message"] == "The server is busy. Try again in a moment."
        assert error["extensions"] == {
            "code": "SERVER_BUSY",
            "requestId": refused.headers["x-request-id"],
        }
    assert await health(client) == (200, 503)

    postgres.start()
    assert (await client.post("/graphql", json=READ)).json() == {
        "data": {"courses": {"totalCount": 0}}
    }
    answered = await client.post("/graphql", json=WRITE)
    assert answered.json()["data"]["sessionCreate"]["userErrors"] == [
        {"__typename": "InvalidCredentials"}
    ]
    assert await health(client) == (200, 200)


async def test_a_server_started_before_its_database_serves_once_there_is_one(
    client: httpx.AsyncClient, postgres: Server
) -> None:
    postgres.stop()
    settings = Settings(
        profile=Profile.TEST, database_url=postgres.start().app_url, pool_timeout_ms=500
    )
    postgres.stop()
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://azora") as early,
    ):
        assert (await early.post("/graphql", json=READ)).status_code == 503
        postgres.start()
        assert (await early.post("/graphql", json=READ)).status_code == 200
