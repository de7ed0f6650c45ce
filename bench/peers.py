"""PostGraphile and Mercurius: what a user could pick instead of Azora, each at its best.

Both are told by the environment who the bearer of which token is, and so never ask the database.
They connect as the role that row-level security is for, and tell it of the viewer in each
transaction. Mercurius has rules of its own besides, in the statements of its resolvers; unsecured,
as the owner, it has no others.
"""

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

import orjson

from bench import dialects
from bench.azora_form import as_azora
from bench.contestants import HERE, Contestant
from bench.workloads import Workload
from bench.world import SignedIn
from gateway.embedded import Cluster

FOLDER: Final = HERE / "peers"
POOL_SIZE: Final = 10
PROCESSORS: Final = {"x86_64": "x64", "aarch64": "arm64"}
NODE: Final = (
    FOLDER
    / "node_modules"
    / f"node-linux-{PROCESSORS.get(platform.machine(), platform.machine())}"
    / "bin"
    / "node"
)
"""Of the version that the packages' own lock says, whatever the machine has."""


@dataclass(frozen=True)
class Peer(Contestant):
    """A server on Node.js."""

    script: ClassVar[str]

    def unavailable(self) -> str | None:
        """Why it cannot be started on this machine, if it cannot."""
        if NODE.exists():
            return None
        return "its packages are not in bench/peers; `make bench` installs them where there is npm"

    def command(self, descriptor: int) -> Sequence[str]:
        return [str(NODE), str(FOLDER / self.script), str(descriptor)]

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        viewers = {
            person.token: {"userId": str(person.user_id), "role": person.role}
            for person in signed_in.values()
        }
        return {
            **super().environment(cluster, signed_in),
            "NODE_ENV": "production",
            "PEER_APPLICATION": self.application,
            "PEER_POOL_SIZE": str(POOL_SIZE),
            "PEER_VIEWERS": orjson.dumps(viewers).decode(),
        }

    def normal(self, workload: Workload, body: bytes) -> Any:
        answer = orjson.loads(body)
        if "errors" in answer:
            return answer
        data = as_azora(workload.query, self.shaped(workload, answer["data"]))
        return {"data": _without_moment(workload, data)}

    def expected(self, workload: Workload, body: bytes) -> Any:
        return {"data": _without_moment(workload, orjson.loads(body)["data"])}

    def shaped(self, workload: Workload, data: dict[str, Any]) -> dict[str, Any]:
        """The data in the shape of Azora's."""
        del workload
        return data


@dataclass(frozen=True)
class PostGraphile(Peer):
    """Has its own documents, and no groups."""

    script = "postgraphile.mjs"

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        return {**super().environment(cluster, signed_in), "GRAPHILE_ENV": "production"}

    def answers(self, workload: Workload) -> bool:
        return workload.name in dialects.DOCUMENTS

    def bodies(self, workload: Workload) -> list[bytes]:
        besides = dialects.BESIDES.get(workload.name, {})
        variables = dialects.row_variables(workload, dialects.postgraphile_cursor)
        document = dialects.DOCUMENTS[workload.name]
        return [_body(document, {**each, **besides}) for each in variables]

    def shaped(self, workload: Workload, data: dict[str, Any]) -> dict[str, Any]:
        return dialects.reshaped(workload, data)


@dataclass(frozen=True)
class Mercurius(Peer):
    """Answers Azora's own documents; ids and cursors are the rows' keys."""

    script = "mercurius.mjs"

    def environment(self, cluster: Cluster, signed_in: Mapping[str, SignedIn]) -> dict[str, str]:
        row_security = "off" if self.as_owner else "on"
        return {**super().environment(cluster, signed_in), "PEER_ROW_SECURITY": row_security}

    def bodies(self, workload: Workload) -> list[bytes]:
        after: Callable[[UUID], str] = str
        variables = dialects.row_variables(workload, after)
        return [_body(workload.query, each) for each in variables]


def _body(document: str, variables: Mapping[str, Any]) -> bytes:
    given = {"variables": variables} if variables else {}
    return orjson.dumps({"query": " ".join(document.split()), **given})


def _without_moment(workload: Workload, data: dict[str, Any]) -> dict[str, Any]:
    """Whether it is read instead of since when, which no two servers say alike."""
    if workload.name == "q5":
        notification = data["notificationMarkRead"]["notification"]
        notification["readAt"] = notification["readAt"] is not None
    return data


POSTGRAPHILE: Final = PostGraphile("postgraphile", "PostGraphile 5", "azora_bench_postgraphile")
MERCURIUS: Final = Mercurius("mercurius", "Mercurius + JIT + DataLoader", "azora_bench_mercurius")
MERCURIUS_UNSECURED: Final = Mercurius(
    "mercurius_unsecured",
    "Mercurius, no row-level security",
    "azora_bench_mercurius_unsecured",
    as_owner=True,
)
PEERS: Final = (POSTGRAPHILE, MERCURIUS, MERCURIUS_UNSECURED)
