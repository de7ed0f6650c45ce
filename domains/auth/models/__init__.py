"""The tables of the namespace `auth`."""

from .accounts import NAMESPACE, User, UserProfile, UserRole
from .audit import AuditLog, AuditOutcome
from .proofs import MFAMethod, MFASettings, Passkey, Token, TokenType
from .sessions import RefreshToken, Session

__all__ = [
    "NAMESPACE",
    "AuditLog",
    "AuditOutcome",
    "MFAMethod",
    "MFASettings",
    "Passkey",
    "RefreshToken",
    "Session",
    "Token",
    "TokenType",
    "User",
    "UserProfile",
    "UserRole",
]
