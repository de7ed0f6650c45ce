"""What people tell about work, made plain; a refusal names all that cannot be kept."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from domains.forge.engine.wording import (
    LONGEST_SKILL,
    MOST_SKILLS,
    are_skills,
    plain_skills,
)
from domains.forge.errors.jobs import MomentPassed, SkillsInvalid, WordingInvalid
from domains.kernel.clock import now
from domains.kernel.refusal import Refused, UserError
from domains.kernel.wording import Text
from domains.mint import public as mint

TEXTS: Mapping[str, Text] = {
    "title": Text(3, 200),
    "description": Text(3, 10_000, lines=True),
    "category": Text(2, 100),
    "proposal": Text(3, 5000, lines=True),
    "name": Text(2, 100),
    "headline": Text(3, 200),
}
OPTIONAL = frozenset({"deadline", "due_at", "headline"})
"""What may be null."""

INPUT = ("input",)


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """All of it as it is kept, or a refusal with every flaw."""
    kept = plain_values(told)
    if found := list(flaws(kept)):
        raise Refused(*found)
    return kept


def plain_values(told: Mapping[str, Any]) -> dict[str, Any]:
    """All of it as it would be kept if it could be."""
    return {name: _plain(name, value) for name, value in told.items()}


def flaws(kept: Mapping[str, Any], above: tuple[str, ...] = INPUT) -> Iterator[UserError]:
    """Why plain values cannot be kept; `above` is the path of the input that holds them."""
    for name, value in kept.items():
        if value is not None or name not in OPTIONAL:
            yield from _flaws(name, value, [*above, CAMEL.get(name, name)])


def _plain(name: str, value: Any) -> Any:
    if value is not None and name in TEXTS:
        return TEXTS[name].plain(value)
    return plain_skills(value) if name == "skills" else value


def _flaws(name: str, value: Any, path: list[str]) -> Iterator[UserError]:
    if text := TEXTS.get(name):
        if not text.takes(value):
            yield WordingInvalid(path=path, minimum=text.shortest, maximum=text.longest)
    elif name in OTHERS:
        yield from OTHERS[name](value, path)


def _flaws_of_skills(skills: list[str], path: list[str]) -> Iterator[UserError]:
    if not are_skills(skills):
        yield SkillsInvalid(path=path, maximum=MOST_SKILLS, longest=LONGEST_SKILL)


def _flaws_of_amount(amount: Decimal, path: list[str]) -> Iterator[UserError]:
    if amount <= 0:
        yield mint.AmountInvalid(path=path)


def _flaws_of_moment(moment: datetime, path: list[str]) -> Iterator[UserError]:
    if moment <= now():
        yield MomentPassed(path=path)


OTHERS: Mapping[str, Callable[[Any, list[str]], Iterator[UserError]]] = {
    "skills": _flaws_of_skills,
    "budget": _flaws_of_amount,
    "bid": _flaws_of_amount,
    "amount": _flaws_of_amount,
    "deadline": _flaws_of_moment,
    "due_at": _flaws_of_moment,
}
CAMEL: Mapping[str, str] = {"due_at": "dueAt"}
"""Names that a client writes otherwise."""
