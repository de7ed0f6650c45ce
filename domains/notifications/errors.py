"""Why notifications refuse."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class NotificationNotFound(UserError):
    """There is no such notification, or it is not the viewer's own."""

    message: str = "Notification not found."
