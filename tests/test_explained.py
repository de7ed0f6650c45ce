"""The workloads of the benchmark run as they did when somebody last looked at how they run."""

import re
from typing import Final

import pytest

from bench.workloads import WORKLOADS
from tests.explained.collecting import collected
from tests.explained.snapshots import ACCEPT, differences, kept
from tests.postgres import Urls

KEPT: Final = kept()

READ_WHOLE: Final = {
    # The family's members are the platform's own, a dozen however many people there are.
    "viewer": {"family_members"},
    # A statistic is of all courses.
    "stats": {"courses"},
}
"""Tables that a workload may read from end to end."""


async def test_every_plan_is_the_one_that_was_reviewed(server: Urls, worker_id: str) -> None:
    now = await collected(server, f"azora_explained_{worker_id}")
    if different := differences(KEPT, now):
        pytest.fail(f"{different}\n\nIf this is what you want: {ACCEPT}", pytrace=False)


def test_every_workload_is_kept() -> None:
    assert KEPT.keys() == {f"{name}.{end}" for name in WORKLOADS for end in ("sql", "txt")}


@pytest.mark.parametrize("workload", WORKLOADS)
def test_no_table_that_grows_is_read_from_end_to_end(workload: str) -> None:
    found = set(re.findall(r"Seq Scan on (\w+)", KEPT[f"{workload}.txt"]))
    assert found <= READ_WHOLE.get(workload, set())


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_workload_finds_rows(workload: str) -> None:
    assert re.search(r"^rows read: [1-9]", KEPT[f"{workload}.txt"], re.MULTILINE)


def test_a_page_after_a_cursor_is_not_sorted() -> None:
    assert not re.search(r"\bSort\b", KEPT["q4.txt"])
