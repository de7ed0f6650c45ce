"""Makes mutants in a copy of the program, and has the tests look at each."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.postgres import TEMPLATE, Urls

from .mutant import Mutant

ROOT = Path(__file__).parents[3]
CODE = ("domains", "gateway", "migrations", "seed", "tests", "pyproject.toml", "schema.graphql")
PRINT_FUNCTIONS = (
    "import json; from migrations.functions import FUNCTIONS; print(json.dumps(FUNCTIONS))"
)
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[(.*?)\])? - (.*)$", re.MULTILINE)
INVARIANT = re.compile(r"\bI\d+[a-z]?(?= \()")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    noticed_by: str
    """Which test, and which invariant; empty if it lives."""

    def __str__(self) -> str:
        return f"| {self.mutant.name} | {self.noticed_by or self._excuse} |"

    @property
    def _excuse(self) -> str:
        return f"lives: {self.mutant.why}" if self.mutant.why else "LIVES"

    @property
    def is_fine(self) -> bool:
        return bool(self.noticed_by or self.mutant.why)


class Laboratory:
    """A copy of the program, and a server with a database that the copy's functions are in."""

    def __init__(self, tree: Path, urls: Urls) -> None:
        self._tree, self._urls = tree, urls
        self._functions = self._there = self._printed_functions()

    def verdict(self, mutant: Mutant) -> Verdict:
        """Make a mutant, have its tests run, and make it right again."""
        place = self._tree / mutant.file
        right = place.read_text()
        if right.count(mutant.right) != 1:
            raise ValueError(f"{mutant.name}: {mutant.file} does not have that once")
        place.write_text(right.replace(mutant.right, mutant.wrong))
        try:
            self._install(self._printed_functions())
            return Verdict(mutant, self._noticed_by(mutant))
        finally:
            place.write_text(right)
            self._install(self._functions)

    def _noticed_by(self, mutant: Mutant) -> str:
        return next(filter(None, map(self._failure, mutant.tests)), "")

    def _failure(self, tests: str) -> str:
        ended = self._python("-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", tests)
        if ended.returncode == 0:
            return ""
        found = FAILED.search(ended.stdout)
        if found is None:
            raise RuntimeError(ended.stdout[-2000:] + ended.stderr[-2000:])
        test, case, message = found.groups()
        invariants = ", ".join(dict.fromkeys(INVARIANT.findall(ended.stdout)))
        name = test.rpartition("::")[2] + (f"[{case}]" if case else "")
        return f"{name}: {invariants or message[:90]}"

    def _printed_functions(self) -> Mapping[str, str]:
        ended = self._python("-c", PRINT_FUNCTIONS)
        if ended.returncode:
            raise RuntimeError(ended.stderr[-2000:])
        functions: Mapping[str, str] = json.loads(ended.stdout)
        return functions

    def _install(self, functions: Mapping[str, str]) -> None:
        """Have the template's functions be these; a new database is a copy of it."""
        changed = [text for name, text in functions.items() if self._there.get(name) != text]
        if changed:
            postgres.settled(postgres.run(self._urls.of(TEMPLATE).owner, *changed))
        self._there = functions

    def _python(self, *words: str) -> subprocess.CompletedProcess[str]:
        given = {
            "PYTHONPATH": str(self._tree),
            "COLUMNS": "400",
            "TEST_SERVER": json.dumps([self._urls.owner, self._urls.app, self._urls.superuser]),
            "MACHINE_SHRINKS": "no",
        }
        return subprocess.run(  # noqa: S603 (the words are all ours)
            [sys.executable, *words],
            cwd=self._tree,
            env=os.environ | given,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def laboratory(folder: Path) -> Iterator[Laboratory]:
    """A laboratory in an empty folder."""
    ignored = shutil.ignore_patterns("__pycache__", "static", "node_modules")
    for name in CODE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder)
    with postgres.server() as urls:
        yield Laboratory(folder, urls)
