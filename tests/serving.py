"""A real server for those tests that meet Azora as the world does."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from domains.kernel.database import Database
from gateway.identity import new_key
from seed import run
from tests.postgres import Urls

ROOT = Path(__file__).parents[1]
PATIENCE = 30
"""Seconds in which a server is up."""


async def seeded(urls: Urls) -> None:
    """Fill a database as `make run` does."""
    database = Database(urls.app)
    await database.open()
    await run(database)
    await database.close()


def production() -> dict[str, str]:
    """What a server of the production profile has to be given, beside its database."""
    return {
        "AZORA_PROFILE": "production",
        "AZORA_KEYS": new_key("tests"),
        "AZORA_PEPPERS": new_key("tests"),
    }


@contextmanager
def serving(urls: Urls, **environment: str) -> Iterator[str]:
    """`azora serve` over a database, on a free port of loopback; yields its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gateway", "serve"]
    variables = _environment(urls, port, environment)
    process = subprocess.Popen(command, cwd=ROOT, env=variables)  # noqa: S603 (our own command)
    try:
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _environment(urls: Urls, port: int, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AZORA_")}
    return kept | {"DATABASE_URL": urls.app, "AZORA_PORT": str(port)} | more


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the server at {address} did not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def run_seed(urls: Urls) -> None:
    """`seeded`, from where no event loop is running."""
    asyncio.run(seeded(urls))
