"""Why an open connection is ended, as a close code of a WebSocket and as a fault of GraphQL."""

from dataclasses import dataclass

from domains.kernel.read.plan import ViewerUnproven
from domains.kernel.refusal import Unauthenticated
from domains.kernel.signals import Overrun
from gateway.faults import Code, Fault, is_busy

from .seats import Full


@dataclass(frozen=True, slots=True)
class Ending:
    """What the client is told. Clients connect again by themselves after 1012, 1013 and 4403."""

    close_code: int
    reason: str
    code: Code = Code.BAD_USER_INPUT

    @property
    def fault(self) -> Fault:
        return Fault(self.code, f"{self.reason}.")


SESSION_ENDED = Ending(4401, "Unauthorized", Code.UNAUTHENTICATED)
"""It was revoked, or the person was disabled, deleted or given another role."""

TOKEN_EXPIRED = Ending(4403, "The access token has expired", Code.UNAUTHENTICATED)
"""The session may well live on: the client comes back with its new token."""

TOO_SLOW = Ending(1013, "The client takes too long to read", Code.SERVER_BUSY)
TOO_MANY = Ending(1013, "Too many connections", Code.SERVER_BUSY)
BUSY = Ending(1013, "Try again later", Code.SERVER_BUSY)
RESTART = Ending(1012, "The server restarts", Code.SERVER_BUSY)
FAILED = Ending(1011, "Something went wrong on our side", Code.INTERNAL)


def ending_of(error: Exception) -> Ending | None:
    """How an error ends the connection in which it happened, if it does."""
    match error:
        case ViewerUnproven() | Unauthenticated():
            return SESSION_ENDED
        case Overrun():
            return TOO_SLOW
        case Full():
            return TOO_MANY
    return BUSY if is_busy(error) else None
