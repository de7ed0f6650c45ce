"""One contestant as a process of its own.

It inherits the listening socket and finds the database's address in the environment.
"""

import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from bench import handwritten, plain
from gateway.app import create_app
from gateway.settings import Profile, Settings

POOL_SIZE = 8


def azora(url: str, pool_size: int) -> ASGIApp:
    """The gateway as it runs in production, apart from its log."""
    return create_app(
        Settings(profile=Profile.PRODUCTION, database_url=url, read_pool_size=pool_size)
    )


APPS: dict[str, Callable[[str, int], ASGIApp]] = {
    "azora": azora,
    "plain": plain.create_app,
    "floor": handwritten.floor("azora_bench_floor", row_security=True),
    "unsecured": handwritten.floor("azora_bench_unsecured", row_security=False),
}


def main() -> None:
    name, descriptor = sys.argv[1:]
    config = uvicorn.Config(
        APPS[name](os.environ["DATABASE_URL"], POOL_SIZE),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="auto",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main()
