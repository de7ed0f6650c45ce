"""What was measured of the ledger, as text for people."""

from collections.abc import Iterator, Sequence

from bench.grid import grid
from bench.ledger import Sample, Series, Table
from bench.ledger_proof import Proof
from bench.ledger_ways import CALLERS

GOAL = 0.6
JUDGED = ("post", "service")
"""Ways that must reach their share of the hardened reference."""


def table_text(table: Table) -> str:
    """One load, and how each way fares beside the reference."""
    against = f"÷ {table.reference.way.name}"
    head = (f"{CALLERS} callers", "/s", against, "p50 ms", "p99 ms", "Postgres CPU µs", against)
    rows = [_row(series, table.reference) for series in table.series]
    return f"### {table.title}\n\n" + grid([head, *rows])


def _row(series: Series, reference: Series) -> tuple[str, ...]:
    return (
        series.way.title,
        f"{series.median(per_second):,.0f}",
        f"{series.ratio(reference, per_second):.2f}",
        f"{series.median(lambda sample: sample.p50_ms):.1f}",
        f"{series.median(lambda sample: sample.p99_ms):.1f}",
        f"{series.median(postgres_us):,.0f}",
        f"{series.ratio(reference, postgres_us):.2f}",
    )


def per_second(sample: Sample) -> float:
    return sample.per_second


def postgres_us(sample: Sample) -> float:
    return sample.postgres_us


def verdicts(tables: Sequence[Table], proof: Proof) -> Iterator[str]:
    """The goal, and whether any money was lost or made on the way."""
    for table in tables:
        for series in table.series:
            if series.way.name in JUDGED:
                share = series.ratio(table.reference, per_second)
                yield (
                    f"- {table.title}, {series.way.title}: {share:.0%} of the hardened post() "
                    f"(goal: at least {GOAL:.0%}: {'reached' if share >= GOAL else 'missed'})"
                )
    booked = "all in the books, once" if proof.told == proof.booked else f"{proof.booked:,} booked"
    yield f"- {proof.told:,} movements were told, {booked}; money lost or made: {proof.money:f}"
    yield f"- {proof.deadlocks} deadlocks, and so as many transactions tried again"
    yield f"- invariants of the ledger: {', '.join(proof.broken) or 'all hold'}"
