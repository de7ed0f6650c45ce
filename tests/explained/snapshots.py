"""The kept texts: of each workload its plans, and the statements that have them."""

import re
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Final

from bench.workloads import Workload

from .explaining import Explained
from .statements import Said

FOLDER: Final = Path(__file__).parent / "plans"
PART: Final = re.compile(r"\s+(?=(\|\||FROM|WHERE) )")
ACCEPT: Final = "make plans"


def texts_of(workload: Workload, ran: Sequence[tuple[Said, Explained]]) -> dict[str, str]:
    """What a review sees of a workload."""
    plans = [f"{workload.name}: {workload.title} ({workload.viewer})\n"]
    for _, explained in ran:
        read = f"rows read: {explained.rows}, pages looked at: {explained.pages}"
        plans.append(f"{read}, steps of the plan: {explained.steps}\n\n{explained.plan}")
    return {
        f"{workload.name}.txt": "\n".join(plans),
        f"{workload.name}.sql": "\n".join(_in_lines(said.sql) for said, _ in ran),
    }


def _in_lines(sql: str) -> str:
    """A part of an answer is a line, so that a review shows which one has changed."""
    return "".join(f"{line.rstrip()}\n" for line in PART.sub("\n", sql).splitlines())


def kept() -> dict[str, str]:
    """The texts by the names of their files."""
    return {path.name: path.read_text() for path in sorted(FOLDER.iterdir())}


def keep(texts: Mapping[str, str]) -> None:
    """Keep these, and no others."""
    FOLDER.mkdir(exist_ok=True)
    for name in kept().keys() - texts.keys():
        (FOLDER / name).unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text)


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """How the texts differ, as a review would show it."""
    lines: list[str] = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name, "").splitlines(), now.get(name, "").splitlines()
        lines += unified_diff(old, new, f"kept/{name}", f"now/{name}", lineterm="")
    return "\n".join(lines)
