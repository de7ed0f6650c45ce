"""How well work and those who could do it go together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from heapq import nsmallest
from uuid import UUID

FOR_SKILLS = 40
FOR_RATING = 30
FOR_EXPERIENCE = 30
"""What each counts at most; together 100."""

NONE = Fraction(0)
BEST_RATING = 5
MANY_JOBS = 10
"""Who has done so many is as experienced as anybody."""


@dataclass(frozen=True)
class Asked:
    """The skills that work asks for."""

    skills: Sequence[str]

    @cached_property
    def lowered(self) -> Sequence[str]:
        return [skill.lower() for skill in self.skills]


@dataclass(frozen=True)
class Freelancer:
    """What counts of somebody who could do work."""

    skills: Sequence[str]
    rating: Decimal
    """The mean of their ratings, or 0 before the first."""

    rating_count: int
    jobs_completed: int

    @cached_property
    def lowered(self) -> frozenset[str]:
        return frozenset(skill.lower() for skill in self.skills)

    @cached_property
    def merit(self) -> Fraction:
        """What they bring to any work: how well and how often they did some."""
        experience = Fraction(min(self.jobs_completed, MANY_JOBS), MANY_JOBS)
        return FOR_RATING * Fraction(self.rating) / BEST_RATING + FOR_EXPERIENCE * experience


@dataclass(frozen=True, slots=True)
class Match:
    """What speaks for giving work to somebody, and what does not."""

    score: Fraction
    """From 0 to 100."""

    shared_skills: Sequence[str]
    """Those that the work asks for and they have, in the words of the work."""

    missing_skills: Sequence[str]
    reasons: Sequence[str]
    """What the score is made of, in sentences."""

    @property
    def shown_score(self) -> Decimal:
        """With two decimals."""
        rounded = round(self.score, 2)
        return Decimal(rounded.numerator) / rounded.denominator


def best(
    compared: Iterable[tuple[UUID, Asked, Freelancer]], most: int
) -> Sequence[tuple[UUID, Match]]:
    """Those that go together best, the best first; only these are explained."""
    scored = [(_score(asked, able), id, asked, able) for id, asked, able in compared]
    fitting = (each for each in scored if each[0])
    first = nsmallest(most, fitting, key=lambda each: (-each[0], each[1]))
    return [(id, _explained(score, asked, able)) for score, id, asked, able in first]


def match(asked: Asked, freelancer: Freelancer) -> Match | None:
    """How well somebody goes with work; None if they have no skill that it asks for."""
    score = _score(asked, freelancer)
    return _explained(score, asked, freelancer) if score else None


def _score(asked: Asked, freelancer: Freelancer) -> Fraction:
    """From 0, which is without any skill in common, to 100."""
    shared = sum(skill in freelancer.lowered for skill in asked.lowered)
    return Fraction(FOR_SKILLS * shared, len(asked.skills)) + freelancer.merit if shared else NONE


def _explained(score: Fraction, asked: Asked, freelancer: Freelancer) -> Match:
    named = [*zip(asked.skills, asked.lowered, strict=True)]
    shared = [skill for skill, lowered in named if lowered in freelancer.lowered]
    return Match(
        score=score,
        shared_skills=shared,
        missing_skills=[skill for skill, lowered in named if lowered not in freelancer.lowered],
        reasons=[*_reasons(shared, len(asked.skills), freelancer)],
    )


def _reasons(shared: Sequence[str], asked: int, freelancer: Freelancer) -> Iterator[str]:
    skills = "skill" if asked == 1 else "skills"
    yield f"{len(shared)} of the {asked} {skills} asked for: {', '.join(shared)}."
    if count := freelancer.rating_count:
        ratings = "rating" if count == 1 else "ratings"
        yield f"Rated {freelancer.rating} of {BEST_RATING} on average, in {count} {ratings}."
    if done := freelancer.jobs_completed:
        yield f"{done} {'job' if done == 1 else 'jobs'} completed."
