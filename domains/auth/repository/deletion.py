"""Statements that forget people, and what has run out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, case, cast
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import MFASettings, Passkey, Session, Token, User
from domains.kernel.clock import now

NOTHING = "Erased"

FORGET_FUNCTIONS = {
    # Nobody is granted to delete; what this deletes proves nothing any more.
    "auth.forget_secrets(timestamp with time zone,integer)": """
create or replace function auth.forget_secrets(before timestamp with time zone, most integer)
returns bigint language sql volatile security definer set search_path = '' as $$
  with old_tokens as (
    select id from auth.tokens where expires_at < before
    order by expires_at limit most for update skip locked
  ), old_renewals as (
    select id from auth.refresh_tokens where expires_at < before
    order by expires_at limit most for update skip locked
  ), forgotten as (
    delete from auth.tokens where id in (select id from old_tokens) returning 1
  ), outlived as (
    delete from auth.refresh_tokens where id in (select id from old_renewals) returning 1
  )
  select (select count(*) from forgotten) + (select count(*) from outlived)
$$
""",
}
"""By signature."""


async def lock_due(session: AsyncSession, moment: datetime, most: int) -> Sequence[User]:
    """People whose accounts are to be erased by now, but for those that somebody is at."""
    query = (
        select(User)
        .where(col(User.purge_at) <= moment, col(User.deleted_at).is_(None))
        .order_by(col(User.purge_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()


async def empty(session: AsyncSession, user_id: UUID) -> None:
    """End and empty all that a person signed in with."""
    mine = col(Token.user_id) == user_id
    ended = func.coalesce(col(Token.consumed_at), now())
    await session.exec(update(Token).where(mine).values(consumed_at=ended, details={}))
    await _empty_sessions(session, user_id)
    await _empty_factors(session, user_id)
    await _empty_passkeys(session, user_id)


async def _empty_sessions(session: AsyncSession, user_id: UUID) -> None:
    """Where the person was, why somebody acted as them, and as whom they acted themselves."""
    reason = case((col(Session.impersonation_reason).is_not(None), NOTHING))
    nowhere = {"ip": None, "user_agent": None, "impersonation_reason": reason}
    mine, acted = col(Session.user_id) == user_id, col(Session.impersonator_id) == user_id
    await session.exec(update(Session).where(mine).values(**nowhere))
    await session.exec(update(Session).where(acted).values(impersonator_name=NOTHING))


async def _empty_factors(session: AsyncSession, user_id: UUID) -> None:
    nothing: dict[str, Any] = {
        "enabled_at": None,
        "secret_encrypted": None,
        "pending_secret_encrypted": None,
        "totp_confirmed_at": None,
        "phone": None,
        "pending_phone": None,
        "sms_confirmed_at": None,
        "email_confirmed_at": None,
        "backup_code_hashes": [],
    }
    await session.exec(
        update(MFASettings).where(col(MFASettings.user_id) == user_id).values(**nothing)
    )


async def _empty_passkeys(session: AsyncSession, user_id: UUID) -> None:
    """A key's own id is unique, so the row's takes its place."""
    nothing = {
        "name": NOTHING,
        "public_key": b"",
        "credential_id": cast(func.uuid_send(col(Passkey.id)), LargeBinary),
        "removed_at": func.coalesce(col(Passkey.removed_at), now()),
    }
    await session.exec(update(Passkey).where(col(Passkey.user_id) == user_id).values(**nothing))


async def end_expired(
    session: AsyncSession, moment: datetime, most: int
) -> Sequence[tuple[UUID, UUID]]:
    """Note of sessions that ran out that they did; gives their ids and whose they were."""
    over = (
        select(Session.id)
        .where(col(Session.expires_at) <= moment, col(Session.revoked_at).is_(None))
        .order_by(col(Session.expires_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ended = (
        update(Session)
        .where(col(Session.id).in_(over))
        .values(revoked_at=col(Session.expires_at), revoked_reason="expired")
        .returning(col(Session.id), col(Session.user_id))
        .execution_options(synchronize_session=False)
    )
    return [(row[0], row[1]) for row in (await session.exec(ended)).all()]


async def forget_secrets(session: AsyncSession, before: datetime, most: int) -> None:
    """Forget one-time secrets, and those that renewed sessions, which ran out before a moment."""
    await session.exec(select(func.auth.forget_secrets(before, most)))
