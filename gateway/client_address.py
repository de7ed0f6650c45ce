"""Which address a request comes from, told by nobody but proxies that are trusted.

Whoever connects can write any header. So a header counts only if a trusted proxy sent it, and of
the addresses in it only those count that trusted proxies wrote: each adds at the right end the one
that it was asked from, so the first from the right that is no proxy of ours is the client's.
"""

import re
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED_FOR = re.compile(r'(?:^|[;,])\s*for\s*=\s*("[^"]*"|[^\s;,"]*)', re.IGNORECASE)
"""The parameter of RFC 7239 that holds an address."""

WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+)(?::\d+)?")
"""An address as headers write it: one of IPv6 in brackets, and either with a port or without."""


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """Lets the rest of the gateway take the peer's address for the client's."""

    app: ASGIApp
    trusted: Sequence[Network] = ()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self.trusted and scope["type"] != "lifespan":
            address = client_address(scope, self.trusted)
            scope = {**scope, "client": (address, 0) if address else None}
        return self.app(scope, receive, send)


def client_address(scope: Scope, trusted: Sequence[Network] = ()) -> str | None:
    """The client's address; None if it came without one, as through a local socket."""
    client = scope.get("client")
    peer = _parsed(client[0]) if client else None
    if peer is None or not _is_trusted(peer, trusted):
        return str(peer) if peer else None
    found = {_behind(peer, hops, trusted) for hops in _told(scope["headers"])}
    # A proxy writes one of the headers and may hand the other on as it came. If they disagree,
    # one of them may be the client's own words: then the proxy itself is all that is known.
    return str(found.pop() if len(found) == 1 else peer)


def _told(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[list[str]]:
    """What each kind of header says, the nearest hop last; a header may come in several lines."""
    lines: dict[bytes, list[str]] = {b"x-forwarded-for": [], b"forwarded": []}
    for name, value in headers:
        if name in lines:
            lines[name].append(value.decode("latin-1"))
    if plain := lines[b"x-forwarded-for"]:
        yield ",".join(plain).split(",")
    if standard := lines[b"forwarded"]:
        yield [each.strip('"') for each in FORWARDED_FOR.findall(",".join(standard))]


def _behind(peer: Address, hops: Sequence[str], trusted: Sequence[Network]) -> Address:
    nearest = peer
    for hop in reversed(hops):
        address = _parsed(hop)
        if address is None:
            # A proxy of ours heard from somebody whom it cannot or will not name.
            return nearest
        nearest = address
        if not _is_trusted(address, trusted):
            return address
    return nearest


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parsed(text: str) -> Address | None:
    text = text.strip()
    with_port = WITH_PORT.fullmatch(text)
    if with_port:
        text = with_port[1] or with_port[2]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
