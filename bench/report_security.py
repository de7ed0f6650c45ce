"""What row-level security, sessions and failed sign-ins cost, as text for people."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench.auth import REFRESHING, SIGNING_IN, Figures
from bench.grid import grid
from bench.load import Load
from bench.rls import Result
from bench.workloads import Workload

SIGN_INS_GOAL = 40
BESIDE_GOAL_MS = 50
REFRESHES_GOAL = 500
SPREAD_GOAL = 0.05

LOAD_FIGURES = ("per_second", "p50_ms", "p99_ms")


def row_security_text(workload: Workload, results: list[Result]) -> str:
    """One workload by the ways to run it under row-level security."""
    head = ("row-level security", "round trips", "ms", "backend CPU ms", "throughput lost")
    title = f"### {workload.name}: {workload.title}; one connection\n\n"
    return title + grid([head, *_row_security_rows(results)])


def _row_security_rows(results: list[Result]) -> Iterator[tuple[str, ...]]:
    """Each variant is compared with the last one before it that knows no row-level security."""
    reference = results[0]
    for result in results:
        reference = reference if result.variant.secured else result
        yield (
            result.variant.title,
            str(result.variant.round_trips),
            f"{result.wall_ms:.3f}",
            f"{result.backend_ms:.3f}",
            "-" if result is reference else f"{result.lost(reference):.0%}",
        )


def sessions_text(rounds: Sequence[Figures]) -> str:
    """Sign-ins and refreshes: the medians of the rounds, and how they stand to the goals."""
    head = ("through one server", "requests/s", "p50 ms", "p99 ms", "goal")
    rows = (
        (f"sign-ins, {SIGNING_IN} clients", [each.sign_ins for each in rounds]),
        ("`{ viewer { id } }` beside them", [each.beside for each in rounds]),
        (f"refreshes, {REFRESHING} clients", [each.refreshes for each in rounds]),
    )
    (_, sign_ins), (_, beside), (_, refreshes) = rows
    goals = (
        _judged_least(_median(sign_ins, "per_second"), SIGN_INS_GOAL, "a second"),
        _judged(_median(beside, "p99_ms"), BESIDE_GOAL_MS),
        _judged_least(_median(refreshes, "per_second"), REFRESHES_GOAL, "a second"),
    )
    cells = (
        (name, *(f"{_median(loads, figure):,.1f}" for figure in LOAD_FIGURES), goal)
        for (name, loads), goal in zip(rows, goals, strict=True)
    )
    return grid([head, *cells])


def _median(loads: Sequence[Load], figure: str) -> float:
    return median(float(getattr(load, figure)) for load in loads)


def _judged_least(figure: float, goal: float, unit: str) -> str:
    return f"≥ {goal} {unit}: {'reached' if figure >= goal else 'missed'}"


def _judged(figure: float, goal: float) -> str:
    return f"≤ {goal} ms: {'reached' if figure <= goal else 'missed'}"


def enumeration_text(medians: Mapping[str, float]) -> str:
    """Failed sign-ins by their reason, each compared with the fastest."""
    fastest = min(medians.values())
    rows = ((case, f"{ms:.2f}", f"{ms / fastest - 1:.1%}") for case, ms in medians.items())
    widest = max(medians.values()) / fastest - 1
    verdict = f"spread {widest:.1%} (goal ≤ {SPREAD_GOAL:.0%}: "
    verdict += "reached)" if widest <= SPREAD_GOAL else "missed)"
    return grid([("failed sign-in", "median ms", "above the fastest"), *rows]) + f"\n\n{verdict}"
