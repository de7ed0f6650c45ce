"""What notifications add to the types of the domains below them."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import pages

from .types import Notification, NotificationFilter


@prose.extends(User)
class UserNotified:
    """A person who is told things."""

    notifications: Connection[Notification] = pages(there="user_id", where=NotificationFilter)
    """What they were told, newest first; empty for anybody but themselves and admins."""
