"""Two people who are signed in, and two educators who are gone."""

from typing import Any
from uuid import uuid4

from domains.auth.models import (
    AuditLog,
    MFASettings,
    Passkey,
    RefreshToken,
    Session,
    Token,
    TokenType,
    User,
    UserRole,
)
from domains.kernel.clock import now
from domains.kernel.database import Database
from tests.makers import a_user, put

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "auth.audit_logs":     (0, 1, 1, 0, 0, 0, 0, 3, 3),
    "auth.mfa_settings":   (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "auth.passkeys":       (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "auth.refresh_tokens": (0, 0, 0, 0, 0, 0, 0, 0, 2),
    "auth.sessions":       (0, 1, 1, 0, 0, 0, 0, 2, 2),
    "auth.tokens":         (0, 0, 0, 0, 0, 0, 0, 0, 2),
    "auth.user_profiles":  (4, 5, 5, 4, 4, 4, 4, 9, 9),
    "auth.users":          (4, 5, 5, 4, 4, 4, 4, 9, 9),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    await a_user(database, UserRole.EDUCATOR, deleted_at=now())
    await a_user(database, UserRole.EDUCATOR, disabled_at=now(), disabled_reason="Sold.")
    for user in (people.student, people.peer):
        await _account(database, user)
    await put(database, AuditLog(action="system.started"))


async def _account(database: Database, user: User) -> None:
    """What sign-in and second factor leave of a person."""
    until = _until_later(user)
    session = Session(token_hash=uuid4().bytes, access_expires_at=until["expires_at"], **until)
    await put(
        database,
        session,
        Token(type=TokenType.RESET_PASSWORD, token_hash=uuid4().bytes, **_until_later(user)),
        RefreshToken(session_id=session.id, token_hash=uuid4().bytes, **_until_later(user)),
        MFASettings(user_id=user.id),
        Passkey(user_id=user.id, name="Phone", credential_id=uuid4().bytes, public_key=b"key"),
        AuditLog(user_id=user.id, action="user.login"),
    )


def _until_later(user: User) -> dict[str, Any]:
    return {"user_id": user.id, "expires_at": now().replace(year=2999)}
