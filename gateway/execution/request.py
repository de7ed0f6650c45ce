"""What a client sends, whichever way it came."""

from typing import Any, NamedTuple


class GraphQLRequest(NamedTuple):
    """A document, or the hash of a registered one, and what to do with it."""

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    hash: str | None = None
    """SHA-256 of the document, as 64 hexadecimal digits."""
