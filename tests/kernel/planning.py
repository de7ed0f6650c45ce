"""Statements as they are planned, before anything asks them."""

from typing import Any

from domains.kernel.read.plan import Plan
from domains.kernel.read.rows import Audience
from domains.kernel.read.symbols import Inputs
from domains.kernel.row import uuid7
from domains.kernel.viewer import Role, Viewer
from gateway.app import gateway_of
from gateway.settings import Profile, Settings

GATEWAY = gateway_of(Settings(profile=Profile.TEST))
STUDENT = Viewer(uuid7(), Role.STUDENT)


def planned(query: str, variables: dict[str, Any], viewer: Viewer) -> tuple[Plan, list[Any]]:
    """A plan made anew, and its arguments."""
    operation = GATEWAY.documents.get(query).operation(None)
    values = operation.variables(variables, suggestions=False)
    plan = GATEWAY.planner.operation(
        operation.document, operation.definition, values, Audience(viewer.role)
    )
    return plan, plan.arguments(Inputs(values, viewer))
