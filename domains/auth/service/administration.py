"""What admins do to accounts, each time after they proved anew who they are."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import profiles
from domains.auth.engine.audit import Action
from domains.auth.engine.letters import Letter
from domains.auth.errors.accounts import DetailsInvalid
from domains.auth.errors.administration import LastAdmin, UserNotFound
from domains.auth.models import TokenType, User, UserRole
from domains.auth.repository import administration as repository
from domains.auth.repository import tokens
from domains.kernel.clock import now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Forbidden, Refused
from domains.kernel.viewer import SYSTEM, Role, Viewer

from . import factors, letters, sessions, step_up
from .audit import note
from .reasons import kept_reason

Act: TypeAlias = Callable[[AsyncSession, Client, Viewer, User], Awaitable[None]]
"""Takes the locked row of the person it is done to."""


async def administer(
    database: Database,
    client: Client,
    viewer: Viewer,
    user_id: UUID | None,
    act: Act,
) -> None:
    """Do something to an account as an admin, who must have proved lately who they are."""
    if viewer.role is not Role.ADMIN:
        raise Forbidden
    await database.transaction(SYSTEM, _administer, client, viewer, user_id, act)


async def _administer(
    session: AsyncSession,
    _system: Viewer,
    client: Client,
    viewer: Viewer,
    user_id: UUID | None,
    act: Act,
) -> None:
    admin_id = await step_up.demand(session, viewer)
    if not await repository.is_admin(session, admin_id):
        raise Forbidden
    user = await repository.lock_user(session, user_id) if user_id else None
    if user is None:
        raise Refused(UserNotFound(path=["input", "id"]))
    await act(session, client, viewer, user)


async def disable(
    session: AsyncSession, client: Client, viewer: Viewer, user: User, reason: str
) -> None:
    """Close an account: its sessions end, and its one-time secrets are worth nothing."""
    reason = kept_reason(reason)
    await _keep_an_admin(session, user)
    moment = user.disabled_at or now()
    await repository.change_user(session, user.id, disabled_at=moment, disabled_reason=reason)
    await sessions.revoke_all(session, user.id, reason="disabled")
    await tokens.revoke(session, user.id, *TokenType)
    note(session, Action.DISABLED, client, user_id=user.id, viewer=viewer, reason=reason)
    await letters.send(session, Letter.ACCOUNT_DISABLED, user_id=user.id)


async def enable(session: AsyncSession, client: Client, viewer: Viewer, user: User) -> None:
    """Open an account again."""
    await repository.change_user(session, user.id, disabled_at=None, disabled_reason=None)
    note(session, Action.ENABLED, client, user_id=user.id, viewer=viewer)
    await letters.send(session, Letter.ACCOUNT_ENABLED, user_id=user.id)


async def change_role(
    session: AsyncSession, client: Client, viewer: Viewer, user: User, role: UserRole
) -> None:
    """Make somebody something else on the platform."""
    if role is not UserRole.ADMIN:
        await _keep_an_admin(session, user)
    old, new = user.role.value, role.value
    await repository.change_user(session, user.id, role=role)
    # Who acted as an admin may be none now, and as whom one acted may be one.
    await sessions.end_impersonations(session, user.id, reason="role changed")
    note(session, Action.ROLE_CHANGED, client, user_id=user.id, viewer=viewer, old=old, new=new)
    await letters.send(session, Letter.ROLE_CHANGED, user_id=user.id, old=old, new=new)


async def remove_factor(
    session: AsyncSession, client: Client, viewer: Viewer, user: User, factor: str
) -> None:
    """Take away a second factor that its owner lost."""
    await factors.remove(session, user.id, factor)
    action, letter = Action.ADMIN_REMOVED_FACTOR, Letter.FACTOR_REMOVED
    note(session, action, client, user_id=user.id, viewer=viewer, factor=factor)
    kind = factors.Factor.PASSKEY if factor == factors.ALL_PASSKEYS else factor
    await letters.send(session, letter, user_id=user.id, factor=kind, by_admin=True)


async def send_password_reset(
    session: AsyncSession, client: Client, viewer: Viewer, user: User
) -> None:
    """Have a link mailed by which the person sets a new password; no admin ever learns one."""
    note(session, Action.ADMIN_SENT_RESET, client, user_id=user.id, viewer=viewer)
    await letters.send(session, Letter.RESET_PASSWORD, to=user.email)


async def end_sessions(session: AsyncSession, client: Client, viewer: Viewer, user: User) -> None:
    """Sign somebody out everywhere."""
    ended = await sessions.revoke_all(session, user.id, reason="ended by an admin")
    action = Action.SESSION_REVOKED
    note(session, action, client, user_id=user.id, viewer=viewer, sessions=ended)


async def set_app_metadata(
    session: AsyncSession, client: Client, viewer: Viewer, user: User, metadata: Any
) -> None:
    """Replace what admins keep of a person."""
    if not profiles.are_details(metadata):
        raise Refused(
            DetailsInvalid(
                path=["input", "metadata"],
                maximum_bytes=profiles.MOST_BYTES,
                maximum_depth=profiles.DEEPEST,
            )
        )
    await repository.change_user(session, user.id, app_metadata=metadata)
    keys = sorted(metadata)
    note(session, Action.APP_METADATA_UPDATED, client, user_id=user.id, viewer=viewer, keys=keys)


async def _keep_an_admin(session: AsyncSession, user: User) -> None:
    """Refuse to lose the last admin; of two who dismiss each other at once one stays."""
    if user.role is UserRole.ADMIN and await repository.lock_admins(session) == [user.id]:
        raise Refused(LastAdmin(path=["input", "id"]))
