"""A name of the graph means one thing."""

import pytest
import strawberry
from sqlmodel import SQLModel
from strawberry.exceptions import DuplicatedTypeName

from domains.kernel import prose
from domains.kernel.node import Node
from gateway.schema import Query, named_types

QUALIFIED = {
    "education.Transaction": "StudentTransaction",
    "education.Wallet": "StudentWallet",
    "family.Message": "FamilyMessage",
    "forge.Application": "JobApplication",
    "health.Log": "ServiceLog",
    "nexus.AuditLog": "ActivityLog",
    "nexus.UserProfile": "BehaviorProfile",
    "sapiens.Assessment": "AdaptiveAssessment",
    "sapiens.Message": "TutoringMessage",
    "sapiens.Progress": "PathProgress",
}
HIDDEN = {
    "auth.RefreshToken",
    "auth.Token",
    "kernel.AuditChain",
    "kernel.Bucket",
    "kernel.OutboxEntry",
    "kernel.RegisteredOperation",
    "kernel.Request",
    "mint.Posting",
}
"""Tables of which nobody sees a row."""


def test_a_second_type_of_a_name_is_refused() -> None:
    @prose.output
    class Course(Node):
        """Something else by the name of a course."""

    with pytest.raises(DuplicatedTypeName):
        str(strawberry.Schema(query=Query, types=[*named_types(), Course]))


def test_a_type_bears_the_name_of_its_model_unless_that_is_taken() -> None:
    shown = {
        kind.__model__: kind.__name__
        for kind in named_types()
        if hasattr(kind, "__model__") and kind.__module__.startswith("domains.")
    }
    models = {
        mapper.class_: _domain_and_name(mapper.class_)
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith("domains.")
    }

    for model, name in shown.items():
        assert name == QUALIFIED.get(models[model], model.__name__)
    assert {name for model, name in models.items() if model not in shown} == HIDDEN


def _domain_and_name(model: type[SQLModel]) -> str:
    return f"{model.__module__.split('.')[1]}.{model.__name__}"
