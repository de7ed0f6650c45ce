"""Notifications' fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import pages

from .types import Notification, NotificationFilter


@prose.output
class NotificationsQuery:
    """What people are told."""

    notifications: Connection[Notification] | None = pages(where=NotificationFilter)
    """The viewer's notifications, newest first; everybody's for an admin."""
