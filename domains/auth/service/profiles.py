"""The rules of what people tell about themselves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.engine import profiles
from domains.auth.errors.accounts import (
    AvatarInvalid,
    DetailsInvalid,
    LanguageInvalid,
    TextInvalid,
    TimezoneUnknown,
)
from domains.auth.models import UserProfile
from domains.auth.repository import accounts as repository
from domains.auth.repository.administration import change_user, lock_user
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, Unauthenticated, UserError
from domains.kernel.viewer import SYSTEM, Viewer

from .accounts import name_flaws, plain_name
from .audit import Action, note
from .sessions import signed_in

EMPTY: Mapping[str, Any] = {"name": "", "language": "en", "details": {}}
"""What takes the place of a null where one cannot be kept; an empty name is refused."""


async def update(
    database: Database, client: Client, viewer: Viewer, told: Mapping[str, Any]
) -> UUID:
    """Change what was told, and nothing else; gives whose account it is."""
    user_id = signed_in(viewer)
    plain = {name: _plain(name, value) for name, value in told.items()}
    if flaws := list(_flaws(plain)):
        raise Refused(*flaws)
    await database.transaction(SYSTEM, _update, client, viewer, user_id, plain)
    return user_id


def _plain(name: str, value: Any) -> Any:
    """As it is kept. What has no such form stays as it came, for the refusal."""
    if value is None:
        return EMPTY.get(name)
    if name == "name":
        return plain_name(value)
    if name == "language":
        return profiles.plain_language(value) or value
    if name == "bio":
        return profiles.BIO.plain(value)
    return value.strip() if name == "location" else value


def _flaws(told: Mapping[str, Any]) -> Iterator[UserError]:
    for name, value in told.items():
        if name == "name":
            yield from name_flaws(value)
        elif value is not None and not KEPT[name](value):
            yield REFUSALS[name](["input", name])


def _is_language(tag: str) -> bool:
    return profiles.plain_language(tag) is not None


KEPT: Mapping[str, Callable[[Any], bool]] = {
    "avatar": profiles.is_picture,
    "bio": profiles.BIO.takes,
    "location": profiles.LOCATION.takes,
    "timezone": profiles.is_timezone,
    "language": _is_language,
    "details": profiles.are_details,
}
REFUSALS: Mapping[str, Callable[[list[str]], UserError]] = {
    "avatar": lambda path: AvatarInvalid(path=path, maximum=profiles.LONGEST_AVATAR),
    "bio": lambda path: TextInvalid(path=path, maximum=profiles.BIO.longest),
    "location": lambda path: TextInvalid(path=path, maximum=profiles.LOCATION.longest),
    "timezone": lambda path: TimezoneUnknown(path=path),
    "language": lambda path: LanguageInvalid(path=path),
    "details": lambda path: DetailsInvalid(
        path=path, maximum_bytes=profiles.MOST_BYTES, maximum_depth=profiles.DEEPEST
    ),
}


async def _update(
    session: AsyncSession,
    _viewer: Viewer,
    client: Client,
    viewer: Viewer,
    user_id: UUID,
    told: Mapping[str, Any],
) -> None:
    user = await lock_user(session, user_id)
    if user is None:
        raise Unauthenticated
    there = await repository.lock_profile(session, user_id) or UserProfile(user_id=user_id)
    known = there.model_dump() | {"name": user.name}
    changed = {name: value for name, value in told.items() if known[name] != value}
    if not changed:
        return
    note(session, Action.PROFILE_UPDATED, client, user_id=user_id, viewer=viewer, fields=[*changed])
    if "name" in changed:
        await change_user(session, user_id, name=changed.pop("name"))
    if changed:
        await repository.write_profile(session, user_id, changed)
