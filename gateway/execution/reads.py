"""The planned reads of one running operation."""

import asyncio
from functools import lru_cache
from typing import Any

from graphql import FieldNode, GraphQLField
from graphql.execution.values import VariableValues

from domains.kernel.context import Context
from domains.kernel.node import Key
from domains.kernel.read.graph import Unplannable
from domains.kernel.read.hydration import Hydrator, only
from domains.kernel.read.plan import Plan
from domains.kernel.read.planner import Planner
from domains.kernel.read.rows import Audience
from domains.kernel.read.symbols import Inputs
from domains.kernel.viewer import Viewer

from .documents import Operation

audience = lru_cache(100)(Audience)


class OperationReads:
    """Finds or makes the plans of an operation, and runs them for its viewer."""

    def __init__(
        self,
        planner: Planner,
        operation: Operation,
        variables: VariableValues,
        context: Context,
    ) -> None:
        self._planner = planner
        self._operation = operation
        self._variables = variables
        self._shape = operation.shape(variables)
        self._context = context
        self._viewer = context.viewer
        self._audience = _audience_of(context.viewer)
        self._run = context.database.value
        self._made: Hydrator | None = None

    @property
    def _hydrator(self) -> Hydrator:
        if self._made is None:
            self._made = Hydrator(self._plan_by_key, self._variables, self._run)
        return self._made

    def whole(self) -> Plan | None:
        """The plan of the whole operation, if it is a query that needs no Python."""
        if self._operation.kind != "query":
            return None
        key = ("whole", self._audience, self._shape)
        return self._operation.plans.get(key, self._plan_whole)

    def _plan_whole(self) -> Plan | None:
        operation = self._operation
        try:
            return self._planner.operation(
                operation.document, operation.definition, self._variables, self._audience
            )
        except Unplannable:
            return None

    async def json(self, plan: Plan) -> bytes:
        """The finished JSON of a plan of this operation."""
        return await plan.json(Inputs(self._variables, self._viewer), self._run)

    async def root(self, field: GraphQLField, nodes: list[FieldNode]) -> Any:
        """The value of one planned root field."""
        key = ("root", id(nodes[0]), self._audience, self._shape)
        plan = self._operation.plans.get(key, lambda: self._plan_root(field, nodes))
        if plan is None:
            raise TypeError(f"{nodes[0].name.value} has no plan")
        return only(await self.json(plan))

    def _plan_root(self, field: GraphQLField, nodes: list[FieldNode]) -> Plan:
        return self._planner.root(
            self._operation.document, field, nodes, self._variables, self._audience
        )

    def key(self, key: Key, nodes: list[FieldNode]) -> asyncio.Future[Any]:
        """The client's selection of a row that a resolver named by its key."""
        return self._hydrator.load(key.type_name, key.id, nodes, key.viewer or self._context.viewer)

    async def alone(self, key: Key, nodes: list[FieldNode]) -> Any:
        """The same of the only key that there is, at once."""
        viewer = key.viewer or self._context.viewer
        plan = self._plan_by_key(key.type_name, nodes, viewer)
        return only(await plan.json(Inputs(self._variables, viewer, [key.id]), self._run))

    def _plan_by_key(self, type_name: str, nodes: list[FieldNode], viewer: Viewer) -> Plan:
        audience = _audience_of(viewer)
        key = ("key", type_name, id(nodes[0]), audience, self._shape)
        plan = self._operation.plans.get(
            key,
            lambda: self._planner.by_key(
                self._operation.document, type_name, nodes, self._variables, audience
            ),
        )
        if plan is None:
            raise TypeError(f"{type_name} has no plan")
        return plan


def _audience_of(viewer: Viewer) -> Audience:
    return audience(viewer.role, viewer.proven_by)
