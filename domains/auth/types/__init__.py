"""What auth shows of itself."""

from .filters import AuditLogFilter, UserFilter
from .nodes import AuditLog, MFASettings, Passkey, Session, User, UserProfile

__all__ = [
    "AuditLog",
    "AuditLogFilter",
    "MFASettings",
    "Passkey",
    "Session",
    "User",
    "UserFilter",
    "UserProfile",
]
