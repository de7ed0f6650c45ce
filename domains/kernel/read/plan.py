"""A statement ready to run, and what is left for Python to do with its answer."""

import inspect
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson

from .dialect import MARK as PARAMETER
from .symbols import Inputs, Symbols

SAFE_DIGITS = 18
"""So many digits always fit into 64 bits."""

EACH = "*"
"""A step of a path that stands for every item of a list."""

Path = tuple[str, ...]


class Run(Protocol):
    """Sends a statement to a namespace's cluster (None: the common one); brings its one value."""

    async def __call__(
        self, sql: str, arguments: Sequence[Any], namespace: str | None = None
    ) -> Any: ...


MARK = "__step"
"""The name that marks a placeholder: no GraphQL field may be called so."""


class Step(Protocol):
    """Something to be done with the answer: it replaces its placeholders at `path`.

    A placeholder is an object with the step's number under MARK. Where a list holds things of
    several types, other values may stand at the same path.
    """

    @property
    def path(self) -> Path: ...

    @property
    def number(self) -> int: ...

    async def replace(self, values: list[Any], inputs: Inputs, run: Run) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Compute:
    """A computed field; its placeholders hold the columns that it needs."""

    number: int
    path: Path
    function: Callable[..., Any]

    async def replace(self, values: list[Any], inputs: Inputs, run: Run) -> list[Any]:
        needed = [{key: item for key, item in value.items() if key != MARK} for value in values]
        results = [self.function(**each) for each in needed]
        return [await each if inspect.isawaitable(each) else each for each in results]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A link into a domain that lives elsewhere: one more statement, for all its keys."""

    number: int
    path: Path
    plan: "Plan"

    async def replace(self, values: list[Any], inputs: Inputs, run: Run) -> list[Any]:
        texts = [value["key"] for value in values]
        keys = list(dict.fromkeys(text for text in texts if text is not None))
        if not keys:
            self.plan.judge(inputs)
            return [None for _ in texts]
        found = await self.plan.by_key([UUID(key) for key in keys], inputs, run)
        by_text = dict(zip(keys, found, strict=True))
        return [by_text.get(text) for text in texts]


class ViewerUnproven(Exception):
    """The viewer is not who they were remembered to be, and nothing was read."""


class Plan:
    """SQL, how its parameters are read from a request, and the steps that follow it."""

    def __init__(
        self, text: str, symbols: Symbols, steps: Sequence[Step], namespace: str | None = None
    ) -> None:
        """The text has marks where the parameters of these symbols belong."""
        numbers: dict[str, int] = {}
        self.sql = PARAMETER.sub(
            lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", text
        )
        self.steps = tuple(steps)
        self.namespace = namespace
        self._arguments = [symbols.argument(name) for name in numbers]
        # What a client gave is judged, whether or not the selection makes use of it.
        self._unused = [read for name, read in symbols.readers.items() if name not in numbers]

    def arguments(self, inputs: Inputs) -> list[Any]:
        """The values of the parameters; refuses what no statement could use."""
        for judge in self._unused:
            judge(inputs)
        return [read(inputs) for read in self._arguments]

    def judge(self, inputs: Inputs) -> None:
        """Refuse what `arguments` refuses, here and in the statements that would follow."""
        self.arguments(inputs)
        for step in self.steps:
            if isinstance(step, Fetch):
                step.plan.judge(inputs)

    async def json(self, inputs: Inputs, run: Run) -> bytes:
        """The finished JSON of the statement's one value."""
        data: bytes | None = await run(self.sql, self.arguments(inputs), self.namespace)
        if data is None:
            raise ViewerUnproven
        if not self.steps:
            return data
        return orjson.dumps(await self._finish(parsed(data), inputs, run))

    async def by_key(self, keys: Sequence[UUID], inputs: Inputs, run: Run) -> list[Any]:
        """The values for these keys, in their order; null where the viewer may see nothing."""
        asked = Inputs(inputs.variables, inputs.viewer, keys)
        values: list[Any] = parsed(await self.json(asked, run))
        return values

    async def _finish(self, data: Any, inputs: Inputs, run: Run) -> Any:
        for step in self.steps:
            places = list(_placeholders(data, step))
            values = [holder[key] for holder, key in places]
            replaced = await step.replace(values, inputs, run)
            for (holder, key), value in zip(places, replaced, strict=True):
                holder[key] = value
        return data


def parsed(data: bytes) -> Any:
    """The parsed text, in which numbers that Python would change stay as they were written."""
    return json.loads(data, parse_int=_integer, parse_float=_float)


def _integer(text: str) -> int | orjson.Fragment:
    return int(text) if len(text) <= SAFE_DIGITS else orjson.Fragment(text)


def _float(text: str) -> float | orjson.Fragment:
    number = float(text)
    return number if repr(number) == text else orjson.Fragment(text)


def _placeholders(data: Any, step: Step) -> Iterator[tuple[Any, Any]]:
    """Containers with the key or index of each of the step's placeholders in them."""
    *way, last = step.path
    holders = [data]
    for name in way:
        holders = [holder[key] for holder in holders for key in _keys(holder, name)]
    for holder in holders:
        for key in _keys(holder, last):
            if isinstance(holder[key], dict) and holder[key].get(MARK) == step.number:
                yield holder, key


def _keys(holder: Any, name: str) -> Sequence[Any]:
    """Where a path goes on from here."""
    if name == EACH:
        return range(len(holder)) if isinstance(holder, list) else ()
    return (name,) if isinstance(holder, dict) and name in holder else ()
