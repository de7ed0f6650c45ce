"""Browsers that keep their refresh token in a cookie."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from domains.kernel.database import Database
from gateway.app import create_app
from gateway.settings import Profile, Settings
from tests.auth.people import EMAIL, PASSWORD, REFRESH, SIGN_IN, somebody
from tests.operations import codes

NAME = "__Host-azora_rt"
OURS = {"x-azora-client": "browser", "sec-fetch-site": "same-origin"}
FRIEND = "https://app.example.org"
STRANGER = "https://elsewhere.example"
REVOKE = "mutation { sessionRevoke(input: {}) { userErrors { __typename } } }"
ME = "{ viewer { email } }"


@pytest.fixture
async def browser(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to a server that lets browsers keep cookies; each test says which it sends."""
    settings = Settings(
        profile=Profile.TEST,
        database_url=database.url,
        cookie_sessions=True,
        allowed_origins=frozenset({FRIEND}),
        cookie_origins=frozenset({FRIEND}),
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://azora") as client,
    ):
        yield client


async def posted(
    client: httpx.AsyncClient,
    query: str,
    *,
    headers: dict[str, str],
    cookie: str | None = None,
    **variables: Any,
) -> httpx.Response:
    sent = headers | ({"cookie": f"theme=dark; {NAME}={cookie}"} if cookie else {})
    body = {"query": query, "variables": variables}
    response = await client.post("/graphql", json=body, headers=sent)
    client.cookies.clear()
    return response


def kept(response: httpx.Response) -> tuple[str, dict[str, Any]]:
    """What a browser was told to keep, and how."""
    [morsel] = SimpleCookie(response.headers["set-cookie"]).values()
    assert morsel.key == NAME
    return morsel.value, {name: value for name, value in morsel.items() if value}


async def entered(client: httpx.AsyncClient, headers: dict[str, str] = OURS) -> tuple[str, str]:
    """The access token and the cookie of a sign-in."""
    response = await posted(client, SIGN_IN, headers=headers, email=EMAIL, password=PASSWORD)
    payload = response.json()["data"]["sessionCreate"]
    assert payload["refreshToken"] is None
    assert payload["refreshExpiresAt"] is not None
    return payload["accessToken"], kept(response)[0]


async def test_the_refresh_token_is_put_where_no_page_can_read_it(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await somebody(database)

    response = await posted(browser, SIGN_IN, headers=OURS, email=EMAIL, password=PASSWORD)

    value, attributes = kept(response)
    assert value.startswith("azrt_")
    assert value not in response.text
    week = int(attributes.pop("max-age"))
    assert 7 * 86_400 - 60 < week <= 7 * 86_400
    assert attributes == {"path": "/", "secure": True, "httponly": True, "samesite": "Strict"}


async def test_a_browser_renews_its_session_by_the_cookie(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await somebody(database)
    _, cookie = await entered(browser)

    response = await posted(browser, REFRESH, headers=OURS, cookie=cookie)

    payload = response.json()["data"]["sessionRefresh"]
    assert payload["refreshToken"] is None
    token = {"authorization": f"Bearer {payload['accessToken']}"}
    me = await posted(browser, ME, headers=token)
    assert me.json() == {"data": {"viewer": {"email": EMAIL}}}
    again = await posted(browser, REFRESH, headers=OURS, cookie=kept(response)[0])
    assert again.json()["data"]["sessionRefresh"] is not None


async def test_a_cookie_that_renews_nothing_is_dropped(
    browser: httpx.AsyncClient, database: Database
) -> None:
    response = await posted(browser, REFRESH, headers=OURS, cookie="azrt_" + "x" * 43)

    assert codes(response.json()) == ["UNAUTHENTICATED"]
    value, attributes = kept(response)
    assert (value, attributes["max-age"]) == ("", "0")


async def test_signing_out_drops_the_cookie(browser: httpx.AsyncClient, database: Database) -> None:
    await somebody(database)
    token, cookie = await entered(browser)

    headers = OURS | {"authorization": f"Bearer {token}"}
    response = await posted(browser, REVOKE, headers=headers, cookie=cookie)

    value, attributes = kept(response)
    assert (value, attributes["max-age"]) == ("", "0")
    again = await posted(browser, REFRESH, headers=OURS, cookie=cookie)
    assert codes(again.json()) == ["UNAUTHENTICATED"]


async def test_a_page_of_a_site_that_may_send_cookies_is_served(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await somebody(database)
    headers = {"x-azora-client": "1", "origin": FRIEND, "sec-fetch-site": "same-site"}
    _, cookie = await entered(browser, headers)

    response = await posted(browser, REFRESH, headers=headers, cookie=cookie)

    assert response.json()["data"]["sessionRefresh"]["accessToken"] is not None
    assert response.headers["access-control-allow-credentials"] == "true"


FORGED = {
    "no header of ours": {"sec-fetch-site": "same-origin"},
    "another site": {"x-azora-client": "1", "origin": STRANGER, "sec-fetch-site": "cross-site"},
    "a sandbox": {"x-azora-client": "1", "origin": "null", "sec-fetch-site": "cross-site"},
    "another host of ours": {
        "x-azora-client": "1",
        "origin": "https://blog.example.org",
        "sec-fetch-site": "same-site",
    },
    "no page at all": {"x-azora-client": "1"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
async def test_a_cookie_from_anywhere_else_is_refused_before_anything_runs(
    browser: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    await somebody(database)
    _, cookie = await entered(browser)

    response = await posted(browser, REFRESH, headers=headers, cookie=cookie)

    assert response.status_code == 403
    assert codes(response.json()) == ["FORBIDDEN"]
    assert "data" not in response.json()
    assert "set-cookie" not in response.headers
    again = await posted(browser, REFRESH, headers=OURS, cookie=cookie)
    assert again.json()["data"]["sessionRefresh"] is not None


async def test_a_form_cannot_send_it(browser: httpx.AsyncClient) -> None:
    headers = OURS | {"content-type": "text/plain", "cookie": f"{NAME}=azrt_"}

    response = await browser.post("/graphql", content=b"{}", headers=headers)

    assert response.status_code == 415


async def test_a_get_does_not_heed_it(browser: httpx.AsyncClient) -> None:
    headers = {"cookie": f"{NAME}=azrt_{'x' * 43}", "origin": STRANGER}

    response = await browser.get("/graphql", params={"query": ME}, headers=headers)

    assert response.json() == {"data": {"viewer": None}}
    assert "set-cookie" not in response.headers


async def test_a_program_keeps_its_refresh_token_itself(
    browser: httpx.AsyncClient, database: Database
) -> None:
    await somebody(database)
    headers = {"x-azora-client": "ios"}

    response = await posted(browser, SIGN_IN, headers=headers, email=EMAIL, password=PASSWORD)

    assert response.json()["data"]["sessionCreate"]["refreshToken"].startswith("azrt_")
    assert "set-cookie" not in response.headers


async def test_unless_it_is_allowed_there_is_no_cookie(
    client: httpx.AsyncClient, database: Database
) -> None:
    await somebody(database)
    given = {"email": EMAIL, "password": PASSWORD}

    response = await posted(client, SIGN_IN, headers=OURS, cookie="azrt_" + "x" * 43, **given)

    token = response.json()["data"]["sessionCreate"]["refreshToken"]
    assert token.startswith("azrt_")
    assert "set-cookie" not in response.headers
    ignored = await posted(client, REFRESH, headers=OURS, cookie=token)
    assert codes(ignored.json()) == ["UNAUTHENTICATED"]
