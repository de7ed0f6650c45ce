"""One operation through the planner and through the oracle, and whether the answers are equal."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from domains.kernel.context import Context
from domains.kernel.database import Database
from gateway.execution import Answer, Gateway, GraphQLRequest

from .documents import Operation
from .operations import Generator
from .oracle import Oracle
from .supply import WorldSupply
from .visible import Visible

RUNS = 8
"""How often a document is run, with other variables and viewers."""


class Difference(AssertionError):
    """The two implementations disagree."""


class CountingDatabase(Database):
    """Counts the statements of planned reads."""

    statements = 0

    async def value(self, sql: str, arguments: Sequence[Any], namespace: str | None = None) -> Any:
        self.statements += 1
        return await super().value(sql, arguments, namespace)


class WatchedGateway(Gateway):
    """Counts the operations that the ordinary executor had to run."""

    ordinary = 0

    @property
    def elsewhere(self) -> frozenset[str]:
        return self.planner.elsewhere

    async def _ordinary(self, *operation: Any) -> Answer:
        self.ordinary += 1
        return await super()._ordinary(*operation)


@dataclass(frozen=True, slots=True)
class Run:
    """An operation with its variables and its viewer."""

    text: str
    variables: dict[str, Any]
    viewer: str

    def __str__(self) -> str:
        return f"{self.viewer}: {self.text}\nvariables: {json.dumps(self.variables)}"


@dataclass(slots=True)
class Comparison:
    """Both implementations over one world, and what came of the operations so far."""

    database: CountingDatabase
    gateway: WatchedGateway
    oracle: Oracle
    visible: dict[str, Visible]
    supply: WorldSupply
    counts: Counter[str] = field(default_factory=Counter)

    async def check(self, run: Run) -> None:
        """Run an operation both ways; raises a `Difference` if the answers differ."""
        statements, ordinary = self.database.statements, self.gateway.ordinary
        found = await self._planned(run)
        self.counts["run"] += 1
        self.counts[run.viewer] += 1
        if _codes(found) == {"QUERY_TOO_COMPLEX"}:
            self.counts["beyond the limits"] += 1
            return
        expected = await self._expected(run, found)
        if _comparable(found) != _comparable(expected):
            raise Difference(f"{run}\nplanner: {_text(found)}\noracle:  {_text(expected)}")
        statements, ordinary = (
            self.database.statements - statements,
            self.gateway.ordinary - ordinary,
        )
        if ordinary and "errors" not in found and not self._needs_python(run):
            raise Difference(f"the operation was not planned\n{run}")
        self._count(found, statements, ordinary)

    def _needs_python(self, run: Run) -> bool:
        """Introspection is not planned, nor what is read from several clusters."""
        return "{ queryType" in run.text or "{ kind" in run.text or bool(self.gateway.elsewhere)

    async def _planned(self, run: Run) -> dict[str, Any]:
        request = GraphQLRequest(run.text, None, run.variables)
        viewer = self.visible[run.viewer].viewer
        answer = await self.gateway.execute(request, Context(self.database, viewer, ""))
        found: dict[str, Any] = json.loads(answer.body)
        return found

    async def _expected(self, run: Run, found: dict[str, Any]) -> dict[str, Any]:
        visible = self.visible[run.viewer]
        expected, asked = await self.oracle.answer(run.text, run.variables, visible)
        for error in expected.get("errors", ()):
            if error["extensions"]["code"] == "INTERNAL":
                raise Difference(f"the oracle cannot answer\n{run}\n{_text(expected)}")
            # Of several bad arguments below one root field, either may be named.
            mentioned = _messages_at(found, error.get("path"))
            if error.get("path") and asked.refused.get(error["path"][0], set()) & mentioned:
                error["message"] = min(mentioned)
        return expected

    def _count(self, found: dict[str, Any], statements: int, ordinary: int) -> None:
        if "data" not in found:
            self.counts["refused"] += 1
            return
        self.counts["executed"] += 1
        self.counts["faultless"] += "errors" not in found
        self.counts["with data"] += _holds_values(found["data"])
        if not ordinary:
            self.counts["planned"] += 1
            self.counts["in one statement"] += statements == 1


@dataclass(frozen=True, slots=True)
class Differential:
    """Many random operations, each document with several viewers and variables."""

    comparison: Comparison

    async def run(self, seed: int, documents: int) -> Counter[str]:
        """Compare so many; on a difference, look for a smaller operation that shows one."""
        random = Random(seed)  # noqa: S311 (not for secrets)
        counts = self.comparison.counts = Counter()
        for _ in range(documents):
            await self._compare(random, seed)
        return counts

    async def _compare(self, random: Random, seed: int) -> None:
        """One document, half of the times for one viewer and half for another."""
        schema, supply = self.comparison.oracle.schema, self.comparison.supply
        operation = Generator(schema, supply, random).operation()
        text = operation.text()
        for viewer in random.sample([*self.comparison.visible], 2):
            for _ in range(RUNS // 2):
                run = Run(text, operation.values(random), viewer)
                try:
                    await self.comparison.check(run)
                except Difference as difference:
                    smaller = await self._shrunk(operation, run, difference)
                    raise Difference(f"seed {seed}\n{smaller}") from None

    async def _shrunk(self, operation: Operation, run: Run, difference: Difference) -> Difference:
        cut = True
        while cut:
            cut = False
            for remove in operation.smaller():
                undo = remove()
                smaller = Run(operation.text(), run.variables, run.viewer)
                found = await self._difference(smaller)
                if found is None:
                    undo()
                else:
                    cut, difference = True, found
                    break
        return difference

    async def _difference(self, run: Run) -> Difference | None:
        try:
            await self.comparison.check(run)
        except Difference as difference:
            return difference
        return None


def _text(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _comparable(answer: dict[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
    """The data with its order, and the errors without theirs."""
    errors = [
        (_text(error.get("path")), error["extensions"]["code"], error["message"])
        for error in answer.get("errors", ())
    ]
    return _text(answer.get("data", "none")), sorted(errors)


def _codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def _messages_at(answer: dict[str, Any], path: Any) -> set[str]:
    return {error["message"] for error in answer.get("errors", ()) if error.get("path") == path}


def _holds_values(data: Any) -> bool:
    """Whether anything but nulls and empty lists came back."""
    if isinstance(data, dict):
        return any(map(_holds_values, data.values()))
    if isinstance(data, list):
        return any(map(_holds_values, data))
    return data is not None
