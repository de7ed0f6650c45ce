"""The gateway as `azora serve` runs it, on a socket that somebody else has opened."""

import logging
import socket

from gateway import cli, telemetry
from gateway.settings import Settings


def serve(listener: socket.socket) -> None:
    telemetry.configure_logging(as_json=True, level=logging.WARNING)
    logging.getLogger("azora").setLevel(logging.INFO)
    cli._serve(Settings.read(), listener)  # noqa: SLF001 (the command takes a port, not a socket)
