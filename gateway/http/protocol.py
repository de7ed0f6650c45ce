"""uvicorn's HTTP protocol, with an end to the head of a request.

The parser takes URLs and headers of any length for as long as they keep coming, so that one
connection could fill the memory, and many that send nothing could take all there are.
"""

import asyncio
from http import HTTPStatus
from time import monotonic
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .whole import offered


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose next request does not begin properly and in time."""

    most_head_bytes: ClassVar[int] = 131_072
    """Of a head that has not ended. A URL may be as long as a body, and the headers follow.
    No more may come of trailers, and of what stands between the chunks of a body."""

    head_seconds: ClassVar[float] = 10
    """From the connection, or from its first byte, to the end of the head."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bytes_between = 0
        self._awaits_head = True
        self._head_timer: asyncio.TimerHandle | None = None
        self._rests_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super()._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # Data that ends a head may hold much of a body, which has a bound of its own.
        self._bytes_between += len(data)
        super().data_received(data)
        if self._bytes_between and not self.transport.is_closing():
            self._wait_for_more()

    def _wait_for_more(self) -> None:
        """For the rest of a head, or of what stands between the parts of a body."""
        if self._bytes_between > self.most_head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._awaits_head:
            self._start_timer()

    def on_headers_complete(self) -> None:
        self._bytes_between = 0
        self._awaits_head = False
        self._stop_timer()
        super().on_headers_complete()
        if not self.parser.should_upgrade():
            self.scope["extensions"] = offered(self.cycle)
            # No proxy in front has looked at a trailer, which could pass for a header of its own.
            self.headers = []

    def on_body(self, body: bytes) -> None:
        self._bytes_between = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._bytes_between = 0
        self._awaits_head = True

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._rests_since = monotonic()
            self._rest(self.timeout_keep_alive)
        # Nobody waits any more for the rest of a request that was answered before its end.
        if not self._awaits_head and self.cycle.response_complete:
            self._start_timer()

    def handle_websocket_upgrade(self) -> None:
        super()._unset_keepalive_if_required()
        super().handle_websocket_upgrade()

    def _unset_keepalive_if_required(self) -> None:
        """The timer goes on, and asks at its end who came meanwhile: one for many requests."""

    def _rest(self, seconds: float) -> None:
        if self.timeout_keep_alive_task is None:
            handler = self.timeout_keep_alive_handler
            self.timeout_keep_alive_task = self.loop.call_later(seconds, handler)

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if not self.cycle.response_complete or self._head_timer is not None:
            return
        left = self._rests_since + self.timeout_keep_alive - monotonic()
        if left > 0:
            self._rest(left)
        else:
            super().timeout_keep_alive_handler()

    def _start_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._end)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end(self) -> None:
        self._head_timer = None
        if self.cycle is not None and not self.cycle.response_complete:
            # A second request came too early, and waits for the answer to the first.
            self._start_timer()
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_timer()
        line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        self.transport.write(f"{line}connection: close\r\ncontent-length: 0\r\n\r\n".encode())
        self.transport.close()
