"""GraphQL over HTTP: bodies, media types and status codes."""

from .endpoint import GraphQLEndpoint

__all__ = ["GraphQLEndpoint"]
