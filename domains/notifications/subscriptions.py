"""Notifications' fields of `Subscription`."""

from collections.abc import AsyncIterator
from functools import partial

import strawberry

from domains.auth.public import signed_in
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import keyed

from .service import NOTIFIED
from .types import Notification


@prose.output
class NotificationsSubscription:
    """Being told at once."""

    @strawberry.subscription
    async def notification_received(self, info: Info) -> AsyncIterator[Notification | None]:
        """Each new notification of the viewer, as soon as it is written.

        Ends with the viewer's session. What was written before is in `notifications`, and so is
        what may have come while the client was away: subscribe first, and then read.
        """
        user_id = signed_in(info.context.viewer)
        return info.context.listen(NOTIFIED, user_id, partial(keyed, "Notification"))
