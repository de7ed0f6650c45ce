"""Who may see and change notifications."""

from typing import cast

from sqlalchemy import ColumnElement, and_, or_

from domains.kernel.policy import Columns, ViewerTerms, nobody, protect
from domains.kernel.viewer import Role

from .models import Notification


def is_recipient(notification: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", notification.user_id == viewer.user_id)


def sees_notification(notification: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """What its recipient has deleted is gone for everybody."""
    return and_(
        notification.deleted_at.is_(None),
        or_(viewer.is_a(Role.ADMIN), is_recipient(notification, viewer)),
    )


protect(Notification, visible=sees_notification, changeable=is_recipient, addable=nobody)
