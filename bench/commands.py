"""What is measured besides: each is a command of `python -m bench`."""

import click
import uvloop

from bench import (
    auth,
    enumeration,
    ledger,
    ledger_report,
    mixed,
    mixed_record,
    report_security,
    rls,
)
from bench.keeping import keep, keep_text
from bench.ledger_world import databases, fill
from bench.machine import setting
from bench.mixed_record import Phase
from bench.options import recorded, turns
from bench.rls import Result
from bench.workloads import Workload
from bench.world import world
from gateway.embedded import Cluster


@click.command("rls")
@turns(0.2, 40)
@recorded
def row_security(seconds: float, rounds: int, record: str | None) -> None:
    """Measure what row-level security costs a read."""
    with world() as cluster:
        uvloop.run(_row_security(cluster, seconds, rounds, record))


async def _row_security(cluster: Cluster, seconds: float, rounds: int, record: str | None) -> None:
    parts: list[str] = []

    def show(workload: Workload, results: list[Result]) -> None:
        parts.append(report_security.row_security_text(workload, results))
        click.echo(parts[-1] + "\n")

    await rls.measure(cluster, seconds, rounds, show)
    if record:
        keep_text(record, await setting(cluster), parts)


@click.command("auth")
@turns(5, 3)
@recorded
def sessions(seconds: float, rounds: int, record: str | None) -> None:
    """Measure sign-ins and refreshes."""
    with world() as cluster:
        uvloop.run(_sessions(cluster, seconds, rounds, record))


async def _sessions(cluster: Cluster, seconds: float, rounds: int, record: str | None) -> None:
    text = report_security.sessions_text(await auth.measure(cluster, seconds, rounds))
    click.echo(text)
    if record:
        keep_text(record, await setting(cluster), [text])


@click.command("ledger")
@turns(3.0, 5)
@recorded
@click.option(
    "--wallets", default=2000, show_default=True, type=click.IntRange(2), help="Of each kind."
)
def money(seconds: float, rounds: int, record: str | None, wallets: int) -> None:
    """Measure transfers and rewards."""
    with databases() as (ours, theirs):
        uvloop.run(_money(ours, theirs, seconds, rounds, record, wallets))


async def _money(
    ours: Cluster, theirs: Cluster, seconds: float, rounds: int, record: str | None, wallets: int
) -> None:
    def show(table: ledger.Table) -> None:
        click.echo(ledger_report.table_text(table) + "\n")

    books = await fill(ours, theirs, wallets)
    tables, proof = await ledger.measure(books, seconds, rounds, show)
    said = "\n".join(ledger_report.verdicts(tables, proof))
    click.echo(said)
    if record:
        parts = [*map(ledger_report.table_text, tables), said]
        keep_text(record, await setting(ours), parts)


@click.command("enumeration")
@click.option(
    "--runs",
    default=200,
    show_default=True,
    type=click.IntRange(1, enumeration.MOST_RUNS),
    help="Failed sign-ins of each kind.",
)
def failed_sign_ins(runs: int) -> None:
    """Measure whether the time of a failed sign-in tells why it failed."""
    with world() as cluster:
        medians = uvloop.run(enumeration.measure(cluster, runs))
    click.echo(report_security.enumeration_text(medians))


@click.command("mixed")
@turns(10, 3)
@recorded
def reads_while_writing(seconds: float, rounds: int, record: str | None) -> None:
    """Measure reads beside writers."""

    def show(phase: Phase) -> None:
        kind = "beside writers" if phase.writes else "alone"
        click.echo(f"{kind}: {phase.reads.per_second:,.0f} reads/s", err=True)

    with world() as cluster:
        made = uvloop.run(mixed.measure(cluster, seconds, rounds, show))
    click.echo(mixed_record.text(made))
    if record:
        keep(record, made)


COMMANDS = (row_security, sessions, money, failed_sign_ins, reads_while_writing)
