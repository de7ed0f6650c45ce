"""An answer on its way out, with the headers that all have."""

from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

import orjson
from starlette.responses import Response
from starlette.types import Send

from gateway.faults import public_exception

from .hardening import hardened
from .negotiation import MediaType
from .refusal import Headers
from .whole import SendWhole

CLIENT_LEFT = 499
"""Logged, and never sent, for a client that did not wait."""

CONTENT_TYPES = {
    kind: (b"content-type", f"{kind}; charset=utf-8".encode("ascii")) for kind in MediaType
}
NO_STORE: Headers = ((b"cache-control", b"no-store"),)
COMMON: Headers = ((b"x-content-type-options", b"nosniff"),)

OWN = b"x-request-id: %b\r\ncontent-length: %d\r\n"
"""What no two answers say alike, as it stands on the wire."""

EMPTY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
"""Statuses whose answers have no body, and say no length."""


class Wire(NamedTuple):
    """The way back to a client."""

    send: Send
    send_whole: SendWhole | None = None
    """What our own server takes faster than the messages of ASGI."""

    always: Headers = ()
    """What every answer says, unless it says something else about the same."""


class Reply(NamedTuple):
    """One answer, complete but for its length and what all answers to the request say."""

    status: int
    body: bytes
    headers: Headers

    @property
    def size(self) -> int:
        return len(self.body)

    async def send(self, wire: Wire, request_id: str, more: Headers = ()) -> None:
        said, id = (*self.headers, *more), request_id.encode("ascii")
        if wire.send_whole is not None and self.status == HTTPStatus.OK:
            head = block(said, wire.always) + OWN % (id, len(self.body))
            await wire.send_whole(self.status, head, self.body)
            return
        headers = (*hardened(said, wire.always), (b"x-request-id", id), *self._length())
        await wire.send({"type": "http.response.start", "status": self.status, "headers": headers})
        await wire.send({"type": "http.response.body", "body": self.body})

    def _length(self) -> Headers:
        return () if self.status in EMPTY else ((b"content-length", b"%d" % len(self.body)),)


@lru_cache(256)
def block(headers: Headers, always: Headers) -> bytes:
    """The lines of what many answers say alike."""
    return b"".join([b"%b: %b\r\n" % header for header in hardened(headers, always)])


def json_reply(
    status: int,
    body: bytes,
    media_type: MediaType,
    headers: Headers = (),
    caching: Headers = NO_STORE,
) -> Reply:
    return Reply(status, body, (CONTENT_TYPES[media_type], *caching, *COMMON, *headers))


def error_reply(
    status: int,
    exception: Exception,
    request_id: str,
    media_type: MediaType,
    headers: Headers = (),
) -> Reply:
    """A GraphQL response that holds nothing but this error."""
    body = orjson.dumps({"errors": [public_exception(exception, request_id)]})
    return json_reply(status, body, media_type, headers)


def empty_reply(headers: Headers) -> Reply:
    return Reply(204, b"", (*NO_STORE, *COMMON, *headers))


def unchanged_reply(caching: Headers) -> Reply:
    """To a client that has the same answer already."""
    return Reply(304, b"", (*caching, *COMMON))


def page_reply(page: Response) -> Reply:
    headers = (header for header in page.raw_headers if header[0] != b"content-length")
    return Reply(page.status_code, bytes(page.body), tuple(headers))
