"""What a client has given of an input, by the names of the program."""

from typing import Any

import strawberry

from domains.kernel.refusal import BadInput


def given(input: object, *, but: frozenset[str], nullable: frozenset[str]) -> dict[str, Any]:
    """What is not left out; a null where one cannot be kept is refused."""
    fields = {name: value for name, value in vars(input).items() if name not in but}
    told = {name: some.value for name, some in fields.items() if isinstance(some, strawberry.Some)}
    for name, value in told.items():
        if value is None and name not in nullable:
            raise BadInput(f"`{name}` cannot be null.")
    return told
