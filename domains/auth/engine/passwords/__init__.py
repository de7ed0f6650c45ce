"""Passwords: which are good enough, and their hashes, made beside the event loop."""

from .hashes import Checked, Hashed, check, hashed, is_importable
from .rules import FLOOR, LONGEST, Flaw, Weakness, normalized, weakness
from .threads import LONGEST_QUEUE, THREADS, TooManyPasswords, hashing

__all__ = [
    "FLOOR",
    "LONGEST",
    "LONGEST_QUEUE",
    "THREADS",
    "Checked",
    "Flaw",
    "Hashed",
    "TooManyPasswords",
    "Weakness",
    "beside_the_loop",
    "check",
    "hashed",
    "is_importable",
    "normalized",
    "weakness",
]

beside_the_loop = hashing.run
"""For other work of the same weight."""
