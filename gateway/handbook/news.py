"""What a domain tells the others, what it hears of them, and what it does in the background."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from domains.kernel.events import Event, subscribers

from .schema import module_of
from .text import code, first_paragraph, joined, table, titled


def news(domain: str) -> str:
    told = table(("event", "topic", "carries", "meaning"), _told(domain))
    heard = table(("on", "does"), _heard(domain))
    parts = (told, titled("Heard of other domains:", heard))
    return titled("## Events", joined(parts))


def _told(domain: str) -> Iterator[tuple[str, ...]]:
    module = module_of(domain, "events")
    for name, kind in inspect.getmembers(module, _is_event) if module else ():
        if kind.__module__ == module.__name__:  # type: ignore[union-attr]
            carried = ", ".join(code(each.name) for each in fields(kind))
            yield code(name), code(kind.topic), carried, first_paragraph(inspect.getdoc(kind))


def _is_event(member: Any) -> bool:
    """Something that is told; what several events have in common has no topic."""
    return inspect.isclass(member) and issubclass(member, Event) and hasattr(member, "topic")


def _heard(domain: str) -> Iterator[tuple[str, str]]:
    module_of(domain, "subscribers")
    place = f"domains.{domain}.subscribers."
    for event, subscriber in subscribers():
        if f"{subscriber.__module__}.".startswith(place):
            said = first_paragraph(inspect.getdoc(subscriber))
            yield code(event.topic), said or subscriber.__name__.replace("_", " ")
