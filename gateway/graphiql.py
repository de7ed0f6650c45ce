"""GraphiQL, the page that a browser gets at `/graphql`, and the files that the page loads.

It is built from `ui/graphiql` and loads nothing from elsewhere. Where nobody built it, a page of
the last release that runs without a build takes its place: its files come from a public CDN and
must hash to what `cdn.json` says.
"""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
BUILT = HERE / "static" / "graphiql"
FALLBACK = HERE / "static" / "fallback"
EXAMPLES = HERE / "examples"

HARDENING = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
# The policy of a file matters for Monaco's workers alone: a worker obeys its own response's.
FILE_POLICY = "default-src 'none'; script-src 'self'"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Page:
    html: str
    policy: str


def graphiql_page(built: Path = BUILT) -> Response:
    page = _page(built)
    return HTMLResponse(
        page.html,
        headers={
            **HARDENING,
            "content-security-policy": page.policy,
            "cache-control": "no-cache",
            # The same address answers other clients with JSON.
            "vary": "accept",
        },
    )


def graphiql_routes(built: Path = BUILT) -> list[BaseRoute]:
    """The files of the page that `graphiql_page` gives."""
    if _is_built(built):
        # The build puts a hash of the content into each name.
        return [_files("/graphiql/assets", built / "assets", FOREVER)]
    return [_files("/graphiql/fallback", FALLBACK, "no-cache")]


def policy(scripts: list[str], stylesheets: list[str], workers: str) -> str:
    """The Content-Security-Policy of a page that also loads these addresses of another host."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *scripts)),
            # Monaco and CodeMirror write measures and colours as style elements and attributes.
            " ".join(("style-src 'self' 'unsafe-inline'", *stylesheets)),
            f"worker-src {workers}",
            "connect-src 'self'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


# Kept, so that the page and the routes agree when somebody builds beside a running server.
@cache
def _is_built(built: Path) -> bool:
    return (built / "index.html").is_file()


def _page(built: Path) -> _Page:
    if _is_built(built):
        html = (built / "index.html").read_text(encoding="utf-8")
        return _Page(html, policy(scripts=[], stylesheets=[], workers="'self'"))
    return _fallback_page()


def _fallback_page() -> _Page:
    pins = json.loads((FALLBACK / "cdn.json").read_bytes())
    scripts, stylesheets = pins["scripts"], pins["stylesheets"]
    attributes = 'integrity="{integrity}" crossorigin="anonymous"'
    script = f'<script defer src="{{url}}" {attributes}></script>'
    stylesheet = f'<link rel="stylesheet" href="{{url}}" {attributes} />'
    html = Template((FALLBACK / "index.html").read_text(encoding="utf-8")).substitute(
        scripts="\n    ".join(script.format(**pin) for pin in scripts),
        stylesheets="\n    ".join(stylesheet.format(**pin) for pin in stylesheets),
        # Inside a script element only `<` could end the JSON early.
        examples=json.dumps(_example_tabs()).replace("<", "\\u003c"),
    )
    # A CDN serves everybody's files: the policy admits these addresses, not the host.
    return _Page(
        html,
        policy(
            [pin["url"] for pin in scripts], [pin["url"] for pin in stylesheets], workers="'none'"
        ),
    )


def _example_tabs() -> list[dict[str, str]]:
    tabs = []
    for operation in sorted(EXAMPLES.glob("*.graphql")):
        tab = {"query": operation.read_text(encoding="utf-8")}
        variables = operation.with_suffix(".variables.json")
        if variables.is_file():
            tab["variables"] = variables.read_text(encoding="utf-8")
        tabs.append(tab)
    return tabs


def _files(path: str, directory: Path, cache_control: str) -> Mount:
    return Mount(path, _Files(directory, cache_control))


class _Files(StaticFiles):
    def __init__(self, directory: Path, cache_control: str) -> None:
        super().__init__(directory=directory)
        self._cache_control = cache_control

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(HARDENING)
        response.headers["content-security-policy"] = FILE_POLICY
        response.headers["cache-control"] = self._cache_control
        return response
