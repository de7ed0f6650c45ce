"""A welcome for everybody."""

from sqlmodel import SQLModel

from domains.notifications.models import Notification, NotificationType

from .accounts import ACCOUNTS
from .ids import fixed_id


async def rows() -> list[SQLModel]:
    return [
        Notification(
            id=fixed_id("welcome", place),
            user_id=account.id,
            title="Welcome to Azora",
            message=f"Good to have you here, {account.name}.",
            type=NotificationType.SUCCESS,
        )
        for place, account in enumerate(ACCOUNTS)
    ]
