"""What a course and a module may say of themselves."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from domains.education.engine import content
from domains.education.errors.courses import (
    ContentInvalid,
    CourseTextInvalid,
    DurationInvalid,
    PriceInvalid,
)
from domains.kernel.refusal import BadInput, Refused, UserError
from domains.kernel.scalars import decimal_text
from domains.kernel.wording import Text

LONGEST_DURATION = 10_000
"""Hours."""

COURSE_TEXTS = {
    "title": Text(3, 200),
    "description": Text(1, 2000, lines=True),
    "category": Text(1, 60),
}
MODULE_TEXTS = {"title": Text(1, 200), "description": Text(0, 2000, lines=True)}

Flaw = Callable[[list[str], Any], UserError | None]


def _price_flaw(path: list[str], price: Decimal) -> UserError | None:
    return None if price >= 0 else PriceInvalid(path=path)


def _duration_flaw(path: list[str], hours: int) -> UserError | None:
    fits = 1 <= hours <= LONGEST_DURATION
    return None if fits else DurationInvalid(path=path, maximum=LONGEST_DURATION)


def _content_flaw(path: list[str], value: Any) -> UserError | None:
    if content.is_content(value):
        return None
    return ContentInvalid(
        path=path, maximum_bytes=content.MOST_BYTES, maximum_depth=content.DEEPEST
    )


COURSE_FLAWS: Mapping[str, Flaw] = {"price": _price_flaw, "duration_hours": _duration_flaw}
MODULE_FLAWS: Mapping[str, Flaw] = {"content": _content_flaw}


def course(told: Mapping[str, Any]) -> dict[str, Any]:
    """A course's columns as they are kept, or a refusal with all that is wrong with them."""
    return _kept(told, COURSE_TEXTS, COURSE_FLAWS)


def module(told: Mapping[str, Any]) -> dict[str, Any]:
    """A module's columns as they are kept, or a refusal with all that is wrong with them."""
    return _kept(told, MODULE_TEXTS, MODULE_FLAWS, nullable="description")


def _kept(
    told: Mapping[str, Any],
    texts: Mapping[str, Text],
    flaws: Mapping[str, Flaw],
    nullable: str | None = None,
) -> dict[str, Any]:
    plain = {name: _plain(value, texts.get(name)) for name, value in told.items()}
    for name, value in plain.items():
        if value is None and name != nullable:
            raise BadInput(f"`{_camel(name)}` cannot be null.")
    if found := [*_found(plain, texts, flaws)]:
        raise Refused(*found)
    return plain


def _plain(value: Any, text: Text | None) -> Any:
    if isinstance(value, str) and text is not None:
        return text.plain(value)
    return Decimal(decimal_text(value)) if isinstance(value, Decimal) else value


def _found(
    plain: Mapping[str, Any], texts: Mapping[str, Text], flaws: Mapping[str, Flaw]
) -> Iterator[UserError]:
    for name, value in plain.items():
        path, text = ["input", _camel(name)], texts.get(name)
        if value is None:
            continue
        if text is not None and not text.takes(value):
            yield CourseTextInvalid(path=path, minimum=text.shortest, maximum=text.longest)
        elif name in flaws and (flaw := flaws[name](path, value)):
            yield flaw


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))
