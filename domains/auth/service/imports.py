"""The rules of bringing accounts from another system, with the hashes of their passwords.

All of them come, or none. An address that has an account stays as it is, so that the same accounts
can be brought again after a mistake was put right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine.passwords import is_importable
from domains.auth.events import UserSignedUp
from domains.auth.models import User, UserRole
from domains.auth.repository import accounts as repository
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.events import emit
from domains.kernel.viewer import SYSTEM, Viewer

from .accounts import name_flaws, plain_name
from .audit import Action, note

AT_ONCE = 500
"""Rows of one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUser:
    """Somebody who has an account elsewhere."""

    email: str
    name: str
    role: UserRole
    password_hash: str
    email_verified: bool

    def flaws(self) -> Iterator[str]:
        """Why they cannot be brought here."""
        if name_flaws(plain_name(self.name)):
            yield "this name cannot be used"
        if self.role is UserRole.ADMIN:
            yield "an admin is not imported, but made by `azora admin create`"
        if not is_importable(self.password_hash):
            yield (
                "the password's hash is neither bcrypt ($2a$, $2b$) nor argon2id, "
                "or costs more than a sign-in may"
            )


async def bring(database: Database, known: Sequence[KnownUser]) -> int:
    """Add those whose addresses have no account; says how many."""
    return await database.transaction(SYSTEM, _bring, known)


async def _bring(session: AsyncSession, _viewer: Viewer, known: Sequence[KnownUser]) -> int:
    brought = 0
    for start in range(0, len(known), AT_ONCE):
        users = [_user(each) for each in known[start : start + AT_ONCE]]
        added = await repository.add_users(session, users)
        brought += len(added)
        for user in users:
            if user.id in added:
                _tell(session, user)
    return brought


def _user(known: KnownUser) -> User:
    return User(
        email=known.email,
        name=plain_name(known.name),
        role=known.role,
        password_hash=known.password_hash,
        email_verified_at=now() if known.email_verified else None,
    )


def _tell(session: AsyncSession, user: User) -> None:
    note(session, Action.APPOINTED, Client(), user_id=user.id, imported=True)
    if user.email_verified_at is not None:
        emit(session, UserSignedUp(user_id=user.id))
