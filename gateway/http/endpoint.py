"""`/graphql` over HTTP, straight on ASGI: from a scope to the gateway and back."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import getrandbits
from time import perf_counter
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from domains.kernel.context import Context, SecretCookie
from gateway.attendance import Attendance
from gateway.execution import Answer, Gateway, GraphQLRequest, Outcome
from gateway.faults import Code, code_of
from gateway.journal import Entry

from .body import read_body, request_of_body, request_of_url
from .caching import shared_reply
from .cookies import Cookies, told
from .deadlines import Deadlines
from .events import EventStream, event_stream, single_event
from .negotiation import (
    MediaType,
    answer_type,
    demand_json,
    prefers_events,
    prefers_html,
    takes_events,
)
from .origins import Origins
from .refusal import ClientLeft, Headers, HTTPRefusal
from .reply import (
    CLIENT_LEFT,
    Reply,
    Wire,
    empty_reply,
    error_reply,
    json_reply,
    page_reply,
)
from .whole import sender

ContextOf = Callable[[Mapping[str, str], str | None, str], Awaitable[Context]]
"""Makes the context of an operation from the headers, the client's address and the request id."""

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
OPERATION_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,99}")

NAMING_A_DOCUMENT = (b"query=", b"documentId=", b"extensions=")
"""What the URL of an operation holds, and that of the page does not."""

PREFLIGHT_HEADERS = ("graphql-require-preflight", "x-azora-client")
"""Headers that a page of another site can send only after the browser has asked us."""

ALLOW: Headers = ((b"allow", b"GET, POST, OPTIONS"),)
ALLOW_POST: Headers = ((b"allow", b"POST"),)
RETRY: Headers = ((b"retry-after", b"1"),)
CLOSE: Headers = ((b"connection", b"close"),)
BEARER: Headers = ((b"www-authenticate", b"Bearer"),)

STATUSES: dict[Code, tuple[int, Headers]] = {
    Code.UNAUTHENTICATED: (401, BEARER),
    Code.FORBIDDEN: (403, ()),
    Code.RATE_LIMITED: (429, ()),
    Code.SERVER_BUSY: (503, RETRY),
    Code.INTERNAL: (500, ()),
}
"""Where it is not 400: the status of a request that failed before its operation began."""

OUTCOMES: dict[Outcome, tuple[int, Headers]] = {
    Outcome.EXECUTED: (200, ()),
    Outcome.REQUEST_ERROR: (400, ()),
    Outcome.METHOD_NOT_ALLOWED: (405, ALLOW_POST),
    Outcome.BUSY: (503, RETRY),
    Outcome.RATE_LIMITED: (429, ()),
}


