"""Why the program says no: expected refusals as data, and faults with a code of a closed list."""

import math
from collections.abc import Sequence

import strawberry
from graphql import GraphQLError

from . import prose


@prose.interface
class UserError:
    """A reason why a mutation changed nothing; its `__typename` is its code."""

    message: str
    """What is wrong, for the person at the screen."""

    path: list[str] = strawberry.field(default_factory=list)
    """The input field at fault, from `input` down; empty if no single field is."""


class Refused(Exception):
    """Raised by a service: the transaction rolls back and the payload says why."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__(*(error.message for error in errors))
        self.errors = list(errors)


class BadInput(GraphQLError):
    """An argument that no rule of the business could accept: another type's id, a torn cursor."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


class Unauthenticated(GraphQLError):
    """The operation needs a viewer, or the token given is not one of a living session."""

    def __init__(self, message: str = "Sign in first.") -> None:
        super().__init__(message, extensions={"code": "UNAUTHENTICATED"})


class Forbidden(GraphQLError):
    """The viewer is known, and may not do this."""

    def __init__(self, message: str = "You may not do this.") -> None:
        super().__init__(message, extensions={"code": "FORBIDDEN"})


class StepUpRequired(GraphQLError):
    """The viewer has to prove once more who they are before they do this."""

    def __init__(self, factors: Sequence[str]) -> None:
        extensions = {"code": "STEP_UP_REQUIRED", "factors": list(factors)}
        super().__init__("Prove again who you are.", extensions=extensions)


class RateLimited(GraphQLError):
    """Too many tries; says in how many seconds another one may pass."""

    def __init__(self, retry_after: float) -> None:
        seconds = max(1, math.ceil(retry_after))
        extensions = {"code": "RATE_LIMITED", "retryAfter": seconds}
        super().__init__(f"Too many tries. Try again in {seconds} s.", extensions=extensions)
