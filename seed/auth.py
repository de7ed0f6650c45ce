"""Accounts, with verified addresses and profiles."""

from typing import Any

from sqlmodel import SQLModel

from domains.auth.engine.passwords import hashed
from domains.auth.models import User, UserProfile
from domains.kernel.clock import now

from .accounts import ACCOUNTS, EDUCATOR, EMPLOYER, PASSWORD, STUDENT, Account
from .ids import fixed_id

PROFILES: dict[Account, dict[str, Any]] = {
    STUDENT: {
        "bio": "Learning to program.",
        "location": "Johannesburg, South Africa",
        "timezone": "Africa/Johannesburg",
    },
    EDUCATOR: {
        "bio": "Teacher of computer science for ten years.",
        "location": "Cape Town, South Africa",
        "timezone": "Africa/Johannesburg",
    },
    EMPLOYER: {
        "bio": "Founder of a startup.",
        "location": "Lagos, Nigeria",
        "timezone": "Africa/Lagos",
    },
}


async def rows() -> list[SQLModel]:
    users = [await _user(account) for account in ACCOUNTS]
    profiles = [
        UserProfile(id=fixed_id("profile", place), user_id=account.id, **PROFILES[account])
        for place, account in enumerate(ACCOUNTS)
    ]
    return [*users, *profiles]


async def _user(account: Account) -> User:
    password = await hashed(PASSWORD)
    return User(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        password_hash=password.hash,
        pepper_kid=password.pepper_kid,
        email_verified_at=now(),
    )
