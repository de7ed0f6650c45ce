"""Executing one GraphQL request: prepared documents, the planned fast path, hydration of keys."""

from .gateway import Answer, Gateway, GraphQLRequest, Outcome

__all__ = ["Answer", "Gateway", "GraphQLRequest", "Outcome"]
