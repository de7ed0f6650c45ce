"""Accounts: a student for each number, and now and then one of those whom students need.

Nobody has a password, and every session has run out, so that nobody can sign in as them.
"""

from domains.auth.models import (
    AuditLog,
    MFASettings,
    Passkey,
    RefreshToken,
    Session,
    Token,
    User,
    UserProfile,
)

from .kinds import (
    AUDIT_LOG,
    PASSKEY,
    PROFILE,
    REFRESH_TOKEN,
    SECOND_FACTOR,
    SESSION,
    STUDENTS,
    TOKEN,
    USER,
)
from .terms import NUMBERS, Filling, Kind, at, dice, key, moment, pick
from .words import FIRST_NAMES, LAST_NAMES, PLACES, ZONES

CLASS = 100
"""So many students have an educator."""

MARKET = 50
"""So many students have an employer."""

HOME = dice(3, len(PLACES))
EMAIL = "role || n || '@scale.example'"

PEOPLE = f"""{NUMBERS} cross join lateral (values
  (0, 'student', true),
  (1, 'educator', n % {CLASS} = 1),
  (2, 'employer', n % {MARKET} = 0),
  (3, 'admin', n = 1)
) as person (place, role, there)"""
"""The places are those of `kinds`."""

STUDENT_ID = key(USER, j=STUDENTS)


def first_name(n: str = "n") -> str:
    return pick(FIRST_NAMES, dice(1, len(FIRST_NAMES), n))


def last_name(n: str = "n") -> str:
    return pick(LAST_NAMES, dice(2, len(LAST_NAMES), n))


def full_name(n: str = "n") -> str:
    """Everybody of one number has the same."""
    return f"{first_name(n)} || ' ' || {last_name(n)}"


def _secret(kind: Kind) -> str:
    """The digest of a digest: nobody knows a text that it would be the digest of."""
    return f"sha256(sha256(convert_to('scale:{kind.number}:' || n, 'UTF8')))"


def _after(kind: Kind, interval: str) -> str:
    return moment(at(kind), plus=interval)


FILLINGS = (
    Filling(
        User,
        USER,
        {
            "email": EMAIL,
            "name": full_name(),
            "role": "role",
            "email_verified_at": moment(at(USER, j="place"), plus="1 hour"),
            "last_login_at": moment(at(USER, j="place"), plus="30 days"),
        },
        PEOPLE,
        "there",
        j="place",
    ),
    Filling(
        UserProfile,
        PROFILE,
        {
            "user_id": key(USER, j="place"),
            "bio": f"'A ' || role || ' from ' || {pick(PLACES, HOME)} || '.'",
            "location": pick(PLACES, HOME),
            "timezone": pick(ZONES, HOME),
        },
        PEOPLE,
        "there",
        j="place",
    ),
    Filling(
        Session,
        SESSION,
        {
            "user_id": STUDENT_ID,
            "token_hash": _secret(SESSION),
            "ip": "'192.0.2.' || n % 256",
            "user_agent": pick(("Firefox", "Chrome", "Safari"), "n"),
            "auth_time": moment(at(SESSION)),
            "last_seen_at": _after(SESSION, "6 days"),
            "methods": "array['password']",
            "access_expires_at": _after(SESSION, "7 days"),
            "expires_at": _after(SESSION, "7 days"),
        },
        where="n % 3 = 0",
    ),
    Filling(
        RefreshToken,
        REFRESH_TOKEN,
        {
            "user_id": STUDENT_ID,
            "session_id": key(SESSION),
            "token_hash": _secret(REFRESH_TOKEN),
            "expires_at": _after(REFRESH_TOKEN, "30 days"),
            "revoked_at": _after(REFRESH_TOKEN, "1 day"),
        },
        where="n % 3 = 0",
    ),
    Filling(
        Token,
        TOKEN,
        {
            "user_id": STUDENT_ID,
            "type": "'EMAIL_VERIFICATION'",
            "token_hash": _secret(TOKEN),
            "expires_at": _after(TOKEN, "1 day"),
            "consumed_at": _after(TOKEN, "1 hour"),
        },
        where="n % 5 = 0",
    ),
    Filling(
        MFASettings,
        SECOND_FACTOR,
        {
            "user_id": STUDENT_ID,
            "method": "'email'",
            "enabled_at": _after(SECOND_FACTOR, "1 day"),
            "email_confirmed_at": _after(SECOND_FACTOR, "1 day"),
        },
        where="n % 20 = 0",
    ),
    Filling(
        Passkey,
        PASSKEY,
        {
            "user_id": STUDENT_ID,
            "name": pick(("Phone", "Laptop"), "n"),
            "credential_id": _secret(PASSKEY),
            "public_key": "'\\x00'",
        },
        where="n % 10 = 0",
    ),
    Filling(
        AuditLog,
        AUDIT_LOG,
        {
            "user_id": STUDENT_ID,
            "action": pick(("user.signed_up", "user.login"), "place"),
            "ip": "'192.0.2.' || n % 256",
        },
        f"{NUMBERS}, generate_series(0, 1) as place",
        j="place",
    ),
)
