"""Each of the two guards of rows by itself."""

from typing import Any

from graphql import DocumentNode
from graphql.execution.values import VariableValues

from domains.kernel.read.builder import Builder
from domains.kernel.read.planner import Planner
from domains.kernel.read.rows import TRUE, Audience, Row


class UnguardedBuilder(Builder):
    """Leaves out the policies' predicates, so that only row-level security hides anything."""

    def visible(self, model: Any, row: Row) -> str:
        return TRUE


class UnguardedPlanner(Planner):
    """Plans without predicates."""

    def _builder(
        self, document: DocumentNode, variables: VariableValues, audience: Audience
    ) -> Builder:
        return UnguardedBuilder(self.graph, document, variables, audience, self.elsewhere)
