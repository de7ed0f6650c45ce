"""Ids that are the same in every run."""

from uuid import NAMESPACE_URL, UUID, uuid5

BEGINNING = 1_767_225_600_000
"""The first moment of 2026 in milliseconds: example data is older than all that follows it."""

TIME_BITS = 80
VERSION_AND_VARIANT = 0x7 << 76 | 0b10 << 62
NAMELESS_BITS = (1 << TIME_BITS) - 1 & ~(0xF << 76) & ~(0b11 << 62)


def fixed_id(kind: str, number: int = 0) -> UUID:
    """An id in the form of version 7; among those of a kind, the greater number is the newer."""
    name = uuid5(NAMESPACE_URL, f"azora:{kind}:{number}").int & NAMELESS_BITS
    return UUID(int=BEGINNING + number << TIME_BITS | VERSION_AND_VARIANT | name)
