"""Tells the audit log of requests that were turned away, of whatever transport."""

from typing import Any

from domains.auth.public import Action, Witness
from domains.kernel.context import Context
from gateway.execution import Answer, GraphQLRequest
from gateway.faults import Code

TOLD = {
    Code.FORBIDDEN: Action.AUTHORIZATION_DENIED,
    Code.RATE_LIMITED: Action.RATE_LIMIT_HIT,
    Code.QUERY_TOO_COMPLEX: Action.QUERY_REJECTED,
    Code.OPERATION_NOT_ALLOWLISTED: Action.QUERY_REJECTED,
}


class Watch:
    """One for each process, because it counts what it does not write down."""

    def __init__(self) -> None:
        self.witness = Witness()

    async def __call__(self, request: GraphQLRequest, answer: Answer, context: Context) -> None:
        """Write one row for each kind of refusal in an answer, at most; see `Witness`."""
        seen: dict[Action, dict[str, Any]] = {}
        for error in answer.errors:
            code = error["extensions"]["code"]
            if code in TOLD:
                seen.setdefault(TOLD[Code(code)], error)
        for action, error in seen.items():
            await self.witness.see(
                context.database,
                action,
                context.client,
                context.viewer,
                fault=error["extensions"]["code"],
                reason=error["message"],
                operation=request.operation_name,
                path=error.get("path"),
            )
