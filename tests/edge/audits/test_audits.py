"""The public audits of GraphQL over HTTP, as the npm package `graphql-http` has them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def run(folder: Path, *command: str) -> str:
    program = shutil.which(command[0])
    assert program is not None, f"{command[0]} is not installed"
    finished = subprocess.run(  # noqa: S603 (the commands stand below)
        [program, *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="session")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own, since tests of several workers would install into the same one."""
    folder = tmp_path_factory.mktemp("audits")
    for name in ("package.json", "package-lock.json", "audit.mjs"):
        shutil.copy(HERE / name, folder)
    run(folder, "npm", "ci", "--no-audit", "--no-fund")
    return folder


@pytest.mark.node
def test_61_of_61_audits_pass(audits: Path, server_url: str) -> None:
    lines = run(audits, "node", "audit.mjs", f"{server_url}/graphql").splitlines()
    results = [json.loads(line) for line in lines]
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == 61
