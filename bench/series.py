"""What a contestant did in all rounds, and how it stands to another's."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Generic, Self, TypeVar

S = TypeVar("S")

LEAST = 1e-9
"""What is divided by where nothing was measured."""


class Rounds(Generic[S]):
    """One sample a round; those of two contestants in one round were taken side by side."""

    __slots__ = ()
    samples: Sequence[S]

    def median(self, figure: Callable[[S], float]) -> float:
        return median(map(figure, self.samples))

    def ratio(self, other: Self, figure: Callable[[S], float]) -> float:
        """How much of another's figure this one's is: the median of the rounds' own ratios."""
        pairs = zip(self.samples, other.samples, strict=True)
        return median(figure(mine) / max(figure(theirs), LEAST) for mine, theirs in pairs)
