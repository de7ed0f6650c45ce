"""From the bytes of a request to the operation that it asks for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from gateway.execution import GraphQLRequest

from .refusal import ClientLeft, HTTPRefusal

KINDS: dict[str, tuple[type, str]] = {
    "query": (str, "a string"),
    "operationName": (str, "a string or null"),
    "variables": (dict, "an object or null"),
    "extensions": (dict, "an object or null"),
}

MOST_PARAMETERS = 16


async def read_body(receive: Receive, headers: Mapping[str, str], most: int) -> bytes:
    """The whole body; never more than `most` bytes of it are kept."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > len(str(most)) or int(declared) > most):
        raise _too_large(most)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body)


def request_of_body(body: bytes) -> GraphQLRequest:
    """The operation of a POST."""
    parameters = _json(body, "The body")
    if isinstance(parameters, list):
        raise HTTPRefusal(400, "The body has to be one operation, not a list of them.")
    if not isinstance(parameters, dict):
        raise HTTPRefusal(400, "The body has to be a JSON object.")
    return _request(parameters)


def request_of_url(query_string: bytes) -> GraphQLRequest:
    """The operation of a GET, whose objects are JSON within the URL."""
    parameters: dict[str, Any] = dict(_url_parameters(query_string))
    for key, (kind, _) in KINDS.items():
        if kind is dict and parameters.get(key):
            parameters[key] = _json(parameters[key].encode(), f"{key} in the URL")
        elif not parameters.get(key):
            parameters.pop(key, None)
    return _request(parameters)


def _url_parameters(query_string: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError:
        raise HTTPRefusal(400, "The URL has to be percent-encoded UTF-8.") from None
    return dict(pairs)


def _json(text: bytes, where: str) -> Any:
    # orjson is strict where it matters: UTF-8 alone, no NaN, no endless number, no lone
    # surrogate, and nothing nested deeper than 1024.
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise HTTPRefusal(400, f"{where} is not valid JSON: {error.msg}.") from None


def _request(parameters: dict[str, Any]) -> GraphQLRequest:
    for key, (kind, expected) in KINDS.items():
        value = parameters.get(key)
        if value is not None and not isinstance(value, kind):
            raise HTTPRefusal(400, f"{key} has to be {expected}.")
    query = parameters.get("query")
    if not query:
        raise HTTPRefusal(400, "query is missing.")
    name = parameters.get("operationName") or None
    return GraphQLRequest(query, name, parameters.get("variables"))


def _too_large(most: int) -> HTTPRefusal:
    message = f"The body is larger than {most:,} bytes."
    # What is left of the body would be read as the next request.
    return HTTPRefusal(413, message, headers=((b"connection", b"close"),))
