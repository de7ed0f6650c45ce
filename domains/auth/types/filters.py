"""What lists of auth can be filtered by."""

import strawberry
from sqlalchemy import any_

from domains.auth.models import AuditOutcome, UserRole
from domains.kernel import prose
from domains.kernel.read.declarations import matching
from domains.kernel.read.filters import filters, one_of
from domains.kernel.read.ranges import Period, within
from domains.kernel.read.words import contains

prose.enum(AuditOutcome)
prose.enum(UserRole)

LONGEST_ACTION = 100
"""Characters of an action; no action is longer."""

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


@filters
class AuditLogFilter:
    """Which entries of the audit log."""

    action: str | None = matching(lambda log, action: log.action == action, longest=LONGEST_ACTION)
    """Those of this act, such as `login.failed`."""

    actions: list[str] | None = matching(
        lambda log, actions: log.action == any_(actions), longest=LONGEST_ACTION
    )
    """Those of one of these acts."""

    outcome: AuditOutcome | None = matching(lambda log, outcome: log.outcome == outcome)
    """Those that came to this."""

    user_id: strawberry.ID | None = matching(lambda log, id: log.user_id == id, id_of="User")
    """Those of this person's account."""

    actor_id: strawberry.ID | None = matching(lambda log, id: log.actor_id == id, id_of="User")
    """Those of what this person did."""

    created_at: Period | None = matching(lambda log, period: within(log.created_at, period))
    """Those of such a time."""
