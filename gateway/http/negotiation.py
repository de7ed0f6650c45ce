"""Which media type a request is in, and which one its answer is to be in."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from .refusal import HTTPRefusal

FORBIDDING = 0.0
EXACT = 3

MOST_RANGES = 32
"""What comes after so many entries of an Accept header does not count: each costs time."""


class MediaType(StrEnum):
    """How an answer may be labelled. The older label hides request errors behind status 200."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


HTML = "text/html"
EVENTS = "text/event-stream"

PREFERRED = {
    "": MediaType.JSON,
    "*/*": MediaType.JSON,
    MediaType.JSON: MediaType.JSON,
    MediaType.RESPONSE: MediaType.RESPONSE,
}
"""The headers that nearly all clients send, answered without parsing."""


class Range(NamedTuple):
    """One entry of an Accept header."""

    pattern: str
    quality: float

    def precision(self, media_type: str) -> int:
        """How exactly the entry names the media type, 0 if it does not."""
        family = media_type.partition("/")[0]
        return {media_type: EXACT, f"{family}/*": 2, "*/*": 1}.get(self.pattern, 0)


def answer_type(accept: str) -> MediaType:
    """The media type of the answer, or a refusal with status 406."""
    known = PREFERRED.get(accept)
    if known is not None:
        return known
    ranges = [*_ranges(accept)]
    # A wildcard does not show that the client knows the newer type, so JSON wins a tie there.
    response, json = (_preference(ranges, kind) for kind in MediaType)
    if max(response, json)[0] == FORBIDDING:
        kinds = " or ".join(MediaType)
        raise HTTPRefusal(406, f"The answer can only be {kinds}.")
    wins = response[0] > json[0] or response == (json[0], EXACT)
    return MediaType.RESPONSE if wins else MediaType.JSON


def prefers_html(accept: str) -> bool:
    """Whether a person's browser asks, rather than a program."""
    if HTML not in accept:
        return False
    ranges = [*_ranges(accept)]
    html = _preference(ranges, HTML)
    return all(html > _preference(ranges, kind) for kind in MediaType)


def takes_events(accept: str) -> bool:
    """Whether the client names the media type of a stream; a wildcard does not mean one."""
    if EVENTS not in accept.lower():
        return False
    quality, precision = _preference([*_ranges(accept)], EVENTS)
    return precision == EXACT and quality > FORBIDDING


def prefers_events(accept: str) -> bool:
    """Whether it wants even a single answer so."""
    ranges = [*_ranges(accept)]
    quality, _ = _preference(ranges, EVENTS)
    return all(quality > _preference(ranges, kind)[0] for kind in MediaType)


def demand_json(headers: Mapping[str, str]) -> None:
    """Only the type that no plain web form can send, so that a browser asks before it does."""
    if headers.get("content-type") == MediaType.JSON and "content-encoding" not in headers:
        return
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    charsets = [parameter.strip().replace('"', "") for parameter in parameters]
    if kind.strip() != MediaType.JSON or any(text != "charset=utf-8" for text in charsets):
        raise HTTPRefusal(415, "The body has to be application/json in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPRefusal(415, "The body must not be compressed.")


def _ranges(accept: str) -> Iterator[Range]:
    for entry in accept.lower().split(",", MOST_RANGES)[:MOST_RANGES]:
        pattern, *parameters = (part.strip() for part in entry.split(";"))
        qualities = (_quality(text[2:]) for text in parameters if text.startswith("q="))
        yield Range(pattern, next(qualities, 1.0))


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return FORBIDDING
    return quality if 0 <= quality <= 1 else FORBIDDING


def _preference(ranges: list[Range], media_type: str) -> tuple[float, int]:
    """The quality that the most precise matching entry gives, and how precise that entry is."""
    matching = [(entry.precision(media_type), entry.quality) for entry in ranges]
    precision, quality = max(matching)
    return (quality, precision) if precision else (FORBIDDING, 0)
