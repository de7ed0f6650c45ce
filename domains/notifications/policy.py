"""Who may see and change notifications."""

from sqlalchemy import ColumnElement, and_

from domains.kernel.policy import Columns, ViewerTerms, nobody, owns, owns_or_administers, protect

from .models import Notification


def sees_notification(notification: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """What its recipient has deleted is gone for everybody."""
    return and_(notification.deleted_at.is_(None), owns_or_administers(notification, viewer))


protect(Notification, visible=sees_notification, changeable=owns, addable=nobody)
