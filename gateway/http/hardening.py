"""Headers that every answer has, whichever route it comes from."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .refusal import Headers

STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")

ALWAYS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    # Another site must not pull an answer into its own page as a script or an image.
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


def always(*, only_encrypted: bool) -> Headers:
    """`only_encrypted` tells browsers to come by HTTPS alone from then on."""
    return (*ALWAYS, STRICT_TRANSPORT) if only_encrypted else ALWAYS


def hardened(headers: Headers, always: Headers) -> Headers:
    """The headers of an answer, and those of which it says nothing itself."""
    said = {name for name, _ in headers}
    return (*headers, *(header for header in always if header[0] not in said))


class Hardened:
    """Adds to an answer what its route has not said itself."""

    def __init__(self, app: ASGIApp, headers: Headers) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = hardened(tuple(message.get("headers", ())), self.headers)
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_hardened)
