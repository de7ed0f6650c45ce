"""Whether something was done, if its connection is lost before the database could say so."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

LOST = ("08", "57P")
"""How SQLSTATEs begin after which there is no connection any more."""


class OutcomeUnknown(ConnectionError):
    """A statement was sent that may have been committed, and no answer will come.

    To those who only want to know whether the database is away, it is.
    """


class Unsent(ConnectionError):
    """The connection was at its end before anything was sent over it."""


@contextmanager
def in_doubt() -> Iterator[None]:
    """Around what commits: tells a loss that leaves its outcome open from one that does not.

    Who is cancelled in here learns it too, for a timeout further out is raised from that.
    """
    try:
        yield
    except asyncio.CancelledError:
        raise asyncio.CancelledError from OutcomeUnknown()
    except Unsent:
        raise
    except Exception as error:
        if is_lost(error):
            raise OutcomeUnknown from error
        raise


def is_lost(error: BaseException | None) -> bool:
    """Whether it tells that there is no connection any more."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_lost(getattr(error.orig, "__cause__", None))
    if isinstance(error, asyncpg.InterfaceError):
        return "is clos" in str(error)
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OSError | asyncpg.InternalClientError) or state.startswith(LOST)