@dataclass(slots=True)
class Call:
    """One request as HTTP sees it."""

    method: str
    query_string: bytes
    headers: Mapping[str, str]
    client: str | None
    receive: Receive
    request_id: str
    entry: Entry
    media_type: MediaType = MediaType.JSON
    cookie: SecretCookie | None = None
    by_hash: bool = False
    """Whether it is a GET that names a registered document and brings none itself."""

    takes_events: bool = False
    wants_events: bool = False


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """The ASGI application behind one path."""

    gateway: Gateway
    context_of: ContextOf
    max_body_bytes: int = 65_536
    deadlines: Deadlines = field(default_factory=partial(Deadlines, 10))
    """How long a request has, from the end of its head to its answer."""

    require_preflight: bool = False
    shared_cache_seconds: int = 0
    origins: Origins = field(default_factory=Origins)
    cookies: Cookies = field(default_factory=Cookies)
    page: Callable[[], Response] | None = None
    attendance: Attendance | None = None
    """Whoever asks for server-sent events stays; without it nobody can."""

    always: Headers = ()
    """What every answer says."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._call(scope, receive)
        try:
            reply = await self._reply(call)
        except ClientLeft:
            call.entry.write(CLIENT_LEFT, 0)
            return
        more = (*self.origins.headers(call.method, call.headers), *told(call.cookie))
        wire = Wire(send, sender(scope), self.always)
        await reply.send(wire, call.request_id, more)
        call.entry.write(reply.status, reply.size)

    def _call(self, scope: Scope, receive: Receive) -> Call:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        client = scope.get("client")
        request_id = _request_id(headers)
        return Call(
            method=scope["method"],
            query_string=scope["query_string"],
            headers=headers,
            client=client[0] if client else None,
            receive=receive,
            request_id=request_id,
            entry=Entry(request_id, scope["method"], perf_counter()),
        )

    async def _reply(self, call: Call) -> Reply | EventStream:
        try:
            if self.page is not None and _wants_page(call):
                return page_reply(self.page())
            if call.method == "OPTIONS":
                return empty_reply(ALLOW)
            self._negotiate(call)
            return await self._execute(call)
        except ClientLeft:
            raise
        except HTTPRefusal as refusal:
            status, headers = refusal.status, refusal.headers
            return error_reply(status, refusal, call.request_id, call.media_type, headers)
        except Exception as error:  # noqa: BLE001 (the server would answer it in plain text)
            status, headers = STATUSES.get(code_of(error), (400, ()))
            headers = (*headers, *_waiting([getattr(error, "extensions", None) or {}]))
            return error_reply(status, error, call.request_id, call.media_type, headers)

    def _negotiate(self, call: Call) -> None:
        accept = call.headers.get("accept", "")
        call.takes_events = self.attendance is not None and takes_events(accept)
        call.wants_events = call.takes_events and prefers_events(accept)
        if not call.wants_events:
            call.media_type = answer_type(accept)

    async def _execute(self, call: Call) -> Reply | EventStream:
        arrived = False
        try:
            with self.deadlines.begin():
                request = await self._request(call)
                arrived = True
                call.entry.operation = loggable(request.operation_name)
                self._admit(call, request)
                call.cookie = self.cookies.of(call.method, call.headers)
                context = await self.context_of(call.headers, call.client, call.request_id)
                context.cookie = call.cookie
                return await self._answer(call, request, context)
        except TimeoutError:
            if arrived:
                raise
            message = "The body did not arrive in time."
            raise HTTPRefusal(408, message, headers=CLOSE) from None

    async def _answer(
        self, call: Call, request: GraphQLRequest, context: Context
    ) -> Reply | EventStream:
        if (
            self.attendance is not None
            and call.takes_events
            and await self.gateway.subscribes(request, context)
        ):
            return await event_stream(self.gateway, self.attendance, request, context, call.receive)
        queries_only = call.method == "GET"
        answer = await self.gateway.execute(request, context, queries_only=queries_only)
        if call.wants_events and answer.outcome is not Outcome.METHOD_NOT_ALLOWED:
            return single_event(answer)
        return self._answered(call, answer)

    async def _request(self, call: Call) -> GraphQLRequest:
        if call.method == "POST":
            demand_json(call.headers)
            body = await read_body(call.receive, call.headers, self.max_body_bytes)
            return request_of_body(body)
        if call.method != "GET":
            raise HTTPRefusal(405, f"{call.method} is not allowed here.", headers=ALLOW)
        if len(call.query_string) > self.max_body_bytes:
            raise HTTPRefusal(414, f"The URL is longer than {self.max_body_bytes:,} bytes.")
        return request_of_url(call.query_string)

    def _admit(self, call: Call, request: GraphQLRequest) -> None:
        """Refuse a GET that a page of another site could have made up."""
        call.by_hash = call.method == "GET" and request.query is None
        # What a registered query does was reviewed: it changes nothing, whoever has it sent.
        if not self.require_preflight or call.method != "GET" or call.by_hash:
            return
        if not any(name in call.headers for name in PREFLIGHT_HEADERS):
            names = " or ".join(PREFLIGHT_HEADERS)
            raise HTTPRefusal(400, f"A GET needs the header {names}.")

    def _answered(self, call: Call, answer: Answer) -> Reply:
        status, headers = OUTCOMES[answer.outcome]
        if call.by_hash and answer.outcome is Outcome.EXECUTED:
            seconds = self.shared_cache_seconds
            return shared_reply(answer, call.media_type, call.headers, seconds)
        # Clients of the older media type take any other status for a failure of the transport.
        if answer.outcome is Outcome.REQUEST_ERROR and call.media_type is MediaType.JSON:
            status = 200
        if answer.outcome is Outcome.RATE_LIMITED:
            headers = _waiting([error["extensions"] for error in answer.errors])
        return json_reply(status, answer.body, call.media_type, headers)


def _waiting(faults: Iterable[Mapping[str, Any]]) -> Headers:
    """When to come again, if limits say so; the longest of them counts."""
    seconds = [fault["retryAfter"] for fault in faults if "retryAfter" in fault]
    return ((b"retry-after", b"%d" % max(seconds)),) if seconds else ()


def _wants_page(call: Call) -> bool:
    if call.method != "GET" or not prefers_html(call.headers.get("accept", "")):
        return False
    return not any(name in call.query_string for name in NAMING_A_DOCUMENT)


def _request_id(headers: Mapping[str, str]) -> str:
    given = headers.get("x-request-id", "")
    if given and REQUEST_ID.fullmatch(given):
        return given
    return getrandbits(128).to_bytes(16).hex()


def loggable(name: str | None) -> str | None:
    return name if name is not None and OPERATION_NAME.fullmatch(name) else None
