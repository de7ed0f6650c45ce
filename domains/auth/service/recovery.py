"""Codes on paper, for a person who lost their other factors."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import codes
from domains.auth.engine.codes import RecoveryCodes
from domains.auth.engine.letters import Letter
from domains.auth.engine.passwords.threads import hashing
from domains.auth.errors.factors import FactorNotFound
from domains.auth.repository import factors as repository
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Refused
from domains.kernel.viewer import SYSTEM, Viewer

from . import factors, letters, step_up
from .audit import Action, note
from .factors import Factor


async def first_codes(database: Database, user_id: UUID) -> Sequence[str]:
    """New codes for somebody who has none, told this once; nothing for who has some."""
    if await database.transaction(SYSTEM, _some_hash, user_id) is not None:
        return []
    made = await hashing.run(codes.new_recovery_codes)
    given = await database.transaction(SYSTEM, _give_first, user_id, made)
    return made.plain if given else []


async def regenerate(database: Database, client: Client, viewer: Viewer) -> Sequence[str]:
    """Put new codes in the place of all older ones; they are told this once."""
    user_id = await database.transaction(SYSTEM, _demand_factor, viewer)
    # Ten hashes hold up the passwords of everybody else.
    await factors.reserve(database, user_id)
    made = await hashing.run(codes.new_recovery_codes)
    await database.transaction(SYSTEM, _replace, client, viewer, made)
    return made.plain


async def hash_of(database: Database, user_id: UUID, code: str) -> str | None:
    """What would be kept of a code, made between transactions because it takes a while."""
    beside = await database.transaction(SYSTEM, _some_hash, user_id)
    if beside is None:
        return None
    return await hashing.run(lambda: codes.recovery_hash(code, beside))


async def use(session: AsyncSession, client: Client, user_id: UUID, hash: str | None) -> int | None:
    """Use a code up; how many are left, or None if it is none. Its owner is told."""
    left = await repository.accept_recovery(session, user_id, hash) if hash else None
    if left is None:
        factors.failed(session, client, user_id, Factor.RECOVERY)
        return None
    await repository.note_use(session, user_id)
    note(session, Action.RECOVERY_USED, client, user_id=user_id, remaining=left)
    await letters.send(
        session, Letter.RECOVERY_CODE_USED, user_id=user_id, client=client, remaining=left
    )
    return left


async def _some_hash(session: AsyncSession, _viewer: Viewer, user_id: UUID) -> str | None:
    settings = await repository.settings(session, user_id)
    return next(iter(settings.backup_code_hashes), None) if settings else None


async def _give_first(
    session: AsyncSession, _viewer: Viewer, user_id: UUID, made: RecoveryCodes
) -> bool:
    return await repository.give_first_codes(session, user_id, made.hashes)


async def _demand_factor(session: AsyncSession, _system: Viewer, viewer: Viewer) -> UUID:
    user_id = await step_up.demand(session, viewer)
    if not await factors.offered(session, user_id):
        raise Refused(FactorNotFound())
    return user_id


async def _replace(
    session: AsyncSession, system: Viewer, client: Client, viewer: Viewer, made: RecoveryCodes
) -> None:
    user_id = await _demand_factor(session, system, viewer)
    settings = await repository.locked(session, user_id)
    settings.backup_code_hashes = list(made.hashes)
    note(session, Action.RECOVERY_REGENERATED, client, user_id=user_id, viewer=viewer)
    await letters.send(session, Letter.RECOVERY_CODES_MADE, user_id=user_id, client=client)
