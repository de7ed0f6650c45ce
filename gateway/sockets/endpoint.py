"""`/graphql` over WebSocket, straight on ASGI: who is let in, and who is turned away."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from gateway.attendance import Attendance, Ending, Full, Seat
from gateway.execution import Gateway
from gateway.http.endpoint import ContextOf

from .connection import Connection, Desk
from .messages import SUBPROTOCOL, WRONG_SUBPROTOCOL

FOREIGN = (403, b"Pages of this site may not connect.")
FULL = (503, b"There are too many connections. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class SocketEndpoint:
    """The ASGI application behind one path."""

    gateway: Gateway
    context_of: ContextOf
    attendance: Attendance
    allowed_origins: frozenset[str] = frozenset()
    max_message_bytes: int = 65_536
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        desk = Desk(self.gateway, self.context_of, self.attendance, self.max_message_bytes)
        object.__setattr__(self, "desk", desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            # A browser sends a cookie whichever page asks: it proves nothing here.
            if name != b"cookie"
        }
        if not self._may_connect(headers):
            await _turn_away(scope, send, *FOREIGN)
            return
        try:
            with self.attendance.seats.take() as seat:
                await self._serve(scope, headers, receive, send, seat)
        except Full:
            await _turn_away(scope, send, *FULL)

    async def _serve(
        self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send, seat: Seat
    ) -> None:
        if SUBPROTOCOL not in scope["subprotocols"]:
            # Only a socket that was accepted can say why it is closed.
            await send({"type": "websocket.accept"})
            await _close(send, WRONG_SUBPROTOCOL)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        client = scope.get("client")
        connection = Connection(
            self.desk, headers, client[0] if client else None, receive, send, seat
        )
        await connection.run()

    def _may_connect(self, headers: dict[str, str]) -> bool:
        """Whether it is no page of another site. Programs have no origin."""
        origin = headers.get("origin")
        if origin is None or origin in self.allowed_origins:
            return True
        try:
            site = urlsplit(origin)
        except ValueError:
            return False
        return site.scheme in {"http", "https"} and site.netloc == headers.get("host")


async def _close(send: Send, ending: Ending) -> None:
    message = {"type": "websocket.close", "code": ending.close_code, "reason": ending.reason}
    await send(message)


async def _turn_away(scope: Scope, send: Send, status: int, reason: bytes) -> None:
    """Answer the handshake by HTTP; where the server cannot, closing answers it with 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": reason})
