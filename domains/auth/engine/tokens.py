"""Opaque tokens: 256 random bits, of which the database keeps only a digest."""

import hashlib
import re
import secrets

PREFIX = "azat_"
"""Tells an access token from other secrets, for people and for scanners of leaked secrets."""

REFRESH_PREFIX = "azrt_"
ONE_TIME_PREFIX = "azot_"

_RANDOM_BYTES = 32
_BODY = r"[A-Za-z0-9_-]{43}\Z"
_PATTERN = re.compile(PREFIX + _BODY)
_REFRESH_PATTERN = re.compile(REFRESH_PREFIX + _BODY)


def new_access_token() -> str:
    """A token that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def is_access_token(text: str) -> bool:
    """Whether it has the form of one; it may still be nobody's."""
    return _PATTERN.match(text) is not None


def new_refresh_token() -> str:
    """A token that renews a session."""
    return REFRESH_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def is_refresh_token(text: str) -> bool:
    """Whether it has the form of one."""
    return _REFRESH_PATTERN.match(text) is not None


def new_one_time_token() -> str:
    """A token for a link in a mail, or for the next step of a sign-in."""
    return ONE_TIME_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def digest(token: str) -> bytes:
    """What is stored of a token. With so much randomness a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()
