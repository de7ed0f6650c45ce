"""What auth shows: people, their profiles, their sessions and what was done to their accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, case, or_

from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import Connection, Node
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import expression, matching, node, one, pages
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.words import contains
from domains.kernel.scalars import EmailAddress, OpenJSON
from domains.kernel.viewer import Role

from . import models
from .models import UserRole

prose.enum(UserRole)


def _private(column: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Any]]:
    """A column of a person that only they and the admins see."""

    def shown(user: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
        allowed = or_(viewer.is_a(Role.ADMIN), user.id == viewer.user_id)
        return case((allowed, user[column]))

    return shown


@node(models.User)
@prose.output
class User(Node):
    """A person with an account."""

    name: str
    """What they want to be called."""

    role: UserRole
    """What they are on the platform."""

    email: EmailAddress | None = expression(_private("email"))
    """Where mail reaches them; shown to themselves and to admins only."""

    email_verified_at: datetime | None = expression(_private("email_verified_at"))
    """When they proved that the address is theirs; shown to themselves and to admins only."""

    last_login_at: datetime | None = expression(_private("last_login_at"))
    """When they last signed in; shown to themselves and to admins only."""

    created_at: datetime
    """When they signed up."""

    profile: UserProfile | None = one(here="id", there="user_id")
    """What they tell about themselves."""

    sessions: Connection[Session] = pages(there="user_id")
    """Their sign-ins, newest first; empty for anybody but themselves and admins."""

    audit_logs: Connection[AuditLog] = pages(there="user_id")
    """What was done to their account, newest first; empty for anybody but themselves and admins."""


@node(models.UserProfile)
@prose.output
class UserProfile(Node):
    """What a person tells about themselves."""

    avatar: str | None
    """The address of a picture."""

    bio: str | None
    """A few words, in their own."""

    location: str | None
    """Where they are."""

    timezone: str | None
    """Their time zone, such as `Africa/Johannesburg`."""

    language: str
    """The language that they read, such as `en`."""

    details: OpenJSON
    """Whatever else a client keeps here for them."""

    updated_at: datetime
    """When it last changed."""

    user: User | None = one(here="user_id")
    """Whose it is."""


@node(models.Session)
@prose.output
class Session(Node):
    """One sign-in on one device, until it is revoked or runs out."""

    created_at: datetime
    """When it was opened."""

    last_seen_at: datetime
    """When it was last used, give or take a minute."""

    expires_at: datetime
    """When it runs out."""

    revoked_at: datetime | None
    """When it was ended before its time; null if it was not."""

    ip: str | None
    """The address that it was opened from."""

    user_agent: str | None
    """The program that it was opened with, as that program calls itself."""

    user: User | None = one(here="user_id")
    """Who signed in."""


@node(models.AuditLog)
@prose.output
class AuditLog(Node):
    """Something that was done to an account. It is never altered."""

    action: str
    """What was done, such as `login.succeeded`."""

    resource: str | None
    """What it was done to, if not to the account as a whole."""

    ip: str | None
    """The address that it was done from."""

    details: OpenJSON
    """What else is known; it depends on the action, and never holds a secret."""

    created_at: datetime
    """When it was done."""

    user: User | None = one(here="user_id")
    """Whose account it is; null if it was nobody's."""


LONGEST_SEARCH = 100
"""Characters of a search for a name; no name is longer."""


@filters
class UserFilter:
    """Which people."""

    role: UserRole | None = matching(lambda user, role: user.role == role)
    """Those of this role."""

    roles: list[UserRole] | None = matching(lambda user, roles: one_of(user.role, roles))
    """Those of one of these roles."""

    search: str | None = matching(
        lambda user, text: contains(user.name, text), longest=LONGEST_SEARCH
    )
    """Those whose name holds this text, in whatever case."""


@prose.enum
class SignUpRole(StrEnum):
    """What a person can sign up as."""

    STUDENT = "student"
    """To learn."""

    EDUCATOR = "educator"
    """To teach."""

    EMPLOYER = "employer"
    """To offer work."""


@prose.input
class UserSignUpInput:
    """A new account."""

    email: EmailAddress
    """Where mail reaches the person."""

    password: str
    """12 to 256 characters, of any kind."""

    name: str
    """What the person wants to be called; 2 to 100 characters."""

    role: SignUpRole = SignUpRole.STUDENT
    """What the person signs up as."""


@prose.output
class UserSignUpPayload(Payload):
    """What `userSignUp` answers."""

    ok: bool = False
    """Whether the account can be signed in to, or, if the address had one, its owner was told."""


@prose.input
class SessionCreateInput:
    """Who signs in."""

    email: EmailAddress
    """The address of the account."""

    password: str
    """Its password."""


@prose.output
class SessionCreatePayload(Payload):
    """What `sessionCreate` answers."""

    access_token: str | None = None
    """To be sent as `Authorization: Bearer …`. It is told this once."""

    expires_at: datetime | None = None
    """When the token ends."""

    session: Session | None = None
    """The session, now open."""

    user: User | None = None
    """Who signed in."""


@prose.input
class SessionRevokeInput:
    """Which session to end."""

    id: strawberry.ID | None = None
    """One of the viewer's own; the current one if left out."""


@prose.output
class SessionRevokePayload(Payload):
    """What `sessionRevoke` answers."""

    session: Session | None = None
    """The session, now ended."""
