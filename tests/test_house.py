"""The walls between the domains stand, and would be seen to fall."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("gateway", "domains", "migrations", "seed")
LONGEST = 400

ORDER = "The domains stand in order, and only look down"
SHAPE = "Every domain has the same shape"
DOORS = "A domain is entered by its public, events and types modules alone"
QUIET = "Rules and statements know nothing of GraphQL or HTTP"

PLANTED = [
    (ORDER, "domains/auth/service/accounts.py", "import domains.education.events"),
    (ORDER, "domains/education/links.py", "import domains.notifications.types"),
    (ORDER, "domains/kernel/clock.py", "import domains.auth.events"),
    (ORDER, "domains/education/public.py", "import gateway.settings"),
    (SHAPE, "domains/auth/policy.py", "import domains.auth.service"),
    (SHAPE, "domains/education/repository.py", "import domains.education.service"),
    (SHAPE, "domains/notifications/helpers.py", ""),
    (DOORS, "domains/notifications/service.py", "import domains.education.models"),
    (DOORS, "domains/notifications/types.py", "import domains.auth.engine.tokens"),
    (DOORS, "domains/education/subscribers.py", "import domains.auth.repository"),
    (QUIET, "domains/auth/repository.py", "import strawberry"),
    (QUIET, "domains/education/events.py", "import starlette.requests"),
    (QUIET, "domains/notifications/policy.py", "import graphql"),
    (QUIET, "domains/auth/engine/tokens.py", "import domains.kernel.viewer, graphql.language"),
]


def contracts() -> list[dict[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def domains() -> set[str]:
    return {folder.parent.name for folder in (ROOT / "domains").glob("*/__init__.py")} - {"kernel"}


def lint(folder: Path) -> tuple[int, str]:
    """How the linter ends over a tree, and what it says."""
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    ended = subprocess.run(  # noqa: S603 (the words are all ours)
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program."""
    ignored = shutil.ignore_patterns("__pycache__", "static")
    for name in CODE:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def verdict(said: str, contract: str) -> str:
    [line] = [line for line in said.splitlines() if line.startswith(f"{contract} ")]
    return line.removeprefix(contract).split()[0]


def test_every_wall_stands() -> None:
    code, said = lint(ROOT)

    assert code == 0, said
    names = [contract["name"] for contract in contracts()]
    assert names == [ORDER, SHAPE, DOORS, QUIET]
    assert [verdict(said, name) for name in names] == ["KEPT"] * 4


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_violation_is_caught(tree: Path, contract: str, file: str, line: str) -> None:
    place = tree / file
    text = place.read_text() if place.exists() else '"""Not of the shape."""\n'
    place.write_text(f"{text}\n{line}\n")

    code, said = lint(tree)

    assert code == 1, said
    assert verdict(said, contract) == "BROKEN"


def test_a_missing_room_is_noticed(tree: Path) -> None:
    shutil.rmtree(tree / "domains/auth/engine")
    (tree / "domains/notifications/queries.py").unlink()

    code, said = lint(tree)

    assert code == 1
    assert "domains.notifications.queries" in said


def test_every_domain_is_held_to_the_shape() -> None:
    [shape] = [contract for contract in contracts() if contract["name"] == SHAPE]

    assert set(shape["containers"]) == {f"domains.{name}" for name in domains()}


def test_every_domain_has_a_place_in_the_order() -> None:
    [order] = [contract for contract in contracts() if contract["name"] == ORDER]
    placed = " ".join(order["layers"]).replace("(", "").replace(")", "").split()

    assert {f"domains.{name}" for name in domains()} <= set(placed)


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    files = [
        file for name in ("gateway", "domains", "seed") for file in (ROOT / name).rglob("*.py")
    ]
    lengths = {str(file): len(file.read_text().splitlines()) for file in files}

    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
