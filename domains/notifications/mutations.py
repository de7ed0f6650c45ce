"""Notifications' fields of `Mutation`."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed

from . import errors, service
from .types import (
    NotificationMarkReadInput,
    NotificationMarkReadPayload,
    NotificationsMarkAllReadInput,
    NotificationsMarkAllReadPayload,
)


@prose.output
class NotificationsMutation:
    """Reading what one is told."""

    @mutation(refuses=[errors.NotificationNotFound], proves=True)
    async def notification_mark_read(
        self, info: Info, input: NotificationMarkReadInput
    ) -> NotificationMarkReadPayload | None:
        """Note that a notification was read; reading it again changes nothing."""
        id = key_of("Notification", input.id)
        await info.context.statement(service.mark_read, id)
        return NotificationMarkReadPayload(notification=keyed("Notification", id))

    @mutation(refuses=[], proves=True)
    async def notifications_mark_all_read(
        self, info: Info, input: NotificationsMarkAllReadInput
    ) -> NotificationsMarkAllReadPayload | None:
        """Note that all of the viewer's notifications were read."""
        marked = await info.context.transaction(service.mark_all_read, input.until)
        return NotificationsMarkAllReadPayload(marked=marked)
