"""Codes: of authenticator apps, sent ones, and those that a person keeps on paper."""

import base64
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno
from argon2 import Parameters, Type, extract_parameters
from argon2.low_level import hash_secret

ISSUER = "Azora"
"""What apps call the account by."""

STEP = timedelta(seconds=30)
WINDOW = (-1, 0, 1)
"""Steps beside the present one whose codes count, for clocks that are not quite right."""

SECRET_LETTERS = 32
"""160 bits in base32, as RFC 4226 asks for."""

SENT_LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5
"""How often a sent code may be tried, and how often a challenge may be answered."""

RECOVERY_CODES = 10
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that look like digits."""

GROUP = 5
LOOKALIKES = str.maketrans("OIL", "011", "- ")

COST = Parameters(
    type=Type.ID,
    version=19,
    salt_len=16,
    hash_len=32,
    time_cost=2,
    memory_cost=19456,
    parallelism=1,
)

_APP_CODE = re.compile(r"[0-9]{6}\Z")
_RECOVERY_CODE = re.compile(rf"[{CROCKFORD}]{{{2 * GROUP}}}\Z")


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """New recovery codes, told this once, and what is kept of them."""

    plain: Sequence[str]
    hashes: Sequence[str]


def new_app_secret() -> str:
    """What an authenticator app is to know."""
    return pyotp.random_base32(SECRET_LETTERS)


def app_link(secret: str, account: str) -> str:
    """The address that sets up an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_code(text: str) -> str:
    """A picture for a camera, as the address of an image that is its own content."""
    return segno.make_qr(text, error="m").svg_data_uri(scale=4, light="#fff")


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The time step whose code an app showed, if it is a present one."""
    if not _APP_CODE.match(code):
        return None
    present = int(moment.timestamp()) // int(STEP.total_seconds())
    app = pyotp.TOTP(secret)
    # All are compared, so that the time taken does not tell which one it was.
    found = [
        step
        for step in (present + offset for offset in WINDOW)
        if hmac.compare_digest(app.generate_otp(step), code)
    ]
    return found[-1] if found else None


def new_sent_code(digits: int) -> str:
    """A code short enough to be typed; it is good for minutes and a few tries."""
    return f"{secrets.randbelow(10**digits):0{digits}}"


def new_recovery_codes() -> RecoveryCodes:
    """Codes for a person who lost their other factors. Takes a while."""
    plain = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    salt = secrets.token_bytes(COST.salt_len)
    return RecoveryCodes(plain, [_hash(_typed(code), salt, COST) for code in plain])


def recovery_hash(code: str, beside: str) -> str | None:
    """What would be kept of a code beside this hash; None if it is no code. Takes a while.

    All codes of a person have one salt, so a try costs one hash however many are left; with fifty
    random bits it does not matter that they share it.
    """
    typed = _typed(code)
    if not _RECOVERY_CODE.match(typed):
        return None
    return _hash(typed, _salt_of(beside), extract_parameters(beside))


def _typed(code: str) -> str:
    """A code however a person wrote it down: in small letters, without the hyphen, O for 0."""
    return code.upper().translate(LOOKALIKES)


def _new_recovery_code() -> str:
    drawn = "".join(secrets.choice(CROCKFORD) for _ in range(2 * GROUP))
    return f"{drawn[:GROUP]}-{drawn[GROUP:]}"


def _salt_of(encoded: str) -> bytes:
    text = encoded.split("$")[-2]
    return base64.b64decode(text + "=" * (-len(text) % 4))


def _hash(typed: str, salt: bytes, cost: Parameters) -> str:
    return hash_secret(
        typed.encode(),
        salt,
        time_cost=cost.time_cost,
        memory_cost=cost.memory_cost,
        parallelism=cost.parallelism,
        hash_len=cost.hash_len,
        type=cost.type,
    ).decode()
