"""Bounds for the variables of a request, before they are coerced to their types."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from gateway.faults import Code, Fault

from .bounds import Limits


class Flaw(NamedTuple):
    """What is wrong, and where inside the value."""

    message: str
    path: tuple[str | int, ...] = ()


def check_variables(variables: dict[str, Any], limits: Limits) -> Fault | None:
    """Says which variable is nested too deeply, or holds text that Postgres could not store."""
    for name, value in variables.items():
        flaw = _flaw(value, limits.max_variables_depth)
        if flaw is not None:
            place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in flaw.path)
            return Fault(Code.BAD_USER_INPUT, f"Variable ${name}{place} {flaw.message}.")
    return None


def _flaw(value: Any, levels: int) -> Flaw | None:
    if isinstance(value, str):
        return None if _is_storable(value) else Flaw("holds U+0000 or half of a surrogate pair")
    if isinstance(value, dict):
        return _flaw_inside(value.items(), levels)
    if isinstance(value, list):
        return _flaw_inside(enumerate(value), levels)
    return None


def _flaw_inside(items: Iterable[tuple[str | int, Any]], levels: int) -> Flaw | None:
    if levels == 0:
        return Flaw("is nested too deeply")
    for key, item in items:
        flaw = _flaw(key, levels) or _flaw(item, levels - 1)
        if flaw is not None:
            return Flaw(flaw.message, (key, *flaw.path))
    return None


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
