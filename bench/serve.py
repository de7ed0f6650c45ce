"""One contestant as a process of its own.

It inherits the listening socket and finds the database's address in the environment. Each imports
no more than it needs: what others need would cost it memory, and time to collect garbage.
"""

import os
import socket
import sys
from importlib import import_module
from typing import Final

import uvicorn

POOL_SIZE: Final = "BENCH_POOL_SIZE"
"""Says how many connections a contestant has."""

APPS: Final = {
    "plain": ("bench.plain", "create_app"),
    "floor": ("bench.handwritten", "floor"),
    "unsecured": ("bench.handwritten", "unsecured"),
}
"""What makes a contestant's application of the database's address and a pool's size."""


def serve(name: str, listener: socket.socket) -> None:
    """Without anything that could be left away."""
    module, maker = APPS[name]
    config = uvicorn.Config(
        getattr(import_module(module), maker)(
            os.environ["DATABASE_URL"], int(os.environ[POOL_SIZE])
        ),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="auto",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


def main() -> None:
    name, descriptor = sys.argv[1:]
    listener = socket.socket(fileno=int(descriptor))
    if name == "azora":
        import_module("bench.serve_azora").serve(listener)
    else:
        serve(name, listener)


if __name__ == "__main__":
    main()
