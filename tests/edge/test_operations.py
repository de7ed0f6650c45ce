"""Registered operations, asked for by their hash through the real application."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from gateway.app import create_app, gateway_of
from gateway.execution import GraphQLRequest, Outcome
from gateway.execution import registered as reading
from gateway.settings import Profile, Settings
from tests.auth.sessions import a_session
from tests.edge.operations import azora, registered
from tests.makers import a_course, a_user
from tests.operations import codes
from tests.postgres import Urls
from tests.statements import Statements

COURSES = "query Courses($first: Int) { courses(first: $first) { totalCount } }"
BROKEN = 'query Broken { node(id: "torn") { id } }'
MUTATION = "mutation Change { __typename }"
UNKNOWN = "f" * 64

Ask = Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[httpx.Response]]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_document_id(hash: str) -> dict[str, Any]:
    return {"documentId": f"sha256:{hash}"}


def by_persisted_query(hash: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}


async def get(client: httpx.AsyncClient, request: dict[str, Any], **headers: str) -> httpx.Response:
    texts = (str, int)
    parameters = {
        key: value if isinstance(value, texts) else json.dumps(value)
        for key, value in request.items()
    }
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.get("/graphql", params=parameters, headers=sent)


async def post(client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    return await client.post("/graphql", json=request)


@pytest.fixture
async def strict(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to an application that runs registered operations only."""
    settings = Settings(
        profile=Profile.TEST, database_url=database.url, registered_operations_only=True
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://azora") as client,
    ):
        yield client


FORMS = pytest.mark.parametrize("form", [by_document_id, by_persisted_query])
METHODS = pytest.mark.parametrize("ask", [get, post])


@FORMS
@METHODS
async def test_a_registered_query_runs_by_its_hash_alone(
    client: httpx.AsyncClient,
    strict: httpx.AsyncClient,
    urls: Urls,
    tmp_path: Path,
    ask: Ask,
    form: Callable[[str], dict[str, Any]],
) -> None:
    registered(urls, tmp_path, COURSES)
    request = form(sha256(COURSES)) | {"variables": {"first": 1}, "operationName": "Courses"}
    for server in (client, strict):
        response = await ask(server, request)
        assert response.status_code == 200
        assert response.json() == {"data": {"courses": {"totalCount": 0}}}


@FORMS
async def test_a_registered_mutation_runs_by_post_and_is_not_allowed_by_get(
    client: httpx.AsyncClient, urls: Urls, tmp_path: Path, form: Callable[[str], dict[str, Any]]
) -> None:
    registered(urls, tmp_path, MUTATION)
    request = form(sha256(MUTATION))
    assert (await post(client, request)).json() == {"data": {"__typename": "Mutation"}}
    refused = await get(client, request)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.headers["cache-control"] == "no-store"
    assert list(refused.json()) == ["errors"]


@METHODS
async def test_an_unknown_hash_asks_for_the_document_in_the_words_of_apollos_clients(
    client: httpx.AsyncClient, ask: Ask
) -> None:
    response = await ask(client, by_persisted_query(UNKNOWN))
    assert response.json() == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "BAD_USER_INPUT"}}]
    }
    assert response.headers["cache-control"] == "no-store"


@METHODS
async def test_where_only_registered_ones_run_an_unknown_hash_does_not_ask_for_the_document(
    strict: httpx.AsyncClient, ask: Ask
) -> None:
    response = await ask(strict, by_persisted_query(UNKNOWN))
    [error] = response.json()["errors"]
    assert error == {
        "message": "The operation is not registered.",
        "extensions": {"code": "OPERATION_NOT_ALLOWLISTED"},
    }


async def test_a_document_beside_its_own_hash_runs_and_is_not_registered_by_that(
    client: httpx.AsyncClient, owner: asyncpg.Connection
) -> None:
    request = by_persisted_query(sha256(COURSES))
    answered = await post(client, request | {"query": COURSES})
    assert answered.json() == {"data": {"courses": {"totalCount": 0}}}
    assert await owner.fetchval("select count(*) from kernel.operations") == 0
    again = await post(client, request)
    assert again.json()["errors"][0]["message"] == "PersistedQueryNotFound"


