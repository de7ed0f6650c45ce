"""Who is measured, and their server processes."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson

from bench.workloads import Workload
from gateway.embedded import Cluster
from gateway.identity import new_key

ANSWER_SECONDS = 60
KEYS = {"AZORA_KEYS": new_key("bench"), "AZORA_PEPPERS": new_key("bench")}
"""The production profile does not go without; all servers of a run have the same."""

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program that answers the workloads."""

    name: str
    title: str
    application: str
    """What its connections are called in the database."""

    speaks_graphql: bool = True
    as_owner: bool = False
    """Connects as a role that row-level security does not concern."""

    def path(self, workload: Workload) -> str:
        return "/graphql" if self.speaks_graphql else f"/{workload.name}"

    def bodies(self, workload: Workload) -> list[bytes]:
        return workload.graphql_bodies() if self.speaks_graphql else workload.plain_bodies()


AZORA: Final = Contestant("azora", "Azora", "azora")
PLAIN: Final = Contestant("plain", "Strawberry + ORM + DataLoader", "azora_bench_plain")
FLOOR: Final = Contestant(
    "floor", "hand-written statement", "azora_bench_floor", speaks_graphql=False
)
UNSECURED: Final = Contestant(
    "unsecured",
    "hand-written, no row-level security",
    "azora_bench_unsecured",
    speaks_graphql=False,
    as_owner=True,
)

CONTESTANTS: Final = {each.name: each for each in (AZORA, PLAIN, FLOOR, UNSECURED)}


@dataclass(frozen=True, slots=True)
class Server:
    """A contestant that listens on loopback."""

    contestant: Contestant
    pid: int
    port: int
    token: str

    def headers(self, workload: Workload) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        return headers | ({"Authorization": f"Bearer {self.token}"} if workload.by_admin else {})

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
    contestant: Contestant, cluster: Cluster, token: str, settings: Mapping[str, str] = NO_SETTINGS
) -> Iterator[Server]:
    """The contestant's process. Requests wait in the socket until it is ready."""
    url = cluster.owner_url if contestant.as_owner else cluster.app_url
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    with listener:
        port = int(listener.getsockname()[1])
        process = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "bench.serve", contestant.name, str(listener.fileno())],
            env=_environment(url) | {**settings},
            cwd=Path(__file__).parent.parent,
            pass_fds=[listener.fileno()],
        )
    try:
        yield Server(contestant, process.pid, port, token)
    finally:
        process.terminate()
        process.wait()


def _environment(url: str) -> dict[str, str]:
    """Without settings of the person who measures."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("AZORA_")}
    return usual | KEYS | {"DATABASE_URL": url}


def require_equal_answers(servers: list[Server], workload: Workload) -> int:
    """All answer alike, those without GraphQL to the byte. Says how long an answer is."""
    first, *others = servers
    bodies = {server.contestant.name: server.contestant.bodies(workload) for server in servers}
    for index, body in enumerate(bodies[first.contestant.name]):
        expected = first.answer(workload, body)
        if b'"errors"' in expected or expected == b'{"data":null}':
            raise WrongAnswer(f"{workload.name}: {expected[:300]!r}")
        for server in others:
            said = server.answer(workload, bodies[server.contestant.name][index])
            if not _alike(expected, said, server.contestant):
                raise WrongAnswer(_difference(workload, server.contestant, expected, said))
    return len(expected)


def _alike(expected: bytes, said: bytes, contestant: Contestant) -> bool:
    if contestant.speaks_graphql:
        return bool(orjson.loads(expected) == orjson.loads(said))
    return expected == said


def _difference(workload: Workload, contestant: Contestant, expected: bytes, said: bytes) -> str:
    pairs = zip(expected, said, strict=False)
    place = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
    part = slice(max(0, place - 60), place + 60)
    return (
        f"{contestant.name} differs in {workload.name} at byte {place}:\n"
        f"  {expected[part]!r}\n  {said[part]!r}"
    )
