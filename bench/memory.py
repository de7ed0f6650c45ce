"""How much memory processes have had, and have for themselves."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

KIB_OF_A_MIB = 1024
RESET_PEAK = "5"
"""What `/proc/PID/clear_refs` takes for it."""


def forget_peaks(pids: Iterable[int]) -> None:
    """From now on a peak is of the time since now."""
    for pid in pids:
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text(RESET_PEAK)


def peak_mib(pids: Iterable[int]) -> float:
    """The most that each had at any time since, shared pages included (VmHWM)."""
    return sum(_kib(pid, "status", ("VmHWM:",)) for pid in pids) / KIB_OF_A_MIB


def private_mib(pids: Iterable[int]) -> float:
    """What each has now that no other process shares, which Postgres' buffers are not."""
    private = ("Private_Clean:", "Private_Dirty:")
    return sum(_kib(pid, "smaps_rollup", private) for pid in pids) / KIB_OF_A_MIB


def _kib(pid: int, file: str, names: tuple[str, ...]) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(names))
    return 0
