"""Auth's fields of `Query`."""

from sqlalchemy import ColumnElement, and_, or_

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.policy import Columns, ReaderTerms
from domains.kernel.read.declarations import by_id, pages, single
from domains.kernel.viewer import Role

from .repository.sessions import is_living
from .types import AuditLog, AuditLogFilter, Session, User, UserFilter


def _is_own_and_living(session: Columns, viewer: ReaderTerms) -> ColumnElement[bool]:
    return and_(session.user_id == viewer.user_id, is_living(session, viewer.moment))


def _is_proven(user: Columns, viewer: ReaderTerms) -> ColumnElement[bool]:
    """Nobody who signs up with a stranger's address sees by a new name that it had no account."""
    return or_(viewer.is_a(Role.ADMIN), user.email_verified_at.is_not(None))


@prose.output
class AuthQuery:
    """People."""

    viewer: User | None = single(lambda user, _arguments, viewer: user.id == viewer.user_id)
    """The person who asks; null if they have not signed in."""

    user: User | None = by_id()
    """A person."""

    my_sessions: Connection[Session] | None = pages(only=_is_own_and_living)
    """Where the viewer is signed in, newest first."""

    users: Connection[User] | None = pages(where=UserFilter, only=_is_proven)
    """The people whom the viewer may see, newest first."""

    audit_logs: Connection[AuditLog] | None = pages(where=AuditLogFilter)
    """What was done to accounts, newest first: everybody's for an admin, the viewer's own else."""

    my_security_events: Connection[AuditLog] | None = pages(
        where=AuditLogFilter, only=lambda log, viewer: log.user_id == viewer.user_id
    )
    """What was done to the viewer's account, newest first."""
