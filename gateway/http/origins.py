"""Which other sites may read answers in a browser (the CORS protocol of the Fetch standard)."""

from collections.abc import Mapping
from dataclasses import dataclass

from .refusal import Headers

VARY: Headers = ((b"vary", b"Origin"),)

PREFLIGHT: Headers = (
    (b"access-control-allow-methods", b"GET, POST"),
    (
        b"access-control-allow-headers",
        (
            b"accept, authorization, content-type, if-none-match, "
            b"graphql-require-preflight, x-azora-client, x-request-id"
        ),
    ),
    # As long as browsers remember it at most.
    (b"access-control-max-age", b"7200"),
)
"""What a page may send, told to a browser that asks before it does."""

SHOWN: Headers = (
    (b"access-control-expose-headers", b"etag, retry-after, www-authenticate, x-request-id"),
)
"""What of an answer's headers a page may read."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The sites whose pages may ask from a browser, and those of them that may send cookies."""

    allowed: frozenset[str] = frozenset()
    with_cookies: frozenset[str] = frozenset()

    def headers(self, method: str, request: Mapping[str, str]) -> Headers:
        """What an answer to this request tells the browser; nothing to a site not allowed."""
        # No cache has to tell sites apart that all are answered alike.
        if not self.allowed:
            return ()
        origin = request.get("origin")
        if origin not in self.allowed:
            return VARY
        is_preflight = method == "OPTIONS" and "access-control-request-method" in request
        return (*VARY, *self._admission(origin), *(PREFLIGHT if is_preflight else SHOWN))

    def _admission(self, origin: str) -> Headers:
        admitted = (b"access-control-allow-origin", origin.encode("ascii"))
        if origin not in self.with_cookies:
            return (admitted,)
        return (admitted, (b"access-control-allow-credentials", b"true"))
