"""A Postgres of the project's own, for machines on which none was set up.

Its folder, `<data_dir>/postgres`, has one owner at a time, the holder of an exclusive lock that
dies with its process. So a server that is found running by the holder of the lock is the leftover
of a run that was killed.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway import roles
from gateway.embedded import server
from gateway.embedded.errors import AlreadyRunning, EmbeddedPostgresFailed
from gateway.embedded.place import Place, find_place

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = [
    "AlreadyRunning",
    "Cluster",
    "EmbeddedPostgresFailed",
    "embedded_postgres",
    "running_cluster",
]


@dataclass(frozen=True, slots=True)
class Cluster:
    owner_url: str
    app_url: str
    superuser_url: str


@contextmanager
def embedded_postgres(
    data_dir: Path, *, database: str = "azora", settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """The running cluster of this data folder; stopped at the end, and on SIGTERM and SIGHUP too.

    `settings` go into the server's configuration, over those shipped.
    """
    try:
        place = find_place(data_dir)
    except PermissionError as error:
        raise EmbeddedPostgresFailed(f"No permission for {error.filename}") from None
    with ExitStack() as stack:
        _lock(place, stack)
        stack.enter_context(_signals_raise())
        server.clear_leftover(place)
        chosen = {**stack.enter_context(server.listening(place)), **(settings or {})}
        stack.callback(_stop, place)
        server.ensure_cluster(place, chosen)
        postmaster = server.start(place, chosen)
        cluster = _cluster(place, postmaster, database)
        asyncio.run(_prepare(place, postmaster, database))
        yield cluster


def running_cluster(data_dir: Path, *, database: str = "azora") -> Cluster | None:
    """The cluster that another process has running on this data folder."""
    place = find_place(data_dir)
    postmaster = server.Postmaster.read(place.data)
    if postmaster is None or postmaster.status != "ready":
        return None
    return _cluster(place, postmaster, database)


def _lock(place: Place, stack: ExitStack) -> None:
    file = stack.enter_context((place.home / "lock").open("a"))
    holder = place.home / "lock.pid"
    try:
        _lock_file(file.fileno())
    except OSError:
        raise AlreadyRunning(
            f"Azora is already running on {place.home} (process {holder.read_text()}): "
            "stop it first, or choose another folder with AZORA_DATA_DIR."
        ) from None
    place.own(place.home / "lock")
    place.write(holder, str(os.getpid()))


def _lock_file(descriptor: int) -> None:
    """The lock is gone when the file is closed, and so at the latest when its process is."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _cluster(place: Place, postmaster: server.Postmaster, database: str) -> Cluster:
    owner, app, superuser = (
        postmaster.url(role, server.password(place, role), database)
        for role in (roles.OWNER, roles.APP, server.SUPERUSER)
    )
    return Cluster(owner, app, superuser)


async def _prepare(place: Place, postmaster: server.Postmaster, database: str) -> None:
    superuser = server.password(place, server.SUPERUSER)
    admin_url = postmaster.url(server.SUPERUSER, superuser, "postgres")
    passwords = {role: server.password(place, role) for role in (roles.OWNER, roles.APP)}
    await roles.prepare(admin_url, database, passwords)


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Signals that would end the process on the spot unwind it instead, so that it cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [signal.SIGTERM] if sys.platform == "win32" else [signal.SIGTERM, signal.SIGHUP]
    before = {number: signal.signal(number, lambda *_: sys.exit(0)) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(place: Place) -> None:
    """A second Ctrl-C while the server writes its last pages must not tear that apart."""
    if threading.current_thread() is not threading.main_thread():
        server.stop(place)
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        server.stop(place)
    finally:
        signal.signal(signal.SIGINT, before)
