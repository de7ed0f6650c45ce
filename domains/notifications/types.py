"""What notifications show of themselves."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.node import Node
from domains.kernel.read.declarations import matching, node, one
from domains.kernel.read.filters import filters, one_of

from . import models
from .models import NotificationType

prose.enum(NotificationType)


@node(models.Notification)
@prose.output
class Notification(Node):
    """A message to one person."""

    type: NotificationType
    """How it should be taken."""

    title: str
    """What it is about."""

    message: str
    """What it says."""

    read_at: datetime | None
    """When it was first read; null until then."""

    created_at: datetime
    """When it was written."""

    user: User | None = one(here="user_id")
    """Whom it is for."""


@filters
class NotificationFilter:
    """Which notifications."""

    unread: bool | None = matching(
        lambda row, unread: row.read_at.is_(None) if unread else row.read_at.is_not(None)
    )
    """Those that were not read; if false, those that were."""

    type: NotificationType | None = matching(lambda row, type: row.type == type)
    """Those to be taken so."""

    types: list[NotificationType] | None = matching(lambda row, types: one_of(row.type, types))
    """Those to be taken in one of these ways."""


@prose.input
class NotificationMarkReadInput:
    """Which notification was read."""

    id: strawberry.ID
    """One of the viewer's own."""


@prose.output
class NotificationMarkReadPayload(Payload):
    """What `notificationMarkRead` answers."""

    notification: Notification | None = None
    """The notification, now read."""


@prose.input
class NotificationsMarkAllReadInput:
    """Which notifications were read."""

    until: datetime | None = None
    """Those written up to this moment, so that none is missed that came since; or simply all."""


@prose.output
class NotificationsMarkAllReadPayload(Payload):
    """What `notificationsMarkAllRead` answers."""

    marked: int = 0
    """How many were unread."""
