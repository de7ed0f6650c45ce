"""What can be kept of that which people tell about themselves."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from domains.kernel.wording import Text

LONGEST_AVATAR = 2048
BIO = Text(0, 2000, lines=True)
LOCATION = Text(0, 200)
MOST_BYTES = 16_384
DEEPEST = 5

KEY = re.compile(r"[a-z0-9_]{1,40}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?")
"""A language, and perhaps its script and region (RFC 5646)."""

SCRIPT_LETTERS = 4


def is_picture(address: str) -> bool:
    """Whether a safe page could show the picture there."""
    if len(address) > LONGEST_AVATAR or not address.isascii() or not address.isprintable():
        return False
    if " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        there = parts.hostname and parts.port != 0
    except ValueError:
        return False
    return parts.scheme == "https" and bool(there) and "@" not in parts.netloc


def is_timezone(name: str) -> bool:
    """Whether the time zone database has it."""
    return name in _timezones()


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def plain_language(tag: str) -> str | None:
    """A language tag as it is usually written; none if it is not of that form."""
    if LANGUAGE.fullmatch(tag.lower()) is None:
        return None
    language, *rest = tag.lower().split("-")
    parts = (part.title() if len(part) == SCRIPT_LETTERS else part.upper() for part in rest)
    return "-".join([language, *parts])


def are_details(value: Any) -> bool:
    """Whether it is an object that is neither too large nor too deep, with plain keys."""
    if not isinstance(value, dict) or not _is_shallow(value, DEEPEST):
        return False
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return len(text.encode()) <= MOST_BYTES
    except ValueError:
        return False


def _is_shallow(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    if levels == 0:
        return False
    inner = value.values() if isinstance(value, dict) else value
    keys = value if isinstance(value, dict) else ()
    return all(KEY.fullmatch(key) for key in keys) and all(
        _is_shallow(v, levels - 1) for v in inner
    )
