"""GraphQL over HTTP, through the real application."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.http.negotiation import MediaType, answer_type
from gateway.http.refusal import HTTPRefusal

JSON = "application/json"
REQUEST_ID = re.compile("[0-9a-f]{32}")
RESPONSE = "application/graphql-response+json"
TYPENAME = '{"query":"{ __typename }"}'


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    sent = {"content-type": JSON} | {name.replace("_", "-"): text for name, text in headers.items()}
    return await client.post("/graphql", content=body, headers=sent)


def only_error(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert list(body) == ["errors"] and len(body["errors"]) == 1
    error: dict[str, Any] = body["errors"][0]
    return error


async def test_a_query_is_answered(client: httpx.AsyncClient) -> None:
    response = await post(client, TYPENAME)
    assert response.status_code == 200
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_every_answer_carries_the_same_headers(client: httpx.AsyncClient) -> None:
    for response in (await post(client, TYPENAME), await post(client, "5")):
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-length"] == str(len(response.content))
        assert REQUEST_ID.fullmatch(response.headers["x-request-id"])


@pytest.mark.parametrize("given", ["a", "req-1.2_3", "A" * 64])
async def test_a_request_id_of_the_client_is_kept(client: httpx.AsyncClient, given: str) -> None:
    response = await post(client, TYPENAME, x_request_id=given)
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "é", "A" * 65, "a;b", "a\tb"])
async def test_a_request_id_that_could_break_a_log_is_replaced(
    client: httpx.AsyncClient, given: str
) -> None:
    headers = {b"content-type": JSON.encode(), b"x-request-id": given.encode()}
    response = await client.post("/graphql", content=TYPENAME, headers=headers)
    assert response.status_code == 200
    assert REQUEST_ID.fullmatch(response.headers["x-request-id"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is not valid JSON"),
        (b"{", "The body is not valid JSON"),
        (b"{} {}", "The body is not valid JSON"),
        (b"\xff", "The body is not valid JSON"),
        (b'\xef\xbb\xbf{"query":"{ __typename }"}', "The body is not valid JSON"),
        ('{"query":"{ __typename }"}'.encode("utf-16"), "The body is not valid JSON"),
        (b'{"query":"{ __typename }","variables":{"a":NaN}}', "The body is not valid JSON"),
        (b'{"query":"{ __typename }","variables":{"a":Infinity}}', "The body is not valid JSON"),
        (b'{"query":"{ __typename }","variables":{"a":1e999}}', "The body is not valid JSON"),
        (b'{"variables":{"a":' + b"1" * 5000 + b"}}", "The body is not valid JSON"),
        (rb'{"query":"{ __typename }","variables":{"a":"\ud800"}}', "The body is not valid JSON"),
        (b"[" * 30_000 + b"]" * 30_000, "The body is not valid JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "The body is not valid JSON"),
        (b"5", "The body has to be a JSON object."),
        (b'"x"', "The body has to be a JSON object."),
        (b"null", "The body has to be a JSON object."),
        (b"true", "The body has to be a JSON object."),
        (b"[]", "The body has to be one operation, not a list of them."),
        (
            b'[{"query":"{ __typename }"}]',
            "The body has to be one operation, not a list of them.",
        ),
        (b"{}", "query is missing."),
        (b'{"query":""}', "query is missing."),
        (b'{"query":null}', "query is missing."),
        (b'{"query":5}', "query has to be a string."),
        (b'{"query":{}}', "query has to be a string."),
        (b'{"query":"{a}","operationName":1}', "operationName has to be a string or null."),
        (b'{"query":"{a}","variables":[]}', "variables has to be an object or null."),
        (b'{"query":"{a}","variables":"{}"}', "variables has to be an object or null."),
        (b'{"query":"{a}","extensions":false}', "extensions has to be an object or null."),
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_a_body_that_is_no_request_is_a_bad_request(
    client: httpx.AsyncClient, body: bytes, message: str
) -> None:
    response = await post(client, body)
    assert response.status_code == 400
    error = only_error(response)
    assert error["message"].startswith(message)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("key", ["operationName", "variables", "extensions"])
async def test_null_is_the_same_as_absent(client: httpx.AsyncClient, key: str) -> None:
    response = await post(client, json.dumps({"query": "{ __typename }", key: None}))
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'],
)
async def test_json_in_utf8_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    response = await post(client, TYPENAME, content_type=content_type)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonfoo",
        "application/graphql",
        "application/json; charset=iso-8859-1",
        "application/json; version=2",
        "text/plain; application/json",
    ],
)
async def test_any_other_body_is_an_unsupported_media_type(
    client: httpx.AsyncClient, content_type: str
) -> None:
    response = await post(client, TYPENAME, content_type=content_type)
    assert response.status_code == 415
    assert only_error(response)["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_body_without_a_content_type_is_unsupported(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", content=TYPENAME)
    assert response.status_code == 415


async def test_a_compressed_body_is_unsupported(client: httpx.AsyncClient) -> None:
    response = await post(client, TYPENAME, content_encoding="gzip")
    assert response.status_code == 415


async def test_a_body_that_says_it_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    response = await post(client, b" " * 65_537)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert only_error(response)["message"] == "The body is larger than 65,536 bytes."


async def test_a_body_that_turns_out_too_large_is_not_read_to_its_end(
    client: httpx.AsyncClient,
) -> None:
    read = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 10_000
            yield b" " * 10_000

    response = await post(client, chunks())
    assert response.status_code == 413
    assert read == 70_000


async def test_a_body_of_just_the_largest_size_is_taken(client: httpx.AsyncClient) -> None:
    response = await post(client, TYPENAME.ljust(65_536))
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("Application/JSON", JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{JSON}, {RESPONSE};q=0.9", JSON),
        (f"{JSON};q=0.5, {RESPONSE};q=0.6", RESPONSE),
        (f"{JSON};q=0, */*", RESPONSE),
        (f"{RESPONSE};q=0, */*", JSON),
        ("text/plain, */*;q=0.1", JSON),
        (f"text/html, {RESPONSE};q=0.1", RESPONSE),
        (f"{RESPONSE};q=high, {JSON}", JSON),
    ],
)
async def test_the_answer_has_the_preferred_media_type(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    client.headers.pop("accept")
    headers = {} if accept is None else {"accept": accept}
    response = await post(client, TYPENAME, **headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/plain", "image/*", f"{JSON};q=0", "*/*;q=0", "*", "?"])
async def test_a_client_that_takes_no_json_is_told_so(
    client: httpx.AsyncClient, accept: str
) -> None:
    response = await post(client, TYPENAME, accept=accept)
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert only_error(response)["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{", None),
        ("{ thereIsNoSuchField }", None),
        ("query($n: Int!) { courses(first: $n) { totalCount } }", {}),
        ("query($n: Int) { courses(first: $n) { totalCount } }", {"n": "many"}),
        ("query A { __typename } query B { __typename }", None),
    ],
    ids=["syntax", "validation", "missing variable", "wrong variable", "which operation"],
)
@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (JSON, 200), ("*/*", 200)])
async def test_a_request_error_has_no_data_and_its_status_depends_on_the_media_type(
    client: httpx.AsyncClient, query: str, variables: Any, accept: str, status: int
) -> None:
    body = json.dumps({"query": query, "variables": variables})
    response = await post(client, body, accept=accept)
    assert response.status_code == status
    assert list(response.json()) == ["errors"]
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {
        "BAD_USER_INPUT"
    }


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"a": "x\0"}, "$a"),
        ({"a": {"b": ["ok", "\0"]}}, "$a.b[1]"),
        ({"a": {"\0": 1}}, "$a."),
    ],
)
async def test_a_nul_in_a_variable_is_refused_and_found(
    client: httpx.AsyncClient, variables: Any, place: str
) -> None:
    body = json.dumps({"query": "{ __typename }", "variables": variables})
    error = only_error(await post(client, body))
    assert error["message"].startswith(f"Variable {place}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_nul_in_a_literal_is_refused(client: httpx.AsyncClient) -> None:
    body = json.dumps({"query": r'{ __type(name: "\u0000") { name } }'})
    error = only_error(await post(client, body))
    assert error["message"] == "A string holds the character U+0000."
    assert error["locations"] == [{"line": 1, "column": 16}]


async def test_variables_nested_too_deeply_are_refused(client: httpx.AsyncClient) -> None:
    body = '{"query":"{ __typename }","variables":{"a":' + "[" * 65 + "]" * 65 + "}}"
    error = only_error(await post(client, body))
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_get_runs_a_query_with_variables(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query Name($name: String!) { __type(name: $name) { name } }",
        "operationName": "Name",
        "variables": '{"name": "Query"}',
        "extensions": "{}",
    }
    response = await client.get("/graphql", params=parameters)
    assert response.status_code == 200
    assert response.json() == {"data": {"__type": {"name": "Query"}}}


async def test_a_mutation_by_get_is_not_allowed(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "mutation { __typename }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert only_error(response)["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "query is missing."),
        ("query=", "query is missing."),
        ("query=%FF", "The URL has to be percent-encoded UTF-8."),
        ("query=%ED%A0%80", "The URL has to be percent-encoded UTF-8."),
        ("&".join(["a=b"] * 17), "The URL has to be percent-encoded UTF-8."),
        ("query={a}&variables=[", "variables in the URL is not valid JSON"),
        ("query={a}&variables=[]", "variables has to be an object or null."),
        ("query={a}&extensions=1", "extensions has to be an object or null."),
    ],
)
async def test_a_get_that_is_no_request_is_a_bad_request(
    client: httpx.AsyncClient, query_string: str, message: str
) -> None:
    response = await client.get(f"/graphql?{query_string}", headers={"accept": JSON})
    assert response.status_code == 400
    assert only_error(response)["message"].startswith(message)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "BREW"])
async def test_other_methods_are_told_the_allowed_ones(
    client: httpx.AsyncClient, method: str
) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, OPTIONS"


async def test_options_allows_no_other_site(client: httpx.AsyncClient) -> None:
    preflight = {"origin": "https://example.com", "access-control-request-method": "POST"}
    response = await client.options("/graphql", headers=preflight)
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, POST, OPTIONS"
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("token", ["Bearer nonsense", "Bearer azat_" + "A" * 43])
async def test_a_token_of_no_session_is_unauthenticated(
    client: httpx.AsyncClient, token: str
) -> None:
    response = await post(client, TYPENAME, authorization=token)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert only_error(response)["extensions"] == {"code": "UNAUTHENTICATED"}


def test_an_accept_header_made_to_hurt_is_read_to_its_thirty_second_entry() -> None:
    assert answer_type("a/b," * 31 + "application/json") is MediaType.JSON
    with pytest.raises(HTTPRefusal) as refused:
        answer_type("a/b," * 32 + "application/json")
    assert refused.value.status == 406
