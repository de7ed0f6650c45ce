"""Selections of things that Python only knows by key: one statement for all keys of a selection."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from graphql import FieldNode
from graphql.execution.values import VariableValues

from domains.kernel.viewer import Viewer

from .plan import Plan, Run, parsed
from .symbols import Inputs

PlanByKey = Callable[[str, list[FieldNode], Viewer], Plan]


@dataclass(slots=True)
class Batch:
    """Keys of one selection, waiting to be read together."""

    plan: Plan
    viewer: Viewer
    waiting: dict[UUID, asyncio.Future[Any]] = field(default_factory=dict)


class Hydrator:
    """Reads keys of one operation. Keys met in the same turn of the event loop go together."""

    def __init__(self, plan_by_key: PlanByKey, variables: VariableValues, run: Run) -> None:
        self._plan_by_key = plan_by_key
        self._variables = variables
        self._run = run
        self._batches: dict[tuple[int, str, Viewer], Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def load(
        self, type_name: str, key: UUID, nodes: list[FieldNode], viewer: Viewer
    ) -> asyncio.Future[Any]:
        """The client's selection of the row as JSON to be spliced in; None if it is invisible."""
        group = (id(nodes[0]), type_name, viewer)
        batch = self._batches.get(group)
        if batch is None:
            batch = Batch(self._plan_by_key(type_name, nodes, viewer), viewer)
            self._batches[group] = batch
            asyncio.get_running_loop().call_soon(self._start, group)
        loop = asyncio.get_running_loop()
        return batch.waiting.setdefault(key, loop.create_future())

    def _start(self, group: tuple[int, str, Viewer]) -> None:
        task = asyncio.ensure_future(self._read(self._batches.pop(group)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, batch: Batch) -> None:
        keys = list(batch.waiting)
        try:
            inputs = Inputs(self._variables, batch.viewer, keys)
            values = _split(await batch.plan.json(inputs, self._run), len(keys))
        except Exception as error:  # noqa: BLE001 (whatever it is, those who wait are told)
            for future in batch.waiting.values():
                future.set_exception(error)
            return
        for key, value in zip(keys, values, strict=True):
            batch.waiting[key].set_result(value)


def _split(data: bytes, count: int) -> list[Any]:
    """The items of an array; a single one stays unparsed."""
    if count == 1:
        return [only(data)]
    items: list[Any] = parsed(data)
    return items


def only(data: bytes) -> orjson.Fragment | None:
    """The one item of an array, unparsed; None if it is null."""
    item = data[1:-1]
    return None if item == b"null" else orjson.Fragment(item)
