"""A Postgres that a test stops, or kills, and starts again over the same data."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, quote, urlsplit

import psutil

from gateway.embedded import Cluster, embedded_postgres
from tests.postgres import SPEED, beside_the_loop

PATIENCE = 30
"""Seconds in which the processes of a killed server are gone."""


class Server:
    """Its address stays the same, whatever happens to it."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = SPEED) -> None:
        self._folder = folder
        self._settings = settings
        self._address = folder / "address"
        self._running: AbstractContextManager[Cluster] | None = None

    def start(self) -> Cluster:
        """Its socket is in another folder each time, hence a link to it."""
        self._running = embedded_postgres(self._data, settings=self._settings)
        cluster = beside_the_loop(self._running.__enter__)
        self._address.unlink(missing_ok=True)
        self._address.symlink_to(_socket_folder(cluster.app_url))
        fixed = {each.name: self._fixed(getattr(cluster, each.name)) for each in fields(cluster)}
        return replace(cluster, **fixed)

    def stop(self) -> None:
        if self._running is not None:
            beside_the_loop(self._running.__exit__, None, None, None)
            self._running = None

    def kill(self) -> None:
        """Kill its first process as it stands; the others notice, and end by themselves."""
        first = psutil.Process(self._pid())
        others = first.children(recursive=True)
        first.kill()
        with suppress(psutil.NoSuchProcess):
            first.wait(PATIENCE)
        psutil.wait_procs(others, PATIENCE)
        self.stop()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _pid(self) -> int:
        return int((self._data / "postgres/data/postmaster.pid").read_text().split()[0])

    def _fixed(self, url: str) -> str:
        return url.replace(quote(_socket_folder(url)), quote(str(self._address)))


@contextmanager
def stoppable(settings: Mapping[str, str] = SPEED) -> Iterator[Server]:
    """A server of one's own, not started yet; gone at the end."""
    with TemporaryDirectory(prefix="azora-stoppable-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The server may run as another user than the tests.
        folder.chmod(0o755)
        server = Server(folder, settings)
        try:
            yield server
        finally:
            server.stop()


def _socket_folder(url: str) -> str:
    return parse_qs(urlsplit(url).query)["host"][0]
