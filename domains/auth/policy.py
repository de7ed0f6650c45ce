"""Who may see and change accounts and what belongs to them."""

from sqlalchemy import ColumnElement, and_, or_, select

from domains.kernel.outer import outer
from domains.kernel.policy import Columns, ViewerTerms, nobody, owns, owns_or_administers, protect
from domains.kernel.viewer import Role

from .models import (
    AuditLog,
    MFASettings,
    Passkey,
    RefreshToken,
    Session,
    Token,
    User,
    UserProfile,
    UserRole,
)


def is_public(user: Columns) -> ColumnElement[bool]:
    """Educators and employers are, because their courses and jobs bear their names."""
    return and_(
        user.role.in_((UserRole.EDUCATOR, UserRole.EMPLOYER)),
        user.deleted_at.is_(None),
        user.disabled_at.is_(None),
        user.deletion_requested_at.is_(None),
    )


def is_known_to_all(user: User) -> bool:
    """The same of a row that was read."""
    ended = (user.deleted_at, user.disabled_at, user.deletion_requested_at)
    return user.role in (UserRole.EDUCATOR, UserRole.EMPLOYER) and not any(ended)


def sees_user(user: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """People see themselves, and those who are public."""
    own = and_(user.id == viewer.user_id, user.deleted_at.is_(None))
    return or_(viewer.is_a(Role.ADMIN), own, is_public(user))


def sees_profile(profile: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Profiles are as public as the people they describe."""
    user = User.__table__.alias("profiled")  # type: ignore[attr-defined]
    shown = select(user.c.id).where(user.c.id == outer(profile.user_id), is_public(user.c))
    return or_(owns_or_administers(profile, viewer), shown.exists())


def sees_passkey(passkey: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """People see their own until they remove it, and admins see everybody's."""
    return and_(owns_or_administers(passkey, viewer), passkey.removed_at.is_(None))


def writes_log(log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """People write of themselves, and of what they did to others."""
    return or_(owns(log, viewer), log.actor_id == viewer.user_id)


protect(User, visible=sees_user)
protect(UserProfile, visible=sees_profile, changeable=owns)
protect(Session, visible=owns_or_administers, changeable=owns, addable=nobody)
protect(AuditLog, visible=owns_or_administers, addable=writes_log)
protect(Token, visible=nobody)
protect(RefreshToken, visible=nobody)
protect(MFASettings, visible=owns_or_administers, changeable=nobody)
protect(Passkey, visible=sees_passkey, changeable=nobody)
