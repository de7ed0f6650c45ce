"""What a workload's request says to the database, heard as the gateway says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from bench.workloads import Workload
from domains.auth.public import RememberedViewers
from domains.kernel.database import Database
from gateway.context import context_of
from gateway.execution import Gateway, GraphQLRequest


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a request."""

    sql: str
    given: Sequence[Any]
    writes: bool


class Heard(Database):
    """The application's database, and the single statements that it was asked lately."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.said: list[Said] = []

    async def value(self, sql: str, arguments: Sequence[Any], namespace: str | None = None) -> Any:
        self.said.append(Said(sql, arguments, writes=False))
        return await super().value(sql, arguments, namespace)

    async def call(self, sql: str, arguments: Sequence[Any]) -> asyncpg.Record | None:
        self.said.append(Said(sql, arguments, writes=True))
        return await super().call(sql, arguments)


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks the gateway, as the endpoint does."""

    gateway: Gateway
    database: Heard
    remembered: RememberedViewers = field(default_factory=RememberedViewers)

    async def said(self, workload: Workload, token: str | None) -> list[Said]:
        """The statements of a request among a workload's, once its bearer is known."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        for _ in range(2):
            context = await context_of(self.database, headers, None, "explained", self.remembered)
        self.database.said.clear()
        variables = workload.variables[len(workload.variables) // 2]
        request = GraphQLRequest(workload.query, None, dict(variables))
        answer = await self.gateway.execute(request, context)
        if not answer.is_whole:
            raise RuntimeError(f"{workload.name} failed: {answer.body.decode()}")
        return [*self.database.said]
