"""GraphQL over WebSocket, by the protocol graphql-transport-ws."""

from .endpoint import SocketEndpoint

__all__ = ["SocketEndpoint"]
