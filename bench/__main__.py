"""`python -m bench`: contestants side by side. `python -m bench rls`: the cost of row security."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
import click
import uvloop

from bench import auth, enumeration, measurement, report, rls
from bench.contestants import CONTESTANTS
from bench.cpu import is_measurable
from bench.measurement import Plan, Table
from bench.rls import Result
from bench.workloads import WORKLOADS, Workload
from bench.world import sign_in_admin, world
from gateway.embedded import Cluster

NAME = re.compile(r"[\w.-]+")
F = TypeVar("F", bound=Callable[..., Any])


def _record_name(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not NAME.fullmatch(value):
        raise click.BadParameter("a name of letters, digits, dots, hyphens and underscores")
    return value


def turns(seconds: float, rounds: int) -> Callable[[F], F]:
    """How long a turn is, and how many there are."""

    def decorate(command: F) -> F:
        long = click.option("--seconds", default=seconds, show_default=True, help="Of one turn.")
        many = click.option("--rounds", default=rounds, show_default=True, help="Turns of each.")
        return long(many(command))

    return decorate


recorded = click.option(
    "--record",
    "record",
    metavar="NAME",
    callback=_record_name,
    help="Also write bench/results/NAME.md, with facts of the machine.",
)


@click.group(invoke_without_command=True)
@turns(5, 3)
@recorded
@click.option("--only", multiple=True, type=click.Choice([*WORKLOADS]), help="Of the workloads.")
@click.option(
    "--contestant", multiple=True, type=click.Choice([*CONTESTANTS]), help="Only these, in turn."
)
@click.pass_context
def main(
    context: click.Context,
    seconds: float,
    rounds: int,
    record: str | None,
    only: tuple[str, ...],
    contestant: tuple[str, ...],
) -> None:
    """Measure reads."""
    if not is_measurable():
        raise click.ClickException("Processor time can be measured on Linux only.")
    if context.invoked_subcommand is not None:
        return
    plan = Plan(
        [WORKLOADS[name] for name in only or WORKLOADS],
        [CONTESTANTS[name] for name in contestant or CONTESTANTS],
        seconds,
        rounds,
    )
    with world() as cluster:
        uvloop.run(_side_by_side(cluster, plan, record))


@main.command("rls")
@turns(0.2, 40)
@recorded
def row_security(seconds: float, rounds: int, record: str | None) -> None:
    """Measure what row-level security costs a read."""
    with world() as cluster:
        uvloop.run(_row_security(cluster, seconds, rounds, record))


@main.command("auth")
@turns(5, 3)
@recorded
def sessions(seconds: float, rounds: int, record: str | None) -> None:
    """Measure sign-ins and refreshes."""
    with world() as cluster:
        uvloop.run(_sessions(cluster, seconds, rounds, record))


@main.command("enumeration")
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
        click.echo(report.enumeration_text(uvloop.run(enumeration.measure(cluster, runs))))


async def _sessions(cluster: Cluster, seconds: float, rounds: int, record: str | None) -> None:
    text = report.sessions_text(await auth.measure(cluster, seconds, rounds))
    click.echo(text)
    if record:
        await _write(cluster, record, [text])


async def _side_by_side(cluster: Cluster, plan: Plan, record: str | None) -> None:
    def show(table: Table) -> None:
        click.echo(report.table_text(table) + "\n")

    token = await sign_in_admin(cluster)
    tables = await measurement.measure(cluster, token, plan, show)
    said = "\n".join(report.verdicts(tables))
    click.echo(said)
    if record:
        await _write(cluster, record, [*map(report.table_text, tables), said])


async def _row_security(cluster: Cluster, seconds: float, rounds: int, record: str | None) -> None:
    parts: list[str] = []

    def show(workload: Workload, results: list[Result]) -> None:
        parts.append(report.row_security_text(workload, results))
        click.echo(parts[-1] + "\n")

    await rls.measure(cluster, seconds, rounds, show)
    if record:
        await _write(cluster, record, parts)


async def _write(cluster: Cluster, name: str, parts: list[str]) -> None:
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        postgres: str = await connection.fetchval("show server_version")
    finally:
        await connection.close()
    click.echo(f"Written to {report.record(name, parts, postgres)}")


if __name__ == "__main__":
    main()
