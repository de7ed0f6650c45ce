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


class Hardened:
    """Adds to an answer what its route has not said itself."""

    def __init__(self, app: ASGIApp, *, only_encrypted: bool) -> None:
        """`only_encrypted` tells browsers to come by HTTPS alone from then on."""
        self.app = app
        self.headers = (*ALWAYS, STRICT_TRANSPORT) if only_encrypted else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = tuple(message.get("headers", ()))
                said = {name for name, _ in given}
                missing = (header for header in self.headers if header[0] not in said)
                message = {**message, "headers": [*given, *missing]}
            await send(message)

        await self.app(scope, receive, hardened)
