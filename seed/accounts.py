"""The people of the example data, and the password that all of them have."""

from dataclasses import dataclass
from uuid import UUID

from domains.auth.models import UserRole

from .ids import fixed_id

PASSWORD = "azora-in-development"  # noqa: S105 (everybody may know it: production refuses it)
"""For development alone."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to sign in as."""

    email: str
    name: str
    role: UserRole

    @property
    def id(self) -> UUID:
        return fixed_id("user", list(UserRole).index(self.role))


STUDENT = Account("student@azora.world", "Themba Ndlovu", UserRole.STUDENT)
EDUCATOR = Account("educator@azora.world", "Dr. Naledi Khumalo", UserRole.EDUCATOR)
EMPLOYER = Account("employer@azora.world", "Kofi Mensah", UserRole.EMPLOYER)

ACCOUNTS = (STUDENT, EDUCATOR, EMPLOYER)
