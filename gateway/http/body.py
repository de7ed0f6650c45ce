"""From the bytes of a request to the operation that it asks for."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from gateway.execution import GraphQLRequest

from .refusal import ClientLeft, HTTPRefusal

KINDS: dict[str, tuple[type, str]] = {
    "query": (str, "a string"),
    "documentId": (str, "a string"),
    "operationName": (str, "a string or null"),
    "variables": (dict, "an object or null"),
    "extensions": (dict, "an object or null"),
}

DOCUMENT_ID = re.compile(r"sha256:([0-9a-f]{64})")
HASH = re.compile(r"[0-9a-f]{64}")

MOST_PARAMETERS = 16


async def read_body(receive: Receive, headers: Mapping[str, str], most: int) -> bytes:
    """The whole body; never more than `most` bytes of it are kept."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > len(str(most)) or int(declared) > most):
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return b"".join(parts)


def request_of_body(body: bytes) -> GraphQLRequest:
    """The operation of a POST."""
    parameters = _json(body, "The body")
    if isinstance(parameters, list):
        raise HTTPRefusal(400, "The body has to be one operation, not a list of them.")
    if not isinstance(parameters, dict):
        raise HTTPRefusal(400, "The body has to be a JSON object.")
    return request_of(parameters)


def request_of_url(query_string: bytes) -> GraphQLRequest:
    """The operation of a GET, whose objects are JSON within the URL."""
    parameters: dict[str, Any] = dict(_url_parameters(query_string))
    for key, (kind, _) in KINDS.items():
        if kind is dict and parameters.get(key):
            parameters[key] = _json(parameters[key].encode(), f"{key} in the URL")
        elif not parameters.get(key):
            parameters.pop(key, None)
    return request_of(parameters)


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


def request_of(parameters: Mapping[str, Any]) -> GraphQLRequest:
    """The operation that these parameters name, over whatever transport they came."""
    for key, value in parameters.items():
        if value is not None and key in KINDS and not isinstance(value, KINDS[key][0]):
            raise HTTPRefusal(400, f"{key} has to be {KINDS[key][1]}.")
    query, hash = parameters.get("query") or None, _hash(parameters)
    if query is None and hash is None:
        raise HTTPRefusal(400, "query is missing.")
    name = parameters.get("operationName") or None
    return GraphQLRequest(query, name, parameters.get("variables"), hash)


def _hash(parameters: Mapping[str, Any]) -> str | None:
    """The document's hash, in either of the forms that clients send."""
    if "documentId" not in parameters and "extensions" not in parameters:
        return None
    extensions = parameters.get("extensions") or {}
    given = {_hash_of_id(parameters), _hash_of_extension(extensions)} - {None}
    if len(given) > 1:
        raise HTTPRefusal(400, "documentId and persistedQuery name two documents.")
    return given.pop() if given else None


def _hash_of_id(parameters: Mapping[str, Any]) -> str | None:
    given = parameters.get("documentId")
    if not given:
        return None
    found = DOCUMENT_ID.fullmatch(given)
    if found is None:
        raise HTTPRefusal(400, "documentId has to be sha256: and 64 hexadecimal digits.")
    return found[1]


def _hash_of_extension(extensions: Mapping[str, Any]) -> str | None:
    match extensions.get("persistedQuery"):
        case None:
            return None
        case {"version": 1, "sha256Hash": str(hash)} if HASH.fullmatch(hash):
            return hash
    message = "persistedQuery has to be of version 1, with a sha256Hash of 64 hexadecimal digits."
    raise HTTPRefusal(400, message)


def _too_large(most: int) -> HTTPRefusal:
    message = f"The body is larger than {most:,} bytes."
    # What is left of the body would be read as the next request.
    return HTTPRefusal(413, message, headers=((b"connection", b"close"),))
