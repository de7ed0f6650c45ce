"""The rules of being a freelancer."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth import public as auth
from domains.forge.errors.profiles import SkillProfileExists, SkillProfileRequired
from domains.forge.repository import profiles
from domains.kernel.once import once
from domains.kernel.refusal import Refused
from domains.kernel.viewer import Viewer

from .people import staying
from .wording import plain


async def create(
    session: AsyncSession, _system: Viewer, viewer: Viewer, key: str, told: Mapping[str, Any]
) -> UUID:
    """Begin to offer work."""
    user_id = auth.themselves(viewer)
    asked = ("skillProfileCreate", *sorted(told.items()))
    return await once(session, user_id, key, asked, partial(_create, session, user_id, told))


async def _create(session: AsyncSession, user_id: UUID, told: Mapping[str, Any]) -> UUID:
    kept = plain(told)
    await staying(session, user_id)
    id = await profiles.add_profile(session, user_id, kept)
    if id is None:
        raise await _exists(session, user_id)
    return id


async def _exists(session: AsyncSession, user_id: UUID) -> Refused:
    id = await profiles.profile_id_of(session, user_id)
    if id is None:
        raise RuntimeError("a profile was refused for one that is not there")
    return Refused(SkillProfileExists(skill_profile_id=id))


async def update(
    session: AsyncSession, _system: Viewer, viewer: Viewer, told: Mapping[str, Any]
) -> UUID:
    """Change what the viewer tells employers of themselves."""
    id = await profiles.change_profile(session, auth.themselves(viewer), plain(told))
    if id is None:
        raise Refused(SkillProfileRequired())
    return id
