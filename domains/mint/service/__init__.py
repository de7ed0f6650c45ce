"""The rules of money."""

from .leaving import close_for_good
from .posting import located, post
from .transfers import note_transfer

__all__ = ["close_for_good", "located", "note_transfer", "post"]
