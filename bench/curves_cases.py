"""What is asked of which server by how many clients, for each curve."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import orjson

from bench.contestants import Server, WrongAnswer
from bench.curves_documents import (
    CLIENTS,
    FLAT_PAGE,
    LEVELS,
    NESTED_PAGE,
    PAGES,
    ROOTS,
    Question,
    chained,
    pages,
    single_rows,
)
from bench.workloads import Workload, workloads

FEW_COURSES = """
query Courses {
  courses(first: 20) {
    nodes {
      id title level category price { amount currency }
      modules(first: 10) { id title description position }
    }
  }
}
"""
"""As q2, without the category: in the smallest world none has as many courses as a page."""

LOOKED_AT = 30
"""So many answers are looked at, and all is prepared then."""

MIDDLE = 10_000
"""Students of the world in which answers grow."""


@dataclass(frozen=True, slots=True)
class Case:
    """One size of one curve."""

    size: int
    server: Server
    workload: Workload
    connections: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One curve that is to be measured."""

    about: str
    name: str
    cases: Sequence[Case]


def everything(servers: Mapping[int, Server]) -> Iterator[Asked]:
    """All curves; the servers are those of the worlds, by their students."""
    yield from rows(servers)
    middle = servers[MIDDLE]
    yield from answers(middle)
    yield from crowds(middle)


def rows(servers: Mapping[int, Server]) -> Iterator[Asked]:
    """The same questions to more and more rows."""
    asked = {students: workloads(students) for students in servers}
    for name in ("q1", "q2", "q3", "q4"):
        cases = [
            Case(students, server, _equal(asked[students][name]))
            for students, server in servers.items()
        ]
        yield Asked("rows", name, cases)


def _equal(workload: Workload) -> Workload:
    """With answers of the same size from all worlds."""
    if workload.name == "q2":
        return replace(workload, query=FEW_COURSES, variables=({},))
    if workload.name == "q4":
        # In the smallest world the last pages are not full.
        later = len(workload.variables) // 2
        return replace(workload, variables=workload.variables[later:])
    return workload


def answers(server: Server) -> Iterator[Asked]:
    """Larger and larger answers from the same rows."""
    for name, query in (("flat", FLAT_PAGE), ("with relations", NESTED_PAGE)):
        questions = {size: Question(query, {"first": size}) for size in PAGES}
        yield _asked("page", name, server, questions)
    for items in (1, 3):
        name = "one row each" if items == 1 else f"up to {items} each"
        yield _asked("depth", name, server, {level: chained(level, items) for level in LEVELS})
    ids = [str(each["id"]) for each in workloads(MIDDLE)["q1"].variables]
    yield _asked("roots", "single rows", server, {size: single_rows(ids, size) for size in ROOTS})
    yield _asked("roots", "lists", server, {size: pages(size) for size in ROOTS})


def _asked(about: str, name: str, server: Server, questions: Mapping[int, Question]) -> Asked:
    cases = [
        Case(size, server, Workload(about, name, each.query, "admin", ({**each.variables},)))
        for size, each in questions.items()
    ]
    return Asked(about, name, cases)


def crowds(server: Server) -> Iterator[Asked]:
    """More and more clients at once."""
    for name, workload in workloads(MIDDLE).items():
        if name in {"q1", "q4"}:
            yield Asked("clients", name, [Case(each, server, workload, each) for each in CLIENTS])


def size_of(case: Case) -> tuple[int, int]:
    """The bytes of an answer and the objects in it: the means of those to the first requests."""
    bodies = case.server.contestant.bodies(case.workload)
    chosen = [bodies[number % len(bodies)] for number in range(LOOKED_AT)]
    said = [case.server.answer(case.workload, body) for body in chosen]
    for each in said:
        if b'"errors"' in each:
            raise WrongAnswer(f"{case.workload.title}: {each[:300]!r}")
    objects = (_objects(orjson.loads(each)["data"]) - 1 for each in said)
    return round(fmean(map(len, said))), round(fmean(objects))


def _objects(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return sum(map(_objects, value)) if isinstance(value, list) else 0
