"""What auth shows: people, how they sign in, and what was done to their accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from domains.auth import models
from domains.auth.models import AuditOutcome, MFAMethod, UserRole
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.outer import outer
from domains.kernel.policy import Columns, ReaderTerms, ViewerTerms
from domains.kernel.read.declarations import expression, node, one, pages
from domains.kernel.scalars import EmailAddress, OpenJSON
from domains.kernel.viewer import Role

prose.enum(MFAMethod)


def _private(column: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Any]]:
    """A column of a person that only they and the admins see."""

    def shown(user: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
        allowed = or_(viewer.is_a(Role.ADMIN), user.id == viewer.user_id)
        return case((allowed, user[column]))

    return shown


def _for_admins(column: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Any]]:
    """A column that admins alone see."""

    def shown(user: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
        return case((viewer.is_a(Role.ADMIN), user[column]))

    return shown


def _impersonator(user: Columns, viewer: ReaderTerms) -> ColumnElement[Any]:
    """Who acts as the viewer, if the person is the viewer."""
    current = models.Session.__table__.alias("current")  # type: ignore[attr-defined]
    asked = (current.c.id == viewer.session_id, current.c.user_id == outer(user.id))
    return select(current.c.impersonator_name).where(*asked).scalar_subquery()


def _is_current(session: Columns, viewer: ReaderTerms) -> ColumnElement[bool]:
    return session.id.is_not_distinct_from(viewer.session_id)  # type: ignore[no-any-return]


def _where_done(column: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Any]]:
    """From where something was done; where admins are is for admins alone."""

    def shown(log: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
        own = or_(log.actor_id.is_(None), log.actor_id == log.user_id)
        return case((or_(viewer.is_a(Role.ADMIN), own), log[column]))

    return shown


def _where_opened(column: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Any]]:
    """From where a session was opened; the same of an admin who acts as the person in it."""

    def shown(session: Columns, viewer: ViewerTerms) -> ColumnElement[Any]:
        own = session.impersonator_id.is_(None)
        return case((or_(viewer.is_a(Role.ADMIN), own), session[column]))

    return shown


def _masked_phone(settings: Columns, _viewer: ViewerTerms) -> ColumnElement[Any]:
    """Enough for its owner to know it by."""
    return case(
        (settings.sms_confirmed_at.is_not(None), literal("…") + func.right(settings.phone, 3))
    )


def _codes_left(settings: Columns, _viewer: ViewerTerms) -> ColumnElement[Any]:
    return func.cardinality(settings.backup_code_hashes)


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

    disabled_at: datetime | None = expression(_private("disabled_at"))
    """When an admin closed the account; shown to themselves and to admins only."""

    disabled_reason: str | None = expression(_private("disabled_reason"))
    """Why; shown to themselves and to admins only."""

    purge_at: datetime | None = expression(_private("purge_at"))
    """When the account is erased, if its owner asked for that; shown to themselves and to admins
    only."""

    app_metadata: OpenJSON | None = expression(_for_admins("app_metadata"))
    """What admins keep here of them; shown to admins only."""

    impersonated_by: str | None = expression(_impersonator)
    """The name of the admin who acts as this person in the viewer's own session; null if nobody
    does. A client shows it as a banner."""

    created_at: datetime
    """When they signed up."""

    profile: UserProfile | None = one(here="id", there="user_id")
    """What they tell about themselves."""

    mfa_settings: MFASettings | None = one(here="id", there="user_id")
    """Their second factors; null for anybody but themselves and admins, and if they never had
    one."""

    passkeys: Connection[Passkey] = pages(there="user_id")
    """Their passkeys, newest first; empty for anybody but themselves and admins."""

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

    authenticated_at: datetime = expression(lambda session, _viewer: session.auth_time)
    """When the person last proved who they are in it."""

    aal: int
    """How sure it is who signed in: 1 after one factor, 2 after two or a passkey."""

    methods: list[str]
    """By what they proved it: `password`, `totp`, `sms`, `email`, `recovery`, `passkey`."""

    current: bool = expression(_is_current)
    """Whether it is the one that this operation runs in."""

    impersonated_by: str | None = expression(lambda session, _viewer: session.impersonator_name)
    """The name of the admin who opened it to act as the person; null if they did themselves."""

    expires_at: datetime
    """When it ends at the latest, however often it is renewed."""

    revoked_at: datetime | None
    """When it was ended before its time; null if it was not."""

    ip: str | None = expression(_where_opened("ip"))
    """The address that it was opened from; that of an admin who acts as the person is shown to
    admins only."""

    user_agent: str | None = expression(_where_opened("user_agent"))
    """The program that it was opened with, as that program calls itself; an admin's is shown to
    admins only."""

    user: User | None = one(here="user_id")
    """Who signed in."""


@node(models.MFASettings)
@prose.output
class MFASettings(Node):
    """A person's second factors, without their secrets."""

    enabled_at: datetime | None
    """Since when a sign-in by password wants one of them; null if none does."""

    method: MFAMethod
    """The one that is offered first."""

    totp_confirmed_at: datetime | None
    """Since when an authenticator app counts."""

    sms_confirmed_at: datetime | None
    """Since when codes by SMS count."""

    email_confirmed_at: datetime | None
    """Since when codes by mail count."""

    phone: str | None = expression(_masked_phone)
    """The end of the number that codes are sent to."""

    recovery_codes_left: int = expression(_codes_left)
    """How many recovery codes were not used yet."""

    last_used_at: datetime | None
    """When one was last used."""


@node(models.Passkey)
@prose.output
class Passkey(Node):
    """A key of a person's device that signs them in by itself."""

    name: str
    """What they call it."""

    backed_up: bool
    """Whether the device's maker keeps a copy for their other devices."""

    created_at: datetime
    """When it was added."""

    last_used_at: datetime | None
    """When it last signed them in."""


@node(models.AuditLog)
@prose.output
class AuditLog(Node):
    """Something that was done to an account. It is never altered."""

    action: str
    """What was done, such as `login.succeeded`."""

    outcome: AuditOutcome
    """What came of it."""

    resource: str | None
    """What it was done to, if not to the account as a whole."""

    ip: str | None = expression(_where_done("ip"))
    """The address that it was done from; an admin's is shown to admins only."""

    user_agent: str | None = expression(_where_done("user_agent"))
    """The program that it was done with, as that program calls itself; an admin's is shown to
    admins only."""

    details: OpenJSON
    """What else is known; it depends on the action, and never holds a secret."""

    created_at: datetime
    """When it was done."""

    user: User | None = one(here="user_id")
    """Whose account it is; null if it was nobody's."""

    actor: User | None = one(here="actor_id")
    """Who did it, also where they acted as the person; null if nobody is known or may be seen."""
