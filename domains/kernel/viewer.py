"""Who is asking."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a viewer is to the rules; people hold one of the first four."""

    STUDENT = "student"
    EDUCATOR = "educator"
    EMPLOYER = "employer"
    ADMIN = "admin"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person, or the part of the program, on whose behalf rows are read and written."""

    user_id: UUID | None
    role: Role
    session_id: UUID | None = None
    proof: bytes | None = field(default=None, repr=False)
    """A token's digest, if whose it is was remembered and not asked of the database. A statement
    on behalf of such a viewer must first make sure that it still is."""

    impersonator_id: UUID | None = None
    """The admin who acts as this person, if one does."""

    prover: str | None = None
    """The function of the database that makes sure by the proof, and then makes the settings."""

    @property
    def proven_by(self) -> str | None:
        """What a statement on their behalf has to ask first; None of a viewer known for sure."""
        if self.proof is not None and self.prover is None:
            raise RuntimeError("nobody can prove this viewer")
        return self.prover if self.proof is not None else None

    @property
    def settings(self) -> tuple[str, str]:
        """The values of `azora.user_id` and `azora.role` for the database's row policies."""
        return (str(self.user_id) if self.user_id else "", self.role.value)


ANONYMOUS = Viewer(None, Role.ANONYMOUS)
"""Somebody who has not signed in."""

SYSTEM = Viewer(None, Role.SYSTEM)
"""The program itself: sign-in, the worker, the seed. Never a viewer of a client's operation."""
