"""Who is measured, and their server processes."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson

from bench.handwritten import STATEMENTS
from bench.serve import POOL_SIZE
from bench.statements import for_floor
from bench.workloads import Workload
from bench.world import DATA, SignedIn, name_of
from gateway.embedded import Cluster
from gateway.identity import new_key
from gateway.settings import Settings

ANSWER_SECONDS = 60
COMPARED = 100
"""So many of a workload's answers are compared at most."""

HERE: Final = Path(__file__).parent
KEYS = {"AZORA_KEYS": new_key("bench"), "AZORA_PEPPERS": new_key("bench")}
"""The production profile does not go without; all servers of a run have the same."""

READ_POOL_SIZE: Final = Settings.model_fields["read_pool_size"].get_default(
    call_default_factory=True
)
"""Connections of Azora for reads, where nobody says otherwise, and of those that it is beside."""

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
NOBODY: Mapping[str, SignedIn] = MappingProxyType({})


@dataclass(frozen=True)
class Contestant:
    """A program that answers the workloads over HTTP."""

    name: str
    title: str
    application: str
    """What its connections are called in the database."""

    as_owner: bool = False
    """Connects as a role that row-level security does not concern."""

    def unavailable(self) -> str | None:
        """Why it cannot be started on this machine, if it cannot."""
        return None

    def command(self, descriptor: int) -> Sequence[str]:
        """What starts it; it inherits the listening socket under this number."""
        return [sys.executable, "-m", "bench.serve", self.name, str(descriptor)]

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        """What it finds there beside the usual."""
        del signed_in
        url = cluster.owner_url if self.as_owner else cluster.app_url
        return {"DATABASE_URL": url, POOL_SIZE: str(READ_POOL_SIZE)}

    def answers(self, workload: Workload) -> bool:
        """Whether it has an answer to that."""
        del workload
        return True

    def path(self, workload: Workload) -> str:
        del workload
        return "/graphql"

    def bodies(self, workload: Workload) -> list[bytes]:
        """Of the requests that follow each other; as many as the workload has variables."""
        return workload.graphql_bodies()

    def headers(self, workload: Workload, token: str | None) -> dict[str, str]:
        del workload
        headers = {"Content-Type": "application/json"}
        return headers | ({"Authorization": f"Bearer {token}"} if token else {})

    def normal(self, workload: Workload, body: bytes) -> Any:
        """Its answer in the form in which it is compared."""
        del workload
        return orjson.loads(body)

    def expected(self, workload: Workload, body: bytes) -> Any:
        """Azora's answer in the form in which this one's is compared with it."""
        del workload
        return orjson.loads(body)


@dataclass(frozen=True)
class Azora(Contestant):
    """The gateway in its production profile, with its log of requests and all else."""

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        del signed_in
        profile = {"AZORA_PROFILE": "production", "AZORA_ACCESS_LOG": "true"}
        return {"DATABASE_URL": cluster.app_url, **KEYS, **profile}


@dataclass(frozen=True)
class Handwritten(Contestant):
    """Has a path for each question, and answers to the byte as Azora does."""

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        usual = Contestant.environment(self, cluster, signed_in)
        statements = for_floor(row_security=not self.as_owner)
        return usual | {STATEMENTS: orjson.dumps(statements).decode()}

    def path(self, workload: Workload) -> str:
        return f"/{workload.name}"

    def bodies(self, workload: Workload) -> list[bytes]:
        return workload.plain_bodies()

    def normal(self, workload: Workload, body: bytes) -> Any:
        del workload
        return body

    def expected(self, workload: Workload, body: bytes) -> Any:
        del workload
        return body


@dataclass(frozen=True)
class Plain(Contestant):
    """Strawberry as it is usually written; `bench.plain` has no more than these."""

    known: frozenset[str] = frozenset({"q1", "q2", "q3", "q4", "q5"})

    def answers(self, workload: Workload) -> bool:
        return workload.name in self.known


