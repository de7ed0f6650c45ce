"""Opaque tokens: 256 random bits, of which the database keeps only a digest."""

import hashlib
import re
import secrets

PREFIX = "azat_"
"""Tells an access token from other secrets, for people and for scanners of leaked secrets."""

_RANDOM_BYTES = 32
_PATTERN = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}\Z")


def new_access_token() -> str:
    """A token that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def is_access_token(text: str) -> bool:
    """Whether it has the form of one; it may still be nobody's."""
    return _PATTERN.match(text) is not None


def digest(token: str) -> bytes:
    """What is stored of a token. With so much randomness a fast hash is enough."""
    return hashlib.sha256(token.encode()).digest()
