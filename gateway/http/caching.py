"""Which answers a cache between us and the client may keep.

Only those to a registered query, asked for by its hash alone, by nobody in particular: their URL
says all that they depend on.
"""

from collections.abc import Mapping
from hashlib import sha256

from gateway.execution import Answer

from .negotiation import MediaType
from .refusal import Headers
from .reply import Reply, json_reply, unchanged_reply

CREDENTIALS = ("authorization", "cookie")

VARY: Headers = ((b"vary", b"Authorization, Cookie, Accept"),)
PRIVATE: Headers = ((b"cache-control", b"private, no-store"), *VARY)


def shared_reply(
    answer: Answer, media_type: MediaType, headers: Mapping[str, str], seconds: int
) -> Reply:
    """The answer to such a request, which ran: as whoever may keep it for how long."""
    if not _is_public(answer, headers, seconds):
        return json_reply(200, answer.body, media_type, caching=PRIVATE)
    tag = _tag(answer.body, media_type)
    # Browsers ask each time, which costs them an empty answer; shared caches need not.
    kept = (b"cache-control", b"public, max-age=0, s-maxage=%d" % seconds)
    caching = (kept, (b"etag", tag), *VARY)
    if _has(headers.get("if-none-match", ""), tag):
        return unchanged_reply(caching)
    return json_reply(200, answer.body, media_type, caching=caching)


def _is_public(answer: Answer, headers: Mapping[str, str], seconds: int) -> bool:
    return seconds > 0 and answer.is_whole and not any(name in headers for name in CREDENTIALS)


def _tag(body: bytes, media_type: MediaType) -> bytes:
    digest = sha256(media_type.encode("ascii") + b"\n" + body).hexdigest()
    return f'"{digest[:32]}"'.encode("ascii")


def _has(condition: str, tag: bytes) -> bool:
    given = (entry.strip().removeprefix("W/") for entry in condition.split(","))
    return any(entry in {"*", tag.decode("ascii")} for entry in given)
