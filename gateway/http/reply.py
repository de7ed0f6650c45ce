"""An answer on its way out: the headers that all have, and the line in the log."""

import logging
from dataclasses import dataclass
from time import perf_counter

import orjson
from starlette.responses import Response
from starlette.types import Send

from gateway.faults import public_exception

from .negotiation import MediaType
from .refusal import Headers

logger = logging.getLogger("azora.requests")

CLIENT_LEFT = 499
"""Logged, and never sent, for a client that did not wait."""

CONTENT_TYPES = {
    kind: (b"content-type", f"{kind}; charset=utf-8".encode("ascii")) for kind in MediaType
}
NO_STORE: Headers = ((b"cache-control", b"no-store"),)
COMMON: Headers = ((b"x-content-type-options", b"nosniff"),)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, complete but for the request's own id."""

    status: int
    body: bytes
    headers: Headers

    @property
    def size(self) -> int:
        return len(self.body)

    async def send(self, send: Send, request_id: str, more: Headers = ()) -> None:
        headers = (*self.headers, *more, (b"x-request-id", request_id.encode("ascii")))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def json_reply(
    status: int,
    body: bytes,
    media_type: MediaType,
    headers: Headers = (),
    caching: Headers = NO_STORE,
) -> Reply:
    length = (b"content-length", b"%d" % len(body))
    return Reply(status, body, (CONTENT_TYPES[media_type], length, *caching, *COMMON, *headers))


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
    return Reply(page.status_code, bytes(page.body), tuple(page.raw_headers))


@dataclass(slots=True)
class Entry:
    """What the log keeps of a request: never its text and never its variables."""

    request_id: str
    method: str
    started: float
    operation: str | None = None

    def write(self, status: int, size: int) -> None:
        if not logger.isEnabledFor(logging.INFO):
            return
        fields = {
            "request_id": self.request_id,
            "method": self.method,
            "operation": self.operation,
            "status": status,
            "ms": round((perf_counter() - self.started) * 1000, 2),
            "bytes": size,
        }
        logger.info("request", extra={"fields": fields})