@FORMS
@METHODS
async def test_another_document_under_a_registered_hash_is_refused(
    client: httpx.AsyncClient,
    strict: httpx.AsyncClient,
    urls: Urls,
    tmp_path: Path,
    ask: Ask,
    form: Callable[[str], dict[str, Any]],
) -> None:
    registered(urls, tmp_path, COURSES)
    request = form(sha256(COURSES)) | {"query": "{ __typename }"}
    for server in (client, strict):
        response = await ask(server, request)
        assert list(response.json()) == ["errors"]
        [error] = response.json()["errors"]
        assert error["message"] == "The document has another hash than was given."
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@METHODS
@pytest.mark.parametrize("query", ["{ __typename }", "{ __schema { types { name } } }", "{ torn"])
async def test_where_only_registered_ones_run_no_other_text_is_even_parsed(
    strict: httpx.AsyncClient, ask: Ask, query: str
) -> None:
    response = await ask(strict, {"query": query})
    assert codes(response.json()) == ["OPERATION_NOT_ALLOWLISTED"]
    assert response.json()["errors"][0]["message"] == "The operation is not registered."
    assert "locations" not in response.json()["errors"][0]


async def test_the_very_text_of_a_registered_operation_runs_too(
    strict: httpx.AsyncClient, urls: Urls, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    assert (await post(strict, {"query": COURSES})).json() == {
        "data": {"courses": {"totalCount": 0}}
    }
    with_a_blank = await post(strict, {"query": f"{COURSES} "})
    assert codes(with_a_blank.json()) == ["OPERATION_NOT_ALLOWLISTED"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"documentId": 5}, "documentId has to be a string."),
        ({"documentId": UNKNOWN}, "documentId has to be sha256: and 64 hexadecimal digits."),
        ({"documentId": "sha256:" + "F" * 64}, "documentId has to be sha256:"),
        ({"documentId": f"md5:{UNKNOWN}"}, "documentId has to be sha256:"),
        ({"extensions": {"persistedQuery": 1}}, "persistedQuery has to be of version 1"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "persistedQuery has to be"),
        (
            {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": UNKNOWN}}},
            "persistedQuery has to be of version 1",
        ),
        (
            by_document_id(UNKNOWN) | by_persisted_query("e" * 64),
            "documentId and persistedQuery name two documents.",
        ),
        ({"extensions": {"persistedQuery": None}}, "query is missing."),
    ],
)
async def test_what_names_no_document_is_a_bad_request(
    client: httpx.AsyncClient, request_: dict[str, Any], message: str
) -> None:
    response = await post(client, request_)
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def soon(holds: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it comes to hold in the seconds in which every process knows of a change."""
    until = time.monotonic() + 2 * reading.FRESH_SECONDS
    while time.monotonic() < until:
        if await holds():
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_running_server_learns_within_seconds_what_is_registered_and_what_is_retired(
    strict: httpx.AsyncClient, urls: Urls, tmp_path: Path
) -> None:
    request = by_document_id(sha256(COURSES))

    async def runs() -> bool:
        return "data" in (await post(strict, request)).json()

    async def is_refused() -> bool:
        return codes((await post(strict, request)).json()) == ["OPERATION_NOT_ALLOWLISTED"]

    assert await is_refused()
    registered(urls, tmp_path, COURSES)
    assert await soon(runs)
    assert azora(urls, "retire", sha256(COURSES)).exit_code == 0
    assert await soon(is_refused)
    registered(urls, tmp_path, COURSES)
    assert await soon(runs)


def of_operations(statements: Statements) -> list[str]:
    return [each for each in statements if "kernel.operations" in each]


async def test_a_flood_of_unknown_hashes_costs_one_statement_and_leaves_nothing_in_memory(
    database: Database, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FRESH_SECONDS", 3600)
    gateway = gateway_of(Settings(profile=Profile.TEST))
    context = Context(database, ANONYMOUS, "test-request")
    requests = [GraphQLRequest(None, hash=sha256(str(number))) for number in range(1000)]
    answers = await asyncio.gather(*(gateway.execute(each, context) for each in requests))
    assert {answer.outcome for answer in answers} == {Outcome.REQUEST_ERROR}
    assert len(of_operations(statements)) == 1
    known = gateway.registered
    assert (len(known._living), len(known._texts._items)) == (0, 0)


async def test_an_operation_in_use_is_read_once(
    database: Database,
    urls: Urls,
    tmp_path: Path,
    statements: Statements,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "FRESH_SECONDS", 3600)
    registered(urls, tmp_path, COURSES)
    gateway = gateway_of(Settings(profile=Profile.TEST))
    context = Context(database, ANONYMOUS, "test-request")
    statements.clear()
    for _ in range(5):
        answer = await gateway.execute(GraphQLRequest(None, hash=sha256(COURSES)), context)
        assert answer.outcome is Outcome.EXECUTED
    assert len(of_operations(statements)) == 2
    assert (gateway.counts["registered"].misses, gateway.counts["registered"].hits) == (1, 4)


async def test_what_serves_reads_the_list_and_cannot_add_to_it(
    urls: Urls, tmp_path: Path, owner: asyncpg.Connection
) -> None:
    registered(urls, tmp_path, COURSES)
    app = await asyncpg.connect(urls.app)
    try:
        assert await app.fetchval("select hash from kernel.operations") == sha256(COURSES)
        await app.execute("select set_config('azora.role', 'system', false)")
        for change in (
            "insert into kernel.operations (hash, document) values ('x', '{ a }')",
            "update kernel.operations set document = '{ a }'",
            "delete from kernel.operations",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(change)
    finally:
        await app.close()
    assert await owner.fetchval("select document from kernel.operations") == COURSES


async def test_a_shared_cache_may_keep_what_anybody_gets_by_a_hash(
    client: httpx.AsyncClient, urls: Urls, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    response = await get(client, by_document_id(sha256(COURSES)))
    assert response.status_code == 200
    assert response.headers["cache-control"] == "public, max-age=0, s-maxage=10"
    assert response.headers["vary"] == "Authorization, Cookie, Accept"
    assert response.headers["etag"].startswith('"')


async def test_a_shared_cache_may_not_keep_what_somebody_gets(
    client: httpx.AsyncClient, database: Database, urls: Urls, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    token, _, _ = await a_session(database, await a_user(database))
    for name, value in (("authorization", f"Bearer {token}"), ("cookie", "a=b")):
        response = await get(client, by_document_id(sha256(COURSES)), **{name: value})
        assert response.json() == {"data": {"courses": {"totalCount": 0}}}
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["vary"] == "Authorization, Cookie, Accept"
        assert "etag" not in response.headers


async def test_nothing_else_is_kept(client: httpx.AsyncClient, urls: Urls, tmp_path: Path) -> None:
    registered(urls, tmp_path, COURSES, BROKEN)
    by_hash = by_document_id(sha256(COURSES))
    with_an_error = await get(client, by_document_id(sha256(BROKEN)))
    assert with_an_error.status_code == 200 and "errors" in with_an_error.json()
    with_its_text = await get(client, by_hash | {"query": COURSES})
    assert "data" in with_its_text.json()
    refused = await get(client, by_hash | {"variables": {"first": "x"}})
    posted = await post(client, by_hash)
    for response in (with_an_error, with_its_text, refused, posted):
        assert response.headers["cache-control"] in {"no-store", "private, no-store"}
        assert "etag" not in response.headers


async def test_whoever_has_the_answer_already_is_not_sent_it_again(
    client: httpx.AsyncClient, database: Database, urls: Urls, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    request = by_document_id(sha256(COURSES))
    first = await get(client, request)
    tag = first.headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = await get(client, request, if_none_match=condition)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == tag
        assert same.headers["cache-control"] == first.headers["cache-control"]
        assert same.headers["vary"] == first.headers["vary"]
    other_type = "application/graphql-response+json"
    assert (await get(client, request, if_none_match=tag, accept=other_type)).status_code == 200
    await a_course(database)
    changed = await get(client, request, if_none_match=tag)
    assert changed.json() == {"data": {"courses": {"totalCount": 1}}}
    assert changed.headers["etag"] != tag


async def test_no_cache_keeps_anything_where_the_setting_is_nought(
    database: Database, urls: Urls, tmp_path: Path
) -> None:
    registered(urls, tmp_path, COURSES)
    settings = Settings(profile=Profile.TEST, database_url=database.url, shared_cache_seconds=0)
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://azora") as client,
    ):
        response = await get(client, by_document_id(sha256(COURSES)))
    assert response.headers["cache-control"] == "private, no-store"
