"""What is paid once, as text and as a picture."""

from collections.abc import Iterator

from bench.cold import FORM, Cold
from bench.cold_churn import Churn
from bench.cold_clients import Seen
from bench.cold_first import FirstSight, Size
from bench.curves_fit import Verdict
from bench.grid import grid
from bench.lines import Drawn, Panel, lines

START = """
`azora serve` in its production profile, without migrations to run, by somebody who knocks until it
answers; its files are in memory and compiled. The stages are those of a process of its own.
"""
FIRST = """
Random documents across all domains, asked by an admin. Each is new to the server, and its statement
new to Postgres, whose planning is in the figures. *Again* is the median of the next five times.
While others of them come, a client asks for one course after another: *held up* is the longest that
it waited for an answer during a first sight, as a median of the documents and at the worst.
"""
CHURN = """
Four clients send nothing twice, and one asks for one course after another beside them. Memory is
what the processes do not share, at the beginning, half-way and in the end.
"""

GOAL_FIELDS = 50
GOAL_MS = 20.0
"""The first sight of so many fields costs less, and holds nobody up for longer."""

BOUNDED = 1.1
"""At most so many times the memory of half-way is there in the end."""

MOST_PREPARED = 200
"""Statements that a connection may keep."""


def page(name: str, record: bytes) -> str:
    """What the documentation says."""
    cold = FORM.validate_json(record)
    parts = [
        "\n".join(cold.setting.lines()),
        f"![What is paid once](../bench/results/{name}.svg)",
        text(cold),
    ]
    return "\n\n".join(parts)


def text(cold: Cold) -> str:
    """All tables, and how they stand to the goals."""
    parts = (
        "### Start",
        START,
        start_text(cold),
        "\n### First sight of a document",
        FIRST,
        first_text(cold.first),
        "\n### Documents without end",
        CHURN,
        churn_text(cold),
        "",
        *map(str, verdicts(cold)),
    )
    return "\n".join(parts)


def start_text(cold: Cold) -> str:
    """From `azora serve` to its first answer, and where the time goes."""
    start = cold.start
    rows = (
        ("`azora serve` to `/health/live`", start.of_starts("live_ms")),
        ("`azora serve` to the first answer of a query", start.of_starts("answer_ms")),
        ("processor time of that", start.of_starts("cpu_ms")),
        ("the first query of the process (connects, and prepares)", start.of_starts("query_ms")),
        ("the same query again", start.of_starts("again_ms")),
        ("the interpreter starts", start.of_stages("interpreter")),
        ("imports", start.of_stages("imports")),
        ("the schema is put together", start.of_stages("schema")),
        ("the application is put together", start.of_stages("application")),
    )
    return grid([("a start", "ms"), *((name, f"{ms:,.1f}") for name, ms in rows)])


def first_text(first: FirstSight) -> str:
    """Each size of documents."""
    head = (
        *("fields", "documents", "first ms", "worst ms", "again ms"),
        *("server CPU ms", "Postgres CPU ms", "others held up ms", "at worst ms"),
    )
    quiet = (
        f"Beside nobody, the other client's longest answer takes {first.quiet.longest_ms:.1f} ms"
    )
    return f"{grid([head, *map(_size, first.sizes)])}\n\n{quiet} (p99 {first.quiet.p99_ms:.1f} ms)."


def _size(size: Size) -> tuple[str, ...]:
    return (
        *(f"{size.fields}", f"{len(size.alone)}"),
        *(f"{size.first_ms:.1f}", f"{size.worst_ms:.1f}", f"{size.again_ms:.1f}"),
        *(f"{size.server_ms:.1f}", f"{size.postgres_ms:.1f}"),
        *(f"{size.held_up:.1f}", f"{size.longest_held_up:.1f}"),
    )


def churn_text(cold: Cold) -> str:
    """Each kind of requests, and what it leaves to others."""
    head = (
        *("all different", "requests", "requests/s", "p99 ms", "beside: p50 ms", "p99 ms"),
        *("longest ms", "server MiB", "half-way", "in the end"),
        *("backends MiB", "half-way", "in the end"),
    )
    quiet = _usual("nothing", cold.churns.quiet)
    return grid([head, quiet, *map(_churn, cold.churns.kinds)])


def _usual(name: str, seen: Seen) -> tuple[str, ...]:
    dash = "-"
    beside = (f"{seen.p50_ms:.2f}", f"{seen.p99_ms:.1f}", f"{seen.longest_ms:.1f}")
    return (name, dash, dash, dash, *beside, *(dash,) * 6)


def _churn(churn: Churn) -> tuple[str, ...]:
    begin, half, end = churn.memory[0], churn.half_way, churn.memory[-1]
    return (
        *(churn.name, f"{end.documents:,}", f"{churn.per_second:,.0f}"),
        f"{churn.others.p99_ms:.1f}",
        *(f"{churn.beside.p50_ms:.2f}", f"{churn.beside.p99_ms:.1f}"),
        f"{churn.beside.longest_ms:.1f}",
        *(f"{each.server_mib:,.0f}" for each in (begin, half, end)),
        *(f"{each.backends_mib:,.0f}" for each in (begin, half, end)),
    )


def verdicts(cold: Cold) -> Iterator[Verdict]:
    """How all of it stands to the goals."""
    size = next(each for each in cold.first.sizes if each.fields == GOAL_FIELDS)
    yield _within("first sight of 50 fields, median", size.first_ms)
    yield _within("others held up by the first sight of 50 fields, at worst", size.longest_held_up)
    for churn in cold.churns.kinds:
        half, end = churn.half_way, churn.memory[-1]
        for name, one, other in (
            ("server", half.server_mib, end.server_mib),
            ("backends", half.backends_mib, end.backends_mib),
        ):
            grown = other / one
            yield Verdict(
                f"{churn.name}, memory of the {name}: {other:,.0f} MiB after {end.documents:,} / "
                f"{one:,.0f} after {half.documents:,} = {grown:.2f} (goal ≤ {BOUNDED})",
                grown <= BOUNDED,
            )
    yield Verdict(
        f"statements that a connection keeps: {cold.churns.prepared} (goal ≤ {MOST_PREPARED})",
        cold.churns.prepared <= MOST_PREPARED,
    )


def _within(name: str, ms: float) -> Verdict:
    return Verdict(f"{name}: {ms:.1f} ms (goal < {GOAL_MS:g})", ms < GOAL_MS)


def picture(cold: Cold) -> str:
    """First sights by fields, and memory by documents."""
    return lines("What is paid once", "Azora alone, one process", [*_panels(cold)])


def _panels(cold: Cold) -> Iterator[Panel]:
    sizes = cold.first.sizes
    figures = (
        ("first", [size.first_ms for size in sizes]),
        ("again", [size.again_ms for size in sizes]),
        ("others wait", [size.held_up for size in sizes]),
    )
    fields = [size.fields for size in sizes]
    yield Panel(
        "A document that nobody has sent before",
        "fields",
        "ms",
        [Drawn(name, [*zip(fields, values, strict=True)]) for name, values in figures],
    )
    for churn in cold.churns.kinds:
        yield Panel(
            f"Memory under ever new {churn.name}",
            "requests",
            "MiB",
            [
                Drawn("server", [(each.documents, each.server_mib) for each in churn.memory]),
                Drawn("backends", [(each.documents, each.backends_mib) for each in churn.memory]),
            ],
            few_marks=True,
        )
