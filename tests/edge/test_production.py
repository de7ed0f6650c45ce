"""What a browser and a cache meet in the production profile, over a real server."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.edge.operations import registered
from tests.operations import codes
from tests.postgres import Urls
from tests.serving import production, serving

QUERY = "query Typename { __typename }"
MUTATION = "mutation Typename { __typename }"
DATA = {"data": {"__typename": "Query"}}


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(text: str) -> dict[str, str]:
    return {"documentId": f"sha256:{hash_of(text)}"}


@pytest.fixture(scope="module")
def strict_url(production_urls: Urls) -> Iterator[str]:
    """A server that runs registered operations only."""
    strict = {"AZORA_REGISTERED_OPERATIONS_ONLY": "true"}
    with serving(production_urls, **production(), **strict) as address:
        yield address


@pytest.fixture
def documents(production_urls: Urls, tmp_path: Path) -> None:
    """A query and a mutation that a build has registered."""
    registered(production_urls, tmp_path, QUERY, MUTATION)


HARDENED = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
}


@pytest.mark.parametrize(
    "path", ["/graphql", "/health/live", "/health/ready", "/graphiql", "/nothing", "/graphql/"]
)
def test_every_answer_is_hardened(production_url: str, path: str) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        response = httpx.request(method, production_url + path)
        found = {name: response.headers.get_list(name) for name in HARDENED}
        assert found == {name: [value] for name, value in HARDENED.items()}, (method, path)
        assert "server" not in response.headers


def test_a_registered_query_is_fetched_by_its_address_alone(
    production_url: str, documents: None
) -> None:
    response = httpx.get(f"{production_url}/graphql", params=by_hash(QUERY))
    assert response.json() == DATA
    assert response.headers["cache-control"] == "public, max-age=0, s-maxage=10"
    tag = {"if-none-match": response.headers["etag"]}
    again = httpx.get(f"{production_url}/graphql", params=by_hash(QUERY), headers=tag)
    assert (again.status_code, again.content) == (304, b"")


def test_a_document_in_a_url_still_needs_what_no_other_site_can_send(
    production_url: str, documents: None
) -> None:
    for parameters in ({"query": QUERY}, {"query": QUERY} | by_hash(QUERY)):
        refused = httpx.get(f"{production_url}/graphql", params=parameters)
        assert refused.status_code == 400
        assert codes(refused.json()) == ["BAD_USER_INPUT"]
        header = {"x-azora-client": "tests"}
        sent = httpx.get(f"{production_url}/graphql", params=parameters, headers=header)
        assert sent.json() == DATA


def test_a_registered_mutation_is_not_run_by_its_address(
    production_url: str, documents: None
) -> None:
    response = httpx.get(f"{production_url}/graphql", params=by_hash(MUTATION))
    assert response.status_code == 405


def test_production_runs_free_text_unless_it_is_told_otherwise(
    production_url: str, strict_url: str, documents: None
) -> None:
    free = {"query": "{ __typename }"}
    assert httpx.post(f"{production_url}/graphql", json=free).json() == DATA
    refused = httpx.post(f"{strict_url}/graphql", json=free)
    assert codes(refused.json()) == ["OPERATION_NOT_ALLOWLISTED"]
    assert httpx.post(f"{strict_url}/graphql", json=by_hash(QUERY)).json() == DATA
