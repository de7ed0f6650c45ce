"""Operations as tests run them: through the real gateway, as any viewer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS, Viewer
from gateway.execution import Answer, Gateway, GraphQLRequest


@dataclass(frozen=True, slots=True)
class Operations:
    """Runs operations over one database."""

    gateway: Gateway
    database: Database

    async def run(
        self, operation: str, variables: dict[str, Any] | None = None, as_: Viewer = ANONYMOUS
    ) -> Answer:
        """The gateway's own answer."""
        request = GraphQLRequest(operation, None, variables)
        return await self.gateway.execute(request, Context(self.database, as_, "test-request"))

    async def answer(
        self, operation: str, *, as_: Viewer = ANONYMOUS, **variables: Any
    ) -> dict[str, Any]:
        """The whole response."""
        body: dict[str, Any] = json.loads((await self.run(operation, variables, as_)).body)
        return body

    async def data(
        self, operation: str, *, as_: Viewer = ANONYMOUS, **variables: Any
    ) -> dict[str, Any]:
        """The data of a response that must have no errors."""
        body = await self.answer(operation, as_=as_, **variables)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data


def codes(body: dict[str, Any]) -> Sequence[str]:
    """The codes of a response's errors."""
    return [error["extensions"]["code"] for error in body.get("errors", ())]
