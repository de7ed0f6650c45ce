"""From a request's headers to the surroundings of its operation."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache, partial

from domains.auth.public import RememberedViewers, session_end, viewer_of
from domains.kernel.context import Client, Context
from domains.kernel.database import Database
from domains.kernel.refusal import Unauthenticated
from domains.kernel.viewer import ANONYMOUS, Viewer

LONGEST_USER_AGENT = 256


async def context_of(
    database: Database,
    headers: Mapping[str, str],
    client_ip: str | None,
    request_id: str,
    remembered: RememberedViewers | None = None,
) -> Context:
    """The context of an operation. `headers` finds a name however it is written.

    A viewer who is `remembered` costs no statement; see `RememberedViewers`.
    """
    token = _token(headers.get("authorization"))
    viewer, find_viewer = ANONYMOUS, None
    if token is not None:
        find_viewer = partial(_viewer_of, database, token, remembered)
        known = remembered.viewer(token) if remembered is not None else None
        viewer = known or await find_viewer()
    agent = headers.get("user-agent")
    client = Client(_address(client_ip), agent[:LONGEST_USER_AGENT] if agent else None, request_id)
    return Context(
        database=database,
        viewer=viewer,
        request_id=request_id,
        client=client,
        find_viewer=find_viewer,
        still=partial(still, database),
    )


async def still(database: Database, viewer: Viewer) -> Viewer:
    """The viewer, if their session lives and they are who they were."""
    if await session_end(database, viewer) is None:
        raise Unauthenticated("The session has ended.")
    return viewer


def _token(authorization: str | None) -> str | None:
    """What was given as a token; None if nothing was given at all."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _viewer_of(
    database: Database, token: str, remembered: RememberedViewers | None
) -> Viewer:
    viewer = await viewer_of(database, token)
    if viewer is None:
        # Not anonymous: a client whose session has ended would not notice.
        raise Unauthenticated("The access token is not one of a living session.")
    if remembered is not None:
        remembered.remember(token, viewer)
    return viewer


@lru_cache(1024)
def _address(client_ip: str | None) -> str | None:
    """The address as the database keeps it; what is none (a socket's path) is left out."""
    try:
        return str(ipaddress.ip_address(client_ip or ""))
    except ValueError:
        return None
