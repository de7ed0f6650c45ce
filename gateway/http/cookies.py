"""A browser's refresh token in a cookie: no page can read it, and no other site have it sent.

A browser says on each request which site's page made it. Of those that are not ours the cookie is
refused, and it is heeded nowhere but in a POST with JSON and a header of ours, which no plain form
can send. The name's prefix has browsers keep it for this host alone, and over HTTPS alone; some
take loopback for as safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domains.kernel.clock import now
from domains.kernel.context import SecretCookie
from gateway.faults import Code

from .refusal import Headers, HTTPRefusal

COOKIE = "__Host-azora_rt"
ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict"

ASKING = "x-azora-client"
"""The header by which a page asks for the cookie, whatever its value."""


@dataclass(frozen=True, slots=True)
class Cookies:
    """Whether browsers may keep their refresh token so, and on which sites' pages besides ours."""

    allowed: bool = False
    origins: frozenset[str] = frozenset()

    def of(self, method: str, headers: Mapping[str, str]) -> SecretCookie | None:
        """The cookie of a request; None for a client that keeps its refresh token itself."""
        if not self.allowed or method != "POST":
            return None
        given = _given(headers.get("cookie", ""))
        if ASKING in headers and self._is_ours(headers):
            return SecretCookie(given)
        if given is not None:
            message = f"The cookie needs the header {ASKING}, and a page that may send it."
            raise HTTPRefusal(403, message, Code.FORBIDDEN)
        return None

    def _is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a page made the request from which we take the cookie."""
        return (
            headers.get("sec-fetch-site") == "same-origin" or headers.get("origin") in self.origins
        )


def told(cookie: SecretCookie | None) -> Headers:
    """What a browser is told about its cookie."""
    if cookie is None or (cookie.kept is None and not cookie.dropped):
        return ()
    value, seconds = "", 0
    if cookie.kept is not None:
        value, until = cookie.kept
        seconds = max(0, int((until - now()).total_seconds()))
    text = f"{COOKIE}={value}; {ATTRIBUTES}; Max-Age={seconds}"
    return ((b"set-cookie", text.encode("ascii")),)


def _given(header: str) -> str | None:
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), None)
