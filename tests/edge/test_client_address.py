"""The client's address: the peer's, unless the peer is a proxy that the operator trusts."""

from ipaddress import ip_network
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from domains.kernel.database import Database
from gateway.app import create_app
from gateway.cli import server_config
from gateway.client_address import client_address
from gateway.settings import Profile, Settings, WrongSettings

PROXIES = tuple(map(ip_network, ("10.0.0.0/8", "fd00::/8")))
PROXY, OTHER_PROXY, CLIENT, LIAR = "10.0.0.1", "10.0.0.2", "192.0.2.7", "198.51.100.9"


def scope(peer: str | None, *headers: tuple[str, str]) -> dict[str, Any]:
    return {
        "client": (peer, 1234) if peer else None,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }


def forwarded(*values: str) -> list[tuple[str, str]]:
    return [("x-forwarded-for", value) for value in values]


def test_without_trusted_proxies_no_header_is_believed() -> None:
    headers = [*forwarded(LIAR), ("forwarded", f"for={LIAR}")]
    assert client_address(scope(CLIENT, *headers)) == CLIENT
    assert client_address(scope("127.0.0.1", *headers)) == "127.0.0.1"


def test_a_header_of_somebody_else_than_a_proxy_is_not_believed() -> None:
    assert client_address(scope(CLIENT, *forwarded(LIAR)), PROXIES) == CLIENT
    assert client_address(scope(CLIENT, *forwarded(PROXY)), PROXIES) == CLIENT


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ([CLIENT], CLIENT),
        ([f"{LIAR}, {CLIENT}"], CLIENT),
        ([f"{LIAR}, {CLIENT}, {OTHER_PROXY}"], CLIENT),
        ([LIAR, CLIENT], CLIENT),
        ([LIAR, f"{CLIENT},{OTHER_PROXY}"], CLIENT),
        ([f"{CLIENT}:4711"], CLIENT),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["2001:db8::7, fd00::2"], "2001:db8::7"),
        ([f"::ffff:{CLIENT}"], CLIENT),
        ([f"{LIAR}, unknown"], PROXY),
        ([f"{LIAR}, , {OTHER_PROXY}"], OTHER_PROXY),
        ([f"{LIAR}, nonsense\x01"], PROXY),
        ([""], PROXY),
        ([f"{OTHER_PROXY}"], OTHER_PROXY),
    ],
)
def test_the_first_from_the_right_that_is_no_proxy_is_the_client(
    values: list[str], address: str
) -> None:
    assert client_address(scope(PROXY, *forwarded(*values)), PROXIES) == address


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (f"for={CLIENT}", CLIENT),
        (f"for={LIAR}, for={CLIENT};proto=https;by={PROXY}", CLIENT),
        (f"proto=https;For={CLIENT}", CLIENT),
        ('for="[2001:db8::7]:4711"', "2001:db8::7"),
        (f'for={LIAR}, for="{CLIENT}:80", for={OTHER_PROXY}', CLIENT),
        (f"for={LIAR}, for=_hidden", PROXY),
        (f"for={LIAR}, for=unknown", PROXY),
        ("proto=https", PROXY),
    ],
)
def test_the_standard_header_is_read_as_well(value: str, address: str) -> None:
    assert client_address(scope(PROXY, ("forwarded", value)), PROXIES) == address


def test_headers_that_disagree_are_not_believed() -> None:
    standard = ("forwarded", f"for={LIAR}")
    assert client_address(scope(PROXY, *forwarded(CLIENT), standard), PROXIES) == PROXY
    agreeing = ("forwarded", f"for={CLIENT}")
    assert client_address(scope(PROXY, *forwarded(CLIENT), agreeing), PROXIES) == CLIENT


def test_what_came_through_a_local_socket_has_no_address() -> None:
    assert client_address(scope(None, *forwarded(LIAR)), PROXIES) is None
    assert client_address(scope("/run/azora.sock", *forwarded(LIAR)), PROXIES) is None


def test_the_server_believes_no_header_before_the_gateway_looks() -> None:
    config = server_config(Starlette(), Settings(profile=Profile.TEST))
    assert config.proxy_headers is False


def test_networks_are_read_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.read().trusted_proxies == ()
    monkeypatch.setenv("AZORA_TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8 127.0.0.1")
    networks = (*PROXIES, ip_network("127.0.0.1"))
    assert Settings.read().trusted_proxies == networks
    monkeypatch.setenv("AZORA_TRUSTED_PROXIES", "10.0.0.1/8")
    with pytest.raises(WrongSettings, match="AZORA_TRUSTED_PROXIES: expected networks"):
        Settings.read()


@pytest.mark.parametrize(("proxies", "address"), [((), PROXY), (PROXIES, CLIENT)])
async def test_what_is_noted_of_a_request_is_the_clients_address(
    database: Database, owner: asyncpg.Connection, proxies: Any, address: str
) -> None:
    settings = Settings(profile=Profile.TEST, database_url=database.url, trusted_proxies=proxies)
    app = create_app(settings)
    transport = httpx.ASGITransport(app, client=(PROXY, 1234))
    greedy = "{courses(first:100){nodes{enrollments(first:100){nodes{course{title}}}}}}"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://azora") as client,
    ):
        headers = {"x-forwarded-for": f"{LIAR}, {CLIENT}"}
        answer = await client.post("/graphql", json={"query": greedy}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    noted = await owner.fetch("select action, outcome::text, host(ip) from auth.audit_logs")
    assert [tuple(row) for row in noted] == [("query.rejected", "denied", address)]
