"""What was measured, as tables for people: the same on a terminal and in a record."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.auth import REFRESHING, SIGNING_IN, Figures
from bench.contestants import AZORA, FLOOR, UNSECURED
from bench.load import Load
from bench.measurement import Sample, Series, Table
from bench.rls import Result
from bench.workloads import Workload

RESULTS = Path(__file__).with_name("results")

POSTGRES_GOAL = 1.25
TOTAL_GOAL = 1.3
ROW_SECURITY_GOAL = 0.25
SIGN_INS_GOAL = 40
BESIDE_GOAL_MS = 50
REFRESHES_GOAL = 500
SPREAD_GOAL = 0.05

LOAD_FIGURES = ("per_second", "p50_ms", "p99_ms")

PACKAGES = ("strawberry-graphql", "graphql-core", "SQLAlchemy", "asyncpg", "uvicorn", "uvloop")


def table_text(table: Table) -> str:
    """One workload: its title, the contestants, and how they compare with Azora."""
    workload, azora = table.workload, table.of(AZORA.name)
    clients = "1 client" if table.connections == 1 else f"{table.connections} clients"
    viewer = "an admin" if workload.by_admin else "anonymous"
    title = (
        f"### {workload.name.upper()}: {workload.title}\n\n"
        f"{clients}, {viewer}, an answer of {table.answer_bytes:,} bytes\n\n"
    )
    head = (
        *("contestant", "requests/s", "÷ Azora", "p50 ms", "p99 ms"),
        *("server CPU ms", "Postgres CPU ms", "total CPU ms", "÷ Azora"),
    )
    return title + grid([head, *(_row(series, azora) for series in table.series)])


def _row(series: Series, azora: Series | None) -> tuple[str, ...]:
    return (
        series.contestant.title,
        f"{series.median(per_second):,.0f}",
        _ratio(series, azora, "per_second"),
        f"{series.median(lambda sample: sample.p50_ms):.2f}",
        f"{series.median(lambda sample: sample.p99_ms):.2f}",
        f"{series.median(lambda sample: sample.server_ms):.3f}",
        f"{series.median(postgres_ms):.3f}",
        f"{series.median(total_ms):.3f}",
        _ratio(series, azora, "total_ms"),
    )


def _ratio(series: Series, azora: Series | None, figure: str) -> str:
    if azora is None:
        return "-"
    return f"{series.ratio(azora, lambda sample: float(getattr(sample, figure))):.2f}"


def per_second(sample: Sample) -> float:
    return sample.per_second


def postgres_ms(sample: Sample) -> float:
    return sample.postgres_ms


def total_ms(sample: Sample) -> float:
    return sample.total_ms


def verdicts(tables: Sequence[Table]) -> Iterator[str]:
    """The goals, each workload under many clients and under one.

    Under many, a server that is busy itself leaves Postgres to fall asleep between statements,
    and waking it is counted as its work; under one, both contestants let it sleep.
    """
    for table in tables:
        name = f"{table.workload.name.upper()}, {_clients(table.connections)}"
        azora, floor, unsecured = (table.of(each.name) for each in (AZORA, FLOOR, UNSECURED))
        if azora and floor:
            postgres = azora.ratio(floor, postgres_ms)
            total = azora.ratio(floor, total_ms)
            yield (
                f"- {name}: Postgres CPU of a planned read / hand-written statement: "
                f"{postgres:.2f} ({_judged(postgres, POSTGRES_GOAL)})"
            )
            yield f"- {name}: total CPU / floor: {total:.2f} ({_judged(total, TOTAL_GOAL)})"
        if floor and unsecured:
            yield (
                f"- {name}: row-level security, hand-written with / without: "
                f"requests per second {floor.ratio(unsecured, per_second):.2f}, "
                f"total CPU {floor.ratio(unsecured, total_ms):.2f}"
            )


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def _judged(ratio: float, goal: float) -> str:
    return f"goal ≤ {goal}: {'reached' if ratio <= goal else 'missed'}"


def row_security_text(workload: Workload, results: list[Result]) -> str:
    """One workload by the ways to run it under row-level security."""
    head = ("row-level security", "round trips", "ms", "backend CPU ms", "throughput lost")
    title = f"### {workload.name.upper()}: {workload.title}; one connection\n\n"
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


def enumeration_text(medians: Mapping[str, float]) -> str:
    """Failed sign-ins by their reason, each compared with the fastest."""
    fastest = min(medians.values())
    rows = ((case, f"{ms:.2f}", f"{ms / fastest - 1:.1%}") for case, ms in medians.items())
    widest = max(medians.values()) / fastest - 1
    verdict = f"spread {widest:.1%} (goal ≤ {SPREAD_GOAL:.0%}: "
    verdict += "reached)" if widest <= SPREAD_GOAL else "missed)"
    return grid([("failed sign-in", "median ms", "above the fastest"), *rows]) + f"\n\n{verdict}"


def grid(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = (_line(row, widths) for row in rows)
    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:]), ""])
    return "\n".join([head, rule, *body])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(cells)} |"


def record(name: str, parts: Iterable[str], postgres: str) -> Path:
    """Write what was measured, and on what, where records are kept."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    title = f"# Measured on {datetime.now(UTC):%Y-%m-%d}"
    path.write_text("\n\n".join([title, "\n".join(_machine(postgres)), *parts]) + "\n")
    return path


def _machine(postgres: str) -> Iterator[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    yield f"- {platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield f"- Postgres {postgres} over a unix socket, as embedded"
    yield "- " + ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
