"""What `docs/security.md` promises is held by tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[^`\s]+)::(\w+)`", PAGE)))

MARK = re.compile(r"`(tests/[^`]*)`")


def names_in(file: Path) -> set[str]:
    """The names of a file's tests."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {each.name for each in body if isinstance(each, functions)}


def test_every_test_that_is_named_exists() -> None:
    files = {name: ROOT / name for name, _ in NAMED}
    known = {name: names_in(file) for name, file in files.items() if file.is_file()}

    missing = [f"{file}::{name}" for file, name in NAMED if name not in known.get(file, ())]

    assert missing == []
    assert len(NAMED) > 100


def test_a_test_is_named_by_its_file_and_its_name() -> None:
    written = {f"{file}::{name}" for file, name in NAMED}
    assert [text for text in MARK.findall(PAGE) if text not in written] == []


def test_every_promise_names_a_test() -> None:
    promises = PAGE.partition("\n## Standards\n")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ")]
    heads = [row for row in rows if row == "| promise | how | test |"]
    without = [row for row in rows if row not in heads and "`tests/" not in row]
    assert without == []
    assert len(heads) > 10
