"""From a request's headers to the surroundings of its operation."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

from domains.auth.public import viewer_of
from domains.kernel.context import Client, Context
from domains.kernel.database import Database
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import ANONYMOUS, Viewer

LONGEST_USER_AGENT = 256


async def context_of(
    database: Database, headers: Mapping[str, str], client_ip: str | None, request_id: str
) -> Context:
    """The context of an operation. `headers` finds a name however it is written."""
    viewer = await _viewer_of(database, headers.get("authorization"))
    agent = headers.get("user-agent")
    client = Client(_address(client_ip), agent[:LONGEST_USER_AGENT] if agent else None)
    return Context(database=database, viewer=viewer, request_id=request_id, client=client)


async def _viewer_of(database: Database, authorization: str | None) -> Viewer:
    if authorization is None:
        return ANONYMOUS
    scheme, _, token = authorization.partition(" ")
    viewer = await viewer_of(database, token.strip()) if scheme.lower() == "bearer" else None
    if viewer is None:
        # Not anonymous: a client whose session has ended would not notice.
        raise Unauthenticated("The access token is not one of a living session.")
    return viewer


@lru_cache(1024)
def _address(client_ip: str | None) -> str | None:
    """The address as the database keeps it; what is none (a socket's path) is left out."""
    try:
        return str(ipaddress.ip_address(client_ip or ""))
    except ValueError:
        return None
