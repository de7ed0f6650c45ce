"""Hashes of passwords: argon2id over a peppered digest, and the older forms that are still read.

The pepper is a key that is not in the database, so hashes alone are of no use to a thief. Which
one was mixed in stands beside the hash; a hash without one was made elsewhere and brought here.
"""

import hmac
import logging
import re
from dataclasses import dataclass
from hashlib import sha256

import bcrypt
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from domains.kernel import keys
from domains.kernel.keys import UnknownKey

from .rules import LONGEST, normalized
from .threads import hashing

logger = logging.getLogger("azora.auth")

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)

NOBODYS_HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
"""No password has it, and checking it takes as long as checking somebody's."""

MOST_MEMORY = 65536
MOST_ROUNDS = 10
MOST_LANES = 16
"""Bounds of a stored hash, so that none can keep a thread busy for long."""

BCRYPT = re.compile(r"\$2[ab]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}\Z")
"""With a cost of at most 14, for the same reason."""

BCRYPT_READS = 72
"""Bytes of a password that bcrypt looks at; what follows them is not in the hash."""

PURPOSE = "password"


@dataclass(frozen=True, slots=True)
class Hashed:
    """What is stored of a password."""

    hash: str
    pepper_kid: str
    """Which pepper is in it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password is the one of a hash, and a better hash of it if that one is dated."""

    matches: bool
    new: Hashed | None = None


async def hashed(password: str) -> Hashed:
    """A hash with today's parameters and today's pepper."""
    return await hashing.run(lambda: _hash(password))


async def check(password: str, stored: str | None, pepper_kid: str | None) -> Checked:
    """Compare with a stored hash, or with nobody's; both take one hash of the password."""
    # A password of no account's length is not worth the time of reading it.
    tried = password if len(password) <= LONGEST else ""
    if stored is None or not is_importable(stored):
        return await hashing.run(lambda: _check_nobodys(tried))
    return await hashing.run(lambda: _check(tried, stored, pepper_kid))


def is_importable(stored: str) -> bool:
    """Whether it is a hash that can be checked, in a time that does not hurt."""
    if BCRYPT.match(stored):
        return True
    try:
        parameters = extract_parameters(stored)
    except InvalidHashError:
        return False
    dear = (parameters.memory_cost, parameters.time_cost, parameters.parallelism)
    most = (MOST_MEMORY, MOST_ROUNDS, MOST_LANES)
    return parameters.type is Type.ID and all(a <= b for a, b in zip(dear, most, strict=True))


def _hash(password: str) -> Hashed:
    kid = keys.peppers().current
    return Hashed(HASHER.hash(_peppered(password, kid)), kid)


def _peppered(password: str, kid: str) -> bytes:
    pepper = keys.peppers().derived(kid, PURPOSE)
    return hmac.digest(pepper, normalized(password).encode(), sha256)


def _check_nobodys(password: str) -> Checked:
    _verifies(NOBODYS_HASH, _peppered(password, keys.peppers().current))
    return Checked(matches=False)


def _check(password: str, stored: str, pepper_kid: str | None) -> Checked:
    if BCRYPT.match(stored):
        return _check_bcrypt(password, stored)
    if pepper_kid is None:
        # Hashed elsewhere, where letters may not have been put into one form first.
        forms = {_encoded(password): None, normalized(password).encode(): None}
        return _checked(password, dated=True, matches=any(_verifies(stored, f) for f in forms))
    try:
        matches = _verifies(stored, _peppered(password, pepper_kid))
    except UnknownKey:
        logger.error("a password has the pepper %s, which is not kept", pepper_kid)  # noqa: TRY400 (a trace says no more)
        return _check_nobodys(password)
    dated = pepper_kid != keys.peppers().current or HASHER.check_needs_rehash(stored)
    return _checked(password, matches=matches, dated=dated)


def _check_bcrypt(password: str, stored: str) -> Checked:
    """Compare with a hash of another system.

    It stays where it says nothing of the password's end, lest whatever was typed there be kept.
    """
    whole = _encoded(password)
    matches = bcrypt.checkpw(whole[:BCRYPT_READS], stored.encode())
    return _checked(password, matches=matches, dated=len(whole) <= BCRYPT_READS)


def _checked(password: str, *, matches: bool, dated: bool) -> Checked:
    return Checked(matches, _hash(password) if matches and dated else None)


def _verifies(stored: str, password: bytes) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _encoded(password: str) -> bytes:
    return password.encode(errors="replace")
