"""How well work and those who could do it go together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domains.forge.engine.matching import Match
from domains.kernel import prose

from .nodes import Job, SkillProfile


@prose.output
class Matched:
    """What speaks for giving work to somebody, and what does not."""

    score: Decimal
    """From 0 to 100: 40 for all skills that are asked for, 30 for a rating of 5, and 30 for ten
    jobs or more; parts of these count in proportion."""

    shared_skills: list[str]
    """The skills that the job asks for and the freelancer has, at least one."""

    missing_skills: list[str]
    """The skills that the job asks for and the freelancer does not have."""

    reasons: list[str]
    """What the score is made of, in sentences, for the person at the screen."""


@prose.output
class JobMatch(Matched):
    """A job that goes with the viewer's skills."""

    job: Job | None
    """The job; null if it has just gone."""


@prose.output
class CandidateMatch(Matched):
    """A freelancer whose skills go with a job."""

    skill_profile: SkillProfile | None
    """The freelancer."""


def shown(found: Match) -> dict[str, Any]:
    """A match as both types show it."""
    return {
        "score": found.shown_score,
        "shared_skills": found.shared_skills,
        "missing_skills": found.missing_skills,
        "reasons": found.reasons,
    }
