"""Executing one GraphQL request: prepared documents, the planned fast path, hydration of keys."""

from .gateway import Answer, Gateway, Outcome
from .request import GraphQLRequest

__all__ = ["Answer", "Gateway", "GraphQLRequest", "Outcome"]
