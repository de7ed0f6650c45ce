"""What people are told on news of other domains. An event told twice notifies once."""

from . import accounts, escrow, learning, money, work
from .telling import notification_id

__all__ = ["accounts", "escrow", "learning", "money", "notification_id", "work"]
