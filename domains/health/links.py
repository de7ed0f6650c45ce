"""What health adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import pages

from .types import ConstitutionalLog, ConstitutionalLogFilter, LogOrder


@prose.extends(User)
class UserUnderTheConstitution:
    """A person whom acts concern."""

    constitutional_logs: Connection[ConstitutionalLog] = pages(
        there="user_id", orders=LogOrder, where=ConstitutionalLogFilter
    )
    """Acts that concerned them; empty for anybody but themselves and admins."""
