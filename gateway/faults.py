"""What a client is told of an error: a code of a closed list, and never what went wrong inside."""

import logging
import traceback
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import asyncpg
from graphql import GraphQLError, Node
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domains.kernel.outcome import OutcomeUnknown

logger = logging.getLogger("azora.faults")

MASKED_MESSAGE = "Something went wrong on our side."
BUSY_MESSAGE = "The server is busy. Try again in a moment."
UNKNOWN_MESSAGE = (
    "The database did not say whether this was done. "
    "Try again in a moment, with the same idempotency key."
)
LONGEST_MESSAGE = 1000

BUSY_STATES = ("08", "40", "53", "57", "25P03", "25P04", "55P03")
"""How SQLSTATEs begin that blame the moment: no connection, nothing free, a lost race, too late."""

NAMED_STATES = ("42",)
"""How SQLSTATEs begin whose messages speak of names in a statement and never of values."""


class Code(StrEnum):
    """All that `extensions.code` can be."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    RATE_LIMITED = "RATE_LIMITED"
    OPERATION_NOT_ALLOWLISTED = "OPERATION_NOT_ALLOWLISTED"
    SERVER_BUSY = "SERVER_BUSY"
    INTERNAL = "INTERNAL"


class Fault(GraphQLError):
    """An error whose message is meant for the client."""

    def __init__(
        self, code: Code, message: str, nodes: list[Node] | Node | None = None, **details: Any
    ) -> None:
        super().__init__(message, nodes, extensions={"code": code.value, **details})


def public_error(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """The error as the response shows it; what it hides is logged under the request id."""
    code = code_of(error)
    if code is Code.INTERNAL:
        _log_internal(error, request_id)
        return _shown(error, MASKED_MESSAGE, {"code": code.value, "requestId": request_id})
    if code is Code.SERVER_BUSY:
        _log_busy(error, request_id)
        message, outcome = _busy(error)
        return _shown(error, message, {"code": code.value, "requestId": request_id, **outcome})
    return _shown(error, error.message, {**(error.extensions or {}), "code": code.value})


def public_exception(exception: Exception, request_id: str) -> dict[str, Any]:
    """An exception from outside of any field, as the response shows it."""
    if isinstance(exception, GraphQLError):
        return public_error(exception, request_id)
    return public_error(GraphQLError(str(exception), original_error=exception), request_id)


def code_of(error: Exception) -> Code:
    cause = _cause(error)
    declared = _declared(error) or _declared(cause)
    if declared is not None:
        return declared
    if is_busy(cause):
        return Code.SERVER_BUSY
    return Code.BAD_USER_INPUT if _is_of_the_client(error, cause) else Code.INTERNAL


def is_busy(exception: BaseException) -> bool:
    """Whether the same request could succeed a moment later: the database is away or too full."""
    return any(map(_blames_the_moment, _links(exception)))


def _busy(error: GraphQLError) -> tuple[str, dict[str, str]]:
    """What is said of it, and whether it may have been done all the same."""
    if any(isinstance(link, OutcomeUnknown) for link in _links(_cause(error))):
        return UNKNOWN_MESSAGE, {"outcome": "UNKNOWN"}
    return BUSY_MESSAGE, {}


def clean(text: str) -> str:
    """Text that any JSON writer takes: no lone surrogate, no NUL, and an end."""
    if len(text) > LONGEST_MESSAGE:
        text = text[:LONGEST_MESSAGE] + "…"
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _cause(error: Exception) -> Exception:
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _declared(exception: Exception) -> Code | None:
    code = getattr(exception, "code", None)
    if isinstance(exception, GraphQLError):
        code = (exception.extensions or {}).get("code")
    return Code(code) if isinstance(code, str) and code in Code.__members__ else None


def _is_of_the_client(error: Exception, cause: Exception) -> bool:
    if not isinstance(error, GraphQLError):
        return False
    if error.path is None:
        # Syntax, validation, variables. A scalar's refusal of a literal keeps its ValueError,
        # and unlike a failure of the gateway it points into the document.
        return isinstance(cause, GraphQLError) or bool(error.nodes)
    # While fields run, the executor blames the client for arguments alone. Its other errors
    # (a value that its type cannot show, an unknown runtime type) are ours, and quote values.
    return isinstance(cause, GraphQLError) and error.message.startswith("Argument ")


def _links(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it was raised from."""
    seen: set[int] = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        yield exception
        exception = exception.__cause__ or getattr(exception, "orig", None)


def _blames_the_moment(exception: BaseException) -> bool:
    # TimeoutError and ConnectionError are OSErrors. The driver finds itself in an impossible state
    # when a connection breaks at an odd moment.
    if isinstance(exception, OSError | PoolTimeout | OutcomeUnknown | asyncpg.InternalClientError):
        return True
    if getattr(exception, "connection_invalidated", False):
        return True
    if isinstance(exception, asyncpg.InterfaceError):
        return "is clos" in str(exception)
    return (_sqlstate(exception) or "").startswith(BUSY_STATES)


def _sqlstate(exception: BaseException) -> str | None:
    state = getattr(exception, "sqlstate", None)
    return state if isinstance(state, str) else None


def _shown(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": clean(message or MASKED_MESSAGE)}
    if error.locations is not None:
        shown["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    return {**shown, "extensions": _plain(extensions)}


def _plain(value: Any) -> Any:
    """The value in types that JSON has."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [*map(_plain, value)]
    return clean(str(value))


def _log_internal(error: GraphQLError, request_id: str) -> None:
    fields = {"request_id": request_id, "path": error.path, "traceback": _trace(_cause(error))}
    logger.error("internal error", extra={"fields": fields})


def _log_busy(error: GraphQLError, request_id: str) -> None:
    causes = [f"{type(link).__name__}: {_said(link)}" for link in _links(_cause(error))]
    fields = {"request_id": request_id, "path": error.path, "causes": causes}
    logger.warning("server busy", extra={"fields": fields})


def _trace(exception: BaseException) -> str:
    """The frames and messages, the first cause first, without what a statement was given."""
    texts: list[str] = []
    for link in _links(exception):
        frames = "".join(traceback.format_tb(link.__traceback__))
        texts.append(f"{frames}{type(link).__module__}.{type(link).__qualname__}: {_said(link)}")
    return "\n\n".join(reversed(texts))


def _said(exception: BaseException) -> str:
    """The message; of the database's errors only names, for the rest may quote variables."""
    state = _sqlstate(exception)
    if state is not None and not isinstance(exception, SQLAlchemyError):
        message = str(exception.args[0]) if state.startswith(NAMED_STATES) else ""
        names = ("schema_name", "table_name", "column_name", "constraint_name")
        found = [f"{name} {value}" for name in names if (value := getattr(exception, name, None))]
        return clean(", ".join(filter(None, [f"sqlstate {state}", message, *found])))
    if isinstance(exception, SQLAlchemyError | asyncpg.InterfaceError):
        return "(message withheld)"
    return clean(str(exception))
