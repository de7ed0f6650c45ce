"""Servers of the production profile, and a browser."""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests import postgres
from tests.postgres import Urls
from tests.serving import production, serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks of another host fails here, with or without a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def production_urls(server: Urls, worker_id: str) -> Iterator[Urls]:
    """A database of its own for a server that outlives a test."""
    name = f"azora_production_{worker_id}"
    yield postgres.settled(postgres.copy(server, name))
    postgres.settled(postgres.remove(server, name))


@pytest.fixture(scope="session")
def production_url(production_urls: Urls) -> Iterator[str]:
    """The address of a real server in the production profile."""
    with serving(production_urls, **production()) as address:
        yield address


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS
        )
        yield browser
        await browser.close()
