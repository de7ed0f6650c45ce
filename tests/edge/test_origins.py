"""Which other sites may read answers in a browser."""

from collections.abc import AsyncIterator

import httpx
import pytest

from domains.kernel.database import Database
from gateway.app import create_app
from gateway.settings import Profile, Settings

APP = "https://app.example.org"
"""May ask."""

ADMIN = "https://admin.example.org:8443"
"""May ask, and send cookies."""

STRANGERS = [
    "https://example.org",
    "http://app.example.org",
    "https://app.example.org.evil.test",
    "https://evil.test/https://app.example.org",
    "https://APP.example.org",
    "null",
    "*",
    "",
]
BODY = {"query": "{ __typename }"}


@pytest.fixture
async def site(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to an application with two allowed sites."""
    settings = Settings(
        profile=Profile.TEST,
        database_url=database.url,
        allowed_origins=frozenset({APP, ADMIN}),
        cookie_origins=frozenset({ADMIN}),
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://azora") as client,
    ):
        yield client


def told(response: httpx.Response) -> dict[str, str]:
    """What the browser is told of other sites."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in response.headers.items()
        if name.startswith("access-control-")
    }


async def preflight(client: httpx.AsyncClient, origin: str) -> httpx.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-azora-client",
    }
    return await client.options("/graphql", headers=headers)


async def test_a_browser_is_told_what_an_allowed_site_may_send(site: httpx.AsyncClient) -> None:
    response = await preflight(site, APP)
    assert response.status_code == 204
    assert told(response) == {
        "allow-origin": APP,
        "allow-methods": "GET, POST",
        "allow-headers": "accept, authorization, content-type, if-none-match, "
        "graphql-require-preflight, x-azora-client, x-request-id",
        "max-age": "7200",
    }


async def test_an_allowed_site_may_read_answers_and_refusals(site: httpx.AsyncClient) -> None:
    answered = await site.post("/graphql", json=BODY, headers={"origin": APP})
    refused = await site.post("/graphql", content="{", headers={"origin": APP})
    assert (answered.status_code, refused.status_code) == (200, 415)
    for response in (answered, refused):
        assert told(response) == {
            "allow-origin": APP,
            "expose-headers": "etag, retry-after, www-authenticate, x-request-id",
        }
        assert response.headers["vary"] == "Origin"


async def test_credentials_are_for_sites_that_keep_cookies_alone(site: httpx.AsyncClient) -> None:
    for response in (
        await preflight(site, ADMIN),
        await site.post("/graphql", json=BODY, headers={"origin": ADMIN}),
    ):
        assert told(response)["allow-origin"] == ADMIN
        assert told(response)["allow-credentials"] == "true"


@pytest.mark.parametrize("origin", STRANGERS)
async def test_no_other_site_is_told_anything(site: httpx.AsyncClient, origin: str) -> None:
    for response in (
        await preflight(site, origin),
        await site.post("/graphql", json=BODY, headers={"origin": origin}),
        await site.get("/graphql", params=BODY, headers={"origin": origin}),
    ):
        assert told(response) == {}
        assert response.headers["vary"] == "Origin"


async def test_whoever_is_no_browser_is_told_nothing(site: httpx.AsyncClient) -> None:
    response = await site.post("/graphql", json=BODY)
    assert told(response) == {}


async def test_where_no_site_is_allowed_answers_do_not_depend_on_the_site(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/graphql", json=BODY, headers={"origin": APP})
    assert told(response) == {}
    assert "vary" not in response.headers
