"""The skills that people say they have, and those that work asks for."""

from collections.abc import Iterable

from domains.kernel.wording import Text

MOST_SKILLS = 50
LONGEST_SKILL = 50

SKILL = Text(1, LONGEST_SKILL)


def plain_skills(skills: Iterable[str]) -> list[str]:
    """As they are kept: each once, in the case in which it came first."""
    kept: dict[str, str] = {}
    for skill in map(SKILL.plain, skills):
        kept.setdefault(skill.lower(), skill)
    return [*kept.values()]


def are_skills(skills: list[str]) -> bool:
    """Whether such plain skills can be kept."""
    return len(skills) <= MOST_SKILLS and all(map(SKILL.takes, skills))
