"""Statements about second factors. Whether a code is accepted is decided by single ones."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import all_, any_, literal
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import MFAMethod, MFASettings, Session
from domains.kernel.clock import now

EMPTIED: dict[MFAMethod, dict[str, Any]] = {
    MFAMethod.TOTP: {
        "totp_confirmed_at": None,
        "totp_last_step": None,
        "secret_encrypted": None,
        "pending_secret_encrypted": None,
    },
    MFAMethod.SMS: {"sms_confirmed_at": None, "phone": None, "pending_phone": None},
    MFAMethod.EMAIL: {"email_confirmed_at": None},
}
"""What is left of a factor that was removed."""


async def settings(session: AsyncSession, user_id: UUID) -> MFASettings | None:
    """A person's second factors, if they ever had one."""
    query = select(MFASettings).where(MFASettings.user_id == user_id)
    return (await session.exec(query.execution_options(populate_existing=True))).first()


async def locked(session: AsyncSession, user_id: UUID) -> MFASettings:
    """A person's second factors, made if need be; nobody else changes them meanwhile."""
    made = MFASettings(user_id=user_id).model_dump(include={"id", "user_id"})
    await session.exec(insert(MFASettings).values(made).on_conflict_do_nothing())
    query = select(MFASettings).where(MFASettings.user_id == user_id).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).one()


async def accept_step(session: AsyncSession, user_id: UUID, step: int) -> bool:
    """Use an app's code up, unless it or a later one was accepted before."""
    accepted = (
        update(MFASettings)
        .where(
            col(MFASettings.user_id) == user_id,
            col(MFASettings.totp_confirmed_at).is_not(None),
            func.coalesce(col(MFASettings.totp_last_step), -1) < step,
        )
        .values(totp_last_step=step)
        .returning(col(MFASettings.id))
    )
    return (await session.exec(accepted)).first() is not None


async def accept_recovery(session: AsyncSession, user_id: UUID, hash: str) -> int | None:
    """Use a recovery code up; how many are left, or None if it is not one of them."""
    hashes = col(MFASettings.backup_code_hashes)
    accepted = (
        update(MFASettings)
        .where(col(MFASettings.user_id) == user_id, literal(hash) == any_(hashes))
        .values(backup_code_hashes=func.array_remove(hashes, hash))
        .returning(func.cardinality(hashes))
    )
    left: int | None = (await session.exec(accepted)).scalar()
    return left


async def give_first_codes(session: AsyncSession, user_id: UUID, hashes: Sequence[str]) -> bool:
    """Keep recovery codes for somebody who has none."""
    given = (
        update(MFASettings)
        .where(
            col(MFASettings.user_id) == user_id,
            func.cardinality(col(MFASettings.backup_code_hashes)) == 0,
        )
        .values(backup_code_hashes=list(hashes))
        .returning(col(MFASettings.id))
    )
    return (await session.exec(given)).first() is not None


async def note_use(session: AsyncSession, user_id: UUID) -> None:
    """Note that a second factor was used."""
    used = update(MFASettings).where(col(MFASettings.user_id) == user_id)
    await session.exec(used.values(last_used_at=now()))


async def strengthen(session: AsyncSession, session_id: UUID, method: str) -> None:
    """Note that whoever is in a session has shown a second factor as well."""
    methods = col(Session.methods)
    stronger = update(Session).where(
        col(Session.id) == session_id, literal(method) != all_(methods)
    )
    await session.exec(stronger.values(aal=2, methods=func.array_append(methods, method)))


def empty(settings: MFASettings, method: MFAMethod) -> None:
    """Remove a factor."""
    for column, value in EMPTIED[method].items():
        setattr(settings, column, value)
    if not any(
        (settings.totp_confirmed_at, settings.sms_confirmed_at, settings.email_confirmed_at)
    ):
        settings.enabled_at = None
