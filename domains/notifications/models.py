"""The tables of the namespace `notifications`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from domains.kernel.row import CreatedRow, enum_type

NAMESPACE = "notifications"


class NotificationType(StrEnum):
    """The tone of a notification."""

    INFO = "info"
    """Something to know."""

    WARNING = "warning"
    """Something to look at."""

    SUCCESS = "success"
    """Something went well."""

    ERROR = "error"
    """Something went wrong."""


class Notification(CreatedRow, table=True):
    """A message to one person, until they delete it."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index(
            "notifications_kept_idx",
            "user_id",
            text("id desc"),
            postgresql_where=text("deleted_at is null"),
        ),
        Index(
            "notifications_unread_idx",
            "user_id",
            text("id desc"),
            postgresql_where=text("read_at is null and deleted_at is null"),
        ),
        {"schema": NAMESPACE},
    )

    user_id: UUID = Field(foreign_key="auth.users.id", ondelete="CASCADE")
    title: str
    message: str
    type: NotificationType = Field(
        default=NotificationType.INFO,
        sa_type=enum_type(NotificationType, "notification_type", NAMESPACE),
        sa_column_kwargs={"server_default": text("'info'")},
    )
    read_at: datetime | None = None
    deleted_at: datetime | None = None
