"""Every statement of a write on the namespace `auth`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.kernel.clock import now

from .models import AuditLog, Session, User, UserRole

LIVING = """
    session.revoked_at is null and session.expires_at > now()
    and person.disabled_at is null and person.deleted_at is null
"""
"""Which sessions open doors."""

PROVER = "auth.prove_viewer"

PROVER_FUNCTION = f"""
create or replace function {PROVER}(proof bytea, user_id text, role text)
returns boolean language sql volatile security definer set search_path = '' as $$
  select set_config('azora.user_id', $2, true) is not null
    and set_config('azora.role', $3, true) is not null
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1 and person.id = $2::uuid and person.role::text = $3
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function with which a statement makes sure of a viewer who is remembered."""

VIEWER_FUNCTION = f"""
create or replace function auth.viewer_of_token(token_hash bytea)
returns table (user_id uuid, role text, session_id uuid, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select person.id, person.role::text, session.id, session.last_seen_at
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function that knows a viewer by their token's digest.

It runs as its owner, because sessions are hidden from those who have not signed in.
"""

READ_VIEWER = """
select array[user_id::text, role, session_id::text, extract(epoch from now() - last_seen_at)::text]
from auth.viewer_of_token($1)
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What a sign-in needs to know of a person."""

    id: UUID
    password_hash: str | None


async def account(session: AsyncSession, email: str) -> Account | None:
    """The living account of an address."""
    query = select(User.id, User.password_hash).where(_is_living(email))
    row = (await session.exec(query)).first()
    return Account(*row) if row else None


async def add_user(session: AsyncSession, user: User) -> bool:
    """Add a person unless the address is taken; of two at once the unique index admits one."""
    told = {"id", "email", "email_verified_at", "password_hash", "name", "role"}
    values = user.model_dump(include=told)
    added = insert(User).values(values).on_conflict_do_nothing().returning(col(User.id))
    return (await session.exec(added)).first() is not None


async def enter(session: AsyncSession, account: Account, new_hash: str | None) -> str | None:
    """Note a sign-in and give the role, if the account still is what was checked."""
    entered = (
        update(User)
        .where(
            col(User.id) == account.id,
            col(User.password_hash) == account.password_hash,
            col(User.disabled_at).is_(None),
            col(User.deleted_at).is_(None),
        )
        .values(last_login_at=now(), password_hash=new_hash or account.password_hash)
        .returning(col(User.role))
    )
    role: UserRole | None = (await session.exec(entered)).scalar()
    return role


async def revoke(session: AsyncSession, user_id: UUID, session_id: UUID) -> bool:
    """End a session of a person; ending it again changes nothing."""
    revoked = (
        update(Session)
        .where(col(Session.id) == session_id, col(Session.user_id) == user_id)
        .values(revoked_at=func.coalesce(col(Session.revoked_at), now()))
        .returning(col(Session.id))
    )
    return (await session.exec(revoked)).first() is not None


async def touch(session: AsyncSession, session_id: UUID, interval: timedelta) -> None:
    """Note that a session is in use, unless that was noted lately or is being noted."""
    free = (
        select(Session.id)
        .where(Session.id == session_id, Session.last_seen_at < now() - interval)
        .with_for_update(skip_locked=True)
    )
    noted = update(Session).where(col(Session.id).in_(free)).values(last_seen_at=now())
    await session.exec(noted)


def note(session: AsyncSession, action: str, user_id: UUID | None, **of: Any) -> None:
    """Add to the audit log."""
    session.add(AuditLog(action=action, user_id=user_id, **of))


def _is_living(email: str) -> Any:
    return (col(User.email) == email) & col(User.deleted_at).is_(None)


async def person(session: AsyncSession, user_id: UUID) -> User | None:
    """The row of a person who has not been deleted."""
    query = select(User).where(User.id == user_id, col(User.deleted_at).is_(None))
    return (await session.exec(query)).first()
