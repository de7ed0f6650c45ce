"""The embedded server is there when it is wanted, survives its program, and leaves nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from gateway.embedded import AlreadyRunning, embedded_postgres, place, running_cluster

SPEED = {"fsync": "off", "synchronous_commit": "off"}
PROGRAM = """
import sys, time
from pathlib import Path
from gateway.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1]), settings={"fsync": "off"}) as cluster:
    print(cluster.owner_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter, with a space in its name."""
    with tempfile.TemporaryDirectory(prefix="azora test ") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def ask(url: str, statement: str) -> Any:
    async def fetch() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def servers(folder: Path) -> list[int]:
    """The living processes of Postgres that work in this folder."""
    found = []
    for process in psutil.process_iter(["name", "cmdline"]):
        command = process.info["cmdline"] or []
        if process.info["name"] == "postgres" and str(folder.resolve()) in " ".join(command):
            found.append(process.pid)
    return found


@contextmanager
def another_program(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603
        try:
            assert program.stdout is not None
            yield program, program.stdout.readline().strip()
        finally:
            program.terminate()


def test_it_serves_both_roles_and_stops_without_a_trace(folder: Path) -> None:
    with embedded_postgres(folder, settings=SPEED) as cluster:
        socket_folder = Path(ask(cluster.superuser_url, "SHOW unix_socket_directories"))
        bypasses = "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert ask(cluster.owner_url, bypasses) is True
        assert ask(cluster.app_url, bypasses) is False
        assert ask(cluster.app_url, "SELECT 'A'::citext = 'a'") is True
        assert ask(cluster.app_url, "SHOW timezone") == "UTC"
        assert ask(cluster.app_url, "SHOW fsync") == "off"
        assert socket_folder.stat().st_mode & 0o777 == 0o700
        assert servers(folder) != []
    assert servers(folder) == []
    assert not socket_folder.exists()


def test_the_servers_port_is_not_open_to_the_network(folder: Path) -> None:
    with embedded_postgres(folder, settings=SPEED) as cluster:
        assert ask(cluster.superuser_url, "SHOW listen_addresses") == ""
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask(cluster.app_url.replace("azora_app:", "azora_app:not"), "SELECT 1")


def test_a_second_run_beside_the_first_is_refused(folder: Path) -> None:
    with embedded_postgres(folder, settings=SPEED) as cluster:
        before = servers(folder)
        expected = f"already running .*process {os.getpid()}"
        with pytest.raises(AlreadyRunning, match=expected), embedded_postgres(folder):
            pass
        assert ask(cluster.app_url, "SELECT 1") == 1
        assert before[0] in servers(folder)
        assert running_cluster(folder) == cluster


def test_a_run_in_another_process_is_refused_too(folder: Path) -> None:
    with another_program(folder) as (program, url):
        expected = f"process {program.pid}"
        with pytest.raises(AlreadyRunning, match=expected), embedded_postgres(folder):
            pass
        assert ask(url, "SELECT 1") == 1


def test_a_program_that_is_terminated_stops_its_server(folder: Path) -> None:
    with another_program(folder) as (program, _):
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    assert servers(folder) == []


def test_what_was_committed_survives_the_kill_of_the_program(folder: Path) -> None:
    with another_program(folder) as (program, url):
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        program.kill()
        program.wait()
    assert servers(folder) != []
    with embedded_postgres(folder, settings=SPEED) as cluster:
        assert ask(cluster.owner_url, "SELECT answer FROM kept") == 42
    assert servers(folder) == []


def test_what_was_committed_survives_the_kill_of_program_and_server(folder: Path) -> None:
    with another_program(folder) as (program, url):
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        program.kill()
        for pid in servers(folder):
            os.kill(pid, signal.SIGKILL)
        program.wait()
    assert (folder / "postgres" / "data" / "postmaster.pid").exists()
    with embedded_postgres(folder, settings=SPEED) as cluster:
        assert ask(cluster.owner_url, "SELECT answer FROM kept") == 42


def test_a_stale_pid_that_belongs_to_a_stranger_by_now_is_no_obstacle(folder: Path) -> None:
    with embedded_postgres(folder, settings=SPEED):
        pid_file = folder / "postgres" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with embedded_postgres(folder, settings=SPEED) as cluster:
        assert ask(cluster.app_url, "SELECT 1") == 1


def test_a_folder_that_only_its_owner_may_enter_keeps_its_permissions(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "SYSTEM_FOLDER", folder)
    tmp_path.chmod(0o700)
    for _ in range(2):
        with embedded_postgres(tmp_path, settings=SPEED) as cluster:
            assert ask(cluster.app_url, "SELECT 1") == 1
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    wrong = embedded_postgres(folder, settings={"max_connections": "many"})
    with pytest.raises(Exception, match="max_connections"), wrong:
        pass
    assert servers(folder) == []
