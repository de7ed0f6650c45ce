"""A mutation is one transaction that answers with a payload, refused or not."""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import strawberry
from strawberry.extensions import FieldExtension

from . import prose
from .refusal import Refused, UserError

F = TypeVar("F", bound=Callable[..., Any])


@prose.interface
class Payload:
    """What a mutation answers."""

    user_errors: list[UserError] = strawberry.field(default_factory=list)
    """Why nothing was changed; empty on success."""


class Refusals(FieldExtension):
    """A declared refusal becomes a payload; an undeclared one stays a fault of the server."""

    def __init__(self, refuses: Sequence[type[UserError]]) -> None:
        self.refuses = tuple(refuses)

    def apply(self, field: Any) -> None:
        self.payload = field.type.of_type
        field.description = inspect.getdoc(field.base_resolver.wrapped_func)
        if self.refuses:
            names = ", ".join(error.__name__ for error in self.refuses)
            field.description += f"\n\nRefuses with: {names}."
        for argument in field.arguments:
            argument.description = "What to do, and with what."

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        try:
            return await next_(source, info, **kwargs)
        except Refused as refused:
            if not all(isinstance(error, self.refuses) for error in refused.errors):
                raise
            return self.payload(user_errors=refused.errors)


def mutation(*, refuses: Sequence[type[UserError]]) -> Callable[[F], F]:
    """A field of `Mutation` that may refuse with these errors and no others."""
    return partial(strawberry.mutation, extensions=[Refusals(refuses)])
