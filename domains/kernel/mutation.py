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

    def __init__(self, refuses: Sequence[type[UserError]], *, proves: bool) -> None:
        self.refuses = tuple(refuses)
        self.proves = proves

    def apply(self, field: Any) -> None:
        self.payload = field.type.of_type
        field.description = inspect.getdoc(field.base_resolver.wrapped_func)
        if self.refuses:
            names = ", ".join(error.__name__ for error in self.refuses)
            field.description += f"\n\nRefuses with: {names}."
        for argument in field.arguments:
            argument.description = "What to do, and with what."

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        context = info.context
        await context.begin_mutation()
        try:
            answer = await next_(source, info, **kwargs)
        except Refused as refused:
            if not all(isinstance(error, self.refuses) for error in refused.errors):
                raise
            return self.payload(user_errors=refused.errors)
        context.end_mutation()
        return answer


def mutation(*, refuses: Sequence[type[UserError]], proves: bool = False) -> Callable[[F], F]:
    """A field of `Mutation` that may refuse with these errors and no others.

    One that `proves` acts by the viewer's own rights alone and in a single `context.statement` or
    `context.transaction`, which makes sure of them as it begins: nobody has to do so before.
    """
    return partial(strawberry.mutation, extensions=[Refusals(refuses, proves=proves)])
