"""What the server sends for GraphiQL: the page, its policy, and the files that it may load."""

import base64
import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from gateway.graphiql import FALLBACK, graphiql_page, graphiql_routes

UI = Path(__file__).parents[2] / "ui" / "graphiql"
PACKAGES = UI / "fallback" / "node_modules"
PINS = json.loads((FALLBACK / "cdn.json").read_bytes())
EVERY_PIN = [*PINS["scripts"], *PINS["stylesheets"]]
PINNED_ADDRESS = re.compile(
    r"https://cdn\.jsdelivr\.net/npm/(?P<package>@?[^@]+)@(?P<version>[^/]+)/(?P<file>.+)"
)
COMMON_POLICY = (
    "connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _address(pin: dict[str, str]) -> re.Match[str]:
    address = PINNED_ADDRESS.fullmatch(pin["url"])
    assert address is not None
    return address


@pytest.mark.node
@pytest.mark.parametrize("pin", EVERY_PIN, ids=lambda pin: pin["url"])
def test_a_pin_is_the_hash_of_the_packages_own_file(pin: dict[str, str]) -> None:
    address = _address(pin)
    file = PACKAGES / address["package"] / address["file"]
    digest = hashlib.sha384(file.read_bytes()).digest()
    assert pin["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"


def test_the_pinned_versions_are_the_locked_ones() -> None:
    locked = json.loads((UI / "fallback" / "package-lock.json").read_bytes())["packages"]
    for pin in EVERY_PIN:
        address = _address(pin)
        assert locked[f"node_modules/{address['package']}"]["version"] == address["version"]


@pytest.mark.parametrize("lock", [UI, UI / "fallback"], ids=lambda folder: folder.name)
def test_a_lock_hashes_every_package_and_names_no_registry(lock: Path) -> None:
    packages = json.loads((lock / "package-lock.json").read_bytes())["packages"]
    del packages[""]
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_the_built_page_admits_its_own_origin_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>built", encoding="utf-8")
    page = graphiql_page(tmp_path)
    assert page.body == b"<!doctype html>built"
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"worker-src 'self'; {COMMON_POLICY}"
    )
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["vary"] == "accept"


def test_the_unbuilt_page_admits_the_pinned_files_and_no_other(tmp_path: Path) -> None:
    scripts = " ".join(pin["url"] for pin in PINS["scripts"])
    stylesheets = " ".join(pin["url"] for pin in PINS["stylesheets"])
    assert graphiql_page(tmp_path / "absent").headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'self' {scripts}; "
        f"style-src 'self' 'unsafe-inline' {stylesheets}; worker-src 'none'; {COMMON_POLICY}"
    )


async def test_a_hashed_file_is_kept_forever_and_may_do_little(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-a1b2.js").write_text("export {};", encoding="utf-8")
    transport = httpx.ASGITransport(Starlette(routes=graphiql_routes(tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url="http://azora.test") as client:
        answer = await client.get("/graphiql/assets/main-a1b2.js")
        outside = await client.get("/graphiql/assets/%2e%2e/index.html")
    assert answer.text == "export {};"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; script-src 'self'"
    assert outside.status_code == 404
