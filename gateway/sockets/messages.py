"""The messages of graphql-transport-ws, and how breaking its rules ends a socket."""

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.attendance import Ending
from gateway.execution import GraphQLRequest
from gateway.http.body import request_of
from gateway.http.refusal import HTTPRefusal

SUBPROTOCOL = "graphql-transport-ws"
LONGEST_ID = 128
LONGEST_REASON = 123
"""Bytes that a close frame has for its reason."""

WRONG_SUBPROTOCOL = Ending(4406, "Subprotocol not acceptable")
NOT_INITIALISED = Ending(4408, "Connection initialisation timeout")
INITIALISED_TWICE = Ending(4429, "Too many initialisation requests")
NOT_ACKNOWLEDGED = Ending(4401, "Unauthorized")
TOO_LARGE = Ending(1009, "Message too big")

ACKNOWLEDGED = b'{"type":"connection_ack"}'
PONG = b'{"type":"pong"}'


class Violation(Exception):
    """What the client sent ends the socket."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


def malformed(reason: str) -> Violation:
    return Violation(Ending(4400, reason))


def id_taken(id: str) -> Violation:
    return Violation(Ending(4409, f"Subscriber for {id} already exists"))


def message_of(event: Mapping[str, Any], most: int) -> dict[str, Any]:
    """The message in a frame."""
    text = event.get("text")
    if not isinstance(text, str):
        raise malformed("A message has to be text")
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > most:
        raise Violation(TOO_LARGE)
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise malformed("A message has to be valid JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise malformed("A message has to be an object with a type")
    return message


def payload_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """A payload that may be left out."""
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise malformed(f"The payload of {message['type']} has to be an object")
    return payload


def id_of(message: Mapping[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        raise malformed(f"{message['type']} needs an id of at most {LONGEST_ID} characters")
    return id


def request_in(message: Mapping[str, Any]) -> GraphQLRequest:
    """The operation of a `subscribe`."""
    try:
        return request_of(payload_of(message))
    except HTTPRefusal as refusal:
        raise malformed(str(refusal)) from None


def authorization_in(message: Mapping[str, Any]) -> str | None:
    """What the payload of a `connection_init` says where a request has a header."""
    given = {key.lower(): value for key, value in payload_of(message).items()}
    authorization = given.get("authorization")
    if authorization is not None and not isinstance(authorization, str):
        raise malformed("authorization has to be a string")
    return authorization


def next_message(id: str, body: bytes) -> bytes:
    return b'{"id":%s,"type":"next","payload":%s}' % (orjson.dumps(id), body)


def error_message(id: str, errors: bytes) -> bytes:
    return b'{"id":%s,"type":"error","payload":%s}' % (orjson.dumps(id), errors)


def complete_message(id: str) -> bytes:
    return b'{"id":%s,"type":"complete"}' % orjson.dumps(id)


def close_reason(reason: str) -> str:
    """The reason, cut to what a close frame can hold."""
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
