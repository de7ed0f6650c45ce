"""What the content of a module may be."""

import json
from typing import Any

MOST_BYTES = 65_536
DEEPEST = 8
"""Objects and lists inside each other."""


def is_content(value: Any) -> bool:
    """Whether it is an object that is neither too large nor too deep."""
    if not isinstance(value, dict) or _depth_exceeds(value, DEEPEST):
        return False
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return len(text.encode()) <= MOST_BYTES
    except ValueError:
        return False


def _depth_exceeds(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_depth_exceeds(each, levels - 1) for each in inner)
