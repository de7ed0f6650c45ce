"""What auth tells the other domains."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domains.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSignedUp(Event):
    """A person has a new account, and has proved that its address is theirs."""

    topic: ClassVar[str] = "auth.user.signed_up"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpRepeated(Event):
    """Somebody tried to sign up with the address of an account that exists."""

    topic: ClassVar[str] = "auth.user.sign_up_repeated"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEmailChanged(Event):
    """A person's mail goes elsewhere from now on."""

    topic: ClassVar[str] = "auth.user.email_changed"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserErased(Event):
    """An account was made nobody's: whatever else tells who the person was has to go as well."""

    topic: ClassVar[str] = "auth.user.erased"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID
