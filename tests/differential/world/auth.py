"""Everybody's profile, sessions and log."""

from datetime import UTC, datetime, timedelta

from domains.auth.models import (
    AuditLog,
    MFAMethod,
    MFASettings,
    Passkey,
    Session,
    User,
    UserProfile,
)
from tests.differential.awkward import CONTENTS, MOMENTS, TEXTS

from . import Cast, Maker

ADDRESSES = ("127.0.0.1", "2001:db8::1", None)


def fill(maker: Maker, cast: Cast) -> None:
    for user in cast.users.values():
        _profile(maker, user)
        _factors(maker, user)
        for number, address in enumerate(ADDRESSES):
            _session(maker, user, number, address)
            _log(maker, user, address)


def _profile(maker: Maker, user: User) -> None:
    maker.add(
        UserProfile,
        user_id=user.id,
        avatar=maker.sometimes(TEXTS),
        bio=maker.sometimes(TEXTS),
        location=maker.sometimes(TEXTS),
        timezone=maker.sometimes(("Africa/Johannesburg",)),
        details=maker.next(CONTENTS),
        updated_at=maker.moment(),
    )


def _factors(maker: Maker, user: User) -> None:
    confirmed = maker.sometimes(MOMENTS)
    maker.add(
        MFASettings,
        user_id=user.id,
        method=maker.next(tuple(MFAMethod)),
        enabled_at=confirmed,
        sms_confirmed_at=confirmed,
        phone="+27115550123",
        backup_code_hashes=["kept"] * maker.next((0, 1, 10)),
        updated_at=maker.moment(),
    )
    for name in ("Phone", "Key ring"):
        maker.add(
            Passkey,
            user_id=user.id,
            name=name,
            credential_id=maker.random.randbytes(16),
            public_key=b"key",
            last_used_at=maker.sometimes(MOMENTS),
            removed_at=maker.sometimes(MOMENTS),
        )


def _session(maker: Maker, user: User, number: int, address: str | None) -> None:
    created = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(microseconds=number)
    maker.add(
        Session,
        user_id=user.id,
        token_hash=maker.random.randbytes(32),
        ip=address,
        user_agent=maker.sometimes(TEXTS),
        created_at=created,
        last_seen_at=maker.moment(),
        access_expires_at=created + timedelta(minutes=15),
        expires_at=created + timedelta(days=1),
        aal=1 + number % 2,
        methods=["password", "totp"][: 1 + number % 2],
        revoked_at=maker.sometimes(MOMENTS),
    )


def _log(maker: Maker, user: User, address: str | None) -> None:
    maker.add(
        AuditLog,
        user_id=user.id,
        action="login.succeeded",
        resource=maker.sometimes(TEXTS),
        ip=address,
        details=maker.next(CONTENTS),
        created_at=maker.moment(),
    )
