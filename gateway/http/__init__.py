"""GraphQL over HTTP: bodies, media types and status codes."""

from .cookies import Cookies
from .endpoint import GraphQLEndpoint
from .hardening import Hardened, always
from .origins import Origins

__all__ = ["Cookies", "GraphQLEndpoint", "Hardened", "Origins", "always"]
