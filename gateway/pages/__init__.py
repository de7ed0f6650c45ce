"""The pages behind the links of our letters, for those who have no application of their own there.

Loading one does nothing. What it is for is a mutation, which a press of its button sends to
`/graphql` like any other client, with the secret that stands after the `#` of the address.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

HERE = Path(__file__).parent
ASSETS = {"account.css": "text/css", "account.js": "text/javascript"}

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    # The script sends what is entered; without it a browser must not.
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HARDENING = {
    "content-security-policy": "; ".join(POLICY),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Page:
    """One of them."""

    name: str
    operation: str
    """The file of its mutation."""


PAGES = (
    Page("verify-email", "EmailVerify"),
    Page("reset-password", "PasswordReset"),
    Page("confirm-email", "EmailChangeConfirm"),
    Page("undo-email-change", "EmailChangeUndo"),
    Page("restore", "AccountRestore"),
)


def account_routes() -> list[BaseRoute]:
    """`/account/…`."""
    pages = [Route(f"/account/{page.name}", _page) for page in PAGES]
    return [*pages, Route("/account/assets/{name}", _asset)]


def documents() -> list[str]:
    """What the pages ask for, for a gateway that runs registered operations alone."""
    return [_document(page.operation) for page in PAGES]


async def _page(request: Request) -> Response:
    headers = HARDENING | {"cache-control": "no-store"}
    return HTMLResponse(_html(request.url.path.rpartition("/")[2]), headers=headers)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    # The pages ask for it by an address that changes with it.
    headers = HARDENING | {"cache-control": FOREVER}
    return Response(_content(name), media_type=ASSETS[name], headers=headers)


@cache
def _html(name: str) -> str:
    [page] = (page for page in PAGES if page.name == name)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{name}.jinja").render(
        operation=page.operation, document=_document(page.operation), asset=_address
    )


def _address(name: str) -> str:
    """Relative, because what stands in front of the server may give it a path of its own."""
    return f"assets/{name}?{sha256(_content(name)).hexdigest()[:16]}"


@cache
def _content(name: str) -> bytes:
    return (HERE / "assets" / name).read_bytes()


@cache
def _document(operation: str) -> str:
    return (HERE / "operations" / f"{operation}.graphql").read_bytes().decode()