AZORA: Final = Azora("azora", "Azora", "azora")
PLAIN: Final = Plain("plain", "Strawberry + ORM + DataLoader", "azora_bench_plain")
FLOOR: Final = Handwritten("floor", "hand-written statement", "azora_bench_floor")
UNSECURED: Final = Handwritten(
    "unsecured", "hand-written, no row-level security", "azora_bench_unsecured", as_owner=True
)

CONTESTANTS: Final[dict[str, Contestant]] = {
    each.name: each for each in (AZORA, PLAIN, FLOOR, UNSECURED)
}


@dataclass(frozen=True, slots=True)
class Server:
    """A contestant that listens on loopback."""

    contestant: Contestant
    pid: int
    port: int
    signed_in: Mapping[str, SignedIn]
    database: str
    """The name of the database that its connections go to."""

    def headers(self, workload: Workload) -> dict[str, str]:
        person = self.signed_in.get(workload.viewer)
        return self.contestant.headers(workload, person.token if person else None)

    def answer(self, workload: Workload, body: bytes) -> bytes:
        """What it answers to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            path = self.contestant.path(workload)
            connection.request("POST", path, body, self.headers(workload))
            response = connection.getresponse()
            said = response.read()
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise WrongAnswer(f"{self.contestant.name} answers {workload.name}: {said[:300]!r}")
        return said


class WrongAnswer(Exception):
    """A contestant does not do what is being measured."""


@contextmanager
def serving(
    contestant: Contestant,
    cluster: Cluster,
    signed_in: Mapping[str, SignedIn] = NOBODY,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[Server]:
    """The contestant's process. Requests wait in the socket until it is ready.

    What it says of itself is kept in a file of its name in the folder `logs` of the data.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    given = contestant.environment(cluster, signed_in) | {**settings}
    (DATA / "logs").mkdir(parents=True, exist_ok=True)
    with listener, (DATA / "logs" / f"{contestant.name}.log").open("wb") as log:
        port = int(listener.getsockname()[1])
        process = subprocess.Popen(  # noqa: S603 (a program that we chose)
            contestant.command(listener.fileno()),
            env=_usual() | given,
            cwd=HERE.parent,
            pass_fds=[listener.fileno()],
            stderr=log,
        )
    try:
        yield Server(contestant, process.pid, port, signed_in, name_of(cluster))
    finally:
        process.terminate()
        process.wait()


def _usual() -> dict[str, str]:
    """The environment without settings of the person who measures."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AZORA_")}


def require_equal_answers(servers: Sequence[Server], workload: Workload) -> int:
    """All who answer do so alike, as the first does. Says how long an answer of that one is."""
    first, *others = (each for each in servers if each.contestant.answers(workload))
    bodies = {each.contestant.name: each.contestant.bodies(workload) for each in (first, *others)}
    for index, body in enumerate(bodies[first.contestant.name][:COMPARED]):
        said = first.answer(workload, body)
        if b'"errors"' in said or said.startswith((b'{"data":null', b'{"data":{"course":null')):
            raise WrongAnswer(f"{workload.name}: {said[:300]!r}")
        for server in others:
            other = server.answer(workload, bodies[server.contestant.name][index])
            contestant = server.contestant
            expected, found = (
                contestant.expected(workload, said),
                contestant.normal(workload, other),
            )
            if expected != found:
                raise WrongAnswer(_difference(workload, contestant, expected, found))
    return len(said)


def _difference(workload: Workload, contestant: Contestant, expected: Any, found: Any) -> str:
    texts = [each if isinstance(each, bytes) else orjson.dumps(each) for each in (expected, found)]
    pairs = zip(*texts, strict=False)
    place = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
    part = slice(max(0, place - 60), place + 60)
    return (
        f"{contestant.name} differs in {workload.name} at byte {place}:\n"
        f"  {texts[0][part]!r}\n  {texts[1][part]!r}"
    )
