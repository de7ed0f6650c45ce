"""People of tests who can sign in, and what they are told."""

import asyncio
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import passwords
from domains.auth.engine.passwords import Hashed
from domains.auth.models import User
from domains.auth.service import sign_in
from domains.auth.service.sessions import OpenedSession
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import SYSTEM, Viewer
from tests.makers import a_user

EMAIL = "ada@example.org"
PASSWORD = "a quiet river at dawn"

SIGN_IN = """
mutation ($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    accessToken expiresAt refreshToken refreshExpiresAt
    session { id aal methods user { email } }
    user { id name email sessions { totalCount } }
    challenge { token factors expiresAt }
    userErrors { __typename message path }
  }
}
"""

REFRESH = """
mutation ($token: String) {
  sessionRefresh(input: {refreshToken: $token}) {
    accessToken expiresAt refreshToken refreshExpiresAt session { id } userErrors { __typename }
  }
}
"""

_stored: dict[str, Hashed] = {}


async def somebody(database: Database, password: str | None = PASSWORD, **values: Any) -> User:
    """A verified person with a password."""
    hashed = await _hashed(password) if password is not None else None
    given: dict[str, Any] = {"email": EMAIL, "email_verified_at": now()}
    if hashed is not None:
        given |= {"password_hash": hashed.hash, "pepper_kid": hashed.pepper_kid}
    return await a_user(database, **given | values)


async def _hashed(password: str) -> Hashed:
    """Hashed once for all tests, which takes its time."""
    if password not in _stored:
        _stored[password] = await passwords.hashed(password)
    return _stored[password]


async def signed_in(graph: Any, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
    """What a sign-in that succeeds answers."""
    payload: dict[str, Any] = (await graph(SIGN_IN, email=email, password=password))[
        "sessionCreate"
    ]
    assert payload["userErrors"] == []
    return payload


async def open_many(database: Database, user: User, number: int) -> list[OpenedSession]:
    """Sessions of somebody, oldest first."""
    return [await database.transaction(SYSTEM, _open, user) for _ in range(number)]


async def _open(session: AsyncSession, _viewer: Viewer, user: User) -> OpenedSession:
    return await sign_in.finish(session, Client(), user.id, ["password"], aal=1)


def id_of(opened: OpenedSession) -> str:
    """The global id of a session."""
    assert opened.viewer.session_id is not None
    return encode_id("Session", opened.viewer.session_id)


async def all_at_once(number: int, ask: Any) -> list[Any]:
    """The answers to so many questions that are asked together."""
    return list(await asyncio.gather(*(ask() for _ in range(number))))
