"""Sessions for tests, made without signing in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domains.auth.engine import tokens
from domains.auth.models import Session, User
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import Viewer
from tests.makers import put, viewer


async def a_session(database: Database, user: User, **values: Any) -> tuple[str, Viewer, str]:
    """A token, who it proves, and the session's id."""
    token, until = tokens.new_access_token(), now() + timedelta(hours=1)
    given = {"access_expires_at": until, "expires_at": until} | values
    session = Session(user_id=user.id, token_hash=tokens.digest(token), **given)
    await put(database, session)
    me = replace(viewer(user), session_id=session.id, impersonator_id=session.impersonator_id)
    return token, me, encode_id("Session", session.id)
