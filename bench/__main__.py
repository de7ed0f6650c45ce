"""`python -m bench`: contestants side by side. Its commands measure other things."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
import uvloop

from bench import (
    auth,
    commands,
    curves_command,
    layers_command,
    measurement,
    planned_command,
    report,
)
from bench.contestants import CONTESTANTS, Contestant, WrongAnswer
from bench.cpu import is_measurable
from bench.keeping import keep
from bench.load import LoadFailed
from bench.machine import setting
from bench.measurement import Plan
from bench.options import recorded, turns
from bench.peers import PEERS
from bench.record import Record, Table
from bench.report_security import sessions_text
from bench.workloads import WORKLOADS
from bench.world import DATA, world
from gateway.embedded import Cluster

SIGN_IN = "sign-in"
SIGN_IN_ROUNDS = 2
"""At most."""

SERVERS = {each.name: each for each in (*CONTESTANTS.values(), *PEERS)}
PGBENCH = "pgbench"
USUAL = (
    *("azora", "postgraphile", "mercurius", "mercurius_unsecured", "plain", "floor"),
    PGBENCH,
)
"""Who takes part where nobody is named."""


@click.group(invoke_without_command=True)
@turns(3, 5)
@recorded
@click.option(
    "--only", multiple=True, type=click.Choice([*WORKLOADS, SIGN_IN]), help="Of the workloads."
)
@click.option(
    "--contestant", multiple=True, type=click.Choice([*SERVERS, PGBENCH]), help="Only these."
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
    """Measure what a request costs, beside others."""
    if not is_measurable():
        raise click.ClickException("Processor time can be measured on Linux only.")
    if context.invoked_subcommand is not None:
        return
    workloads = [each for name, each in WORKLOADS.items() if name in (only or WORKLOADS)]
    named = contestant or USUAL
    chosen = [*_available([SERVERS[name] for name in named if name != PGBENCH])]
    if not chosen:
        raise click.UsageError(f"{PGBENCH} is measured beside a server: name one more.")
    plan = Plan(workloads, chosen, seconds, rounds, with_pgbench=PGBENCH in named)
    with world() as cluster, _failures():
        made = uvloop.run(_side_by_side(cluster, plan, sign_in=not only or SIGN_IN in only))
    click.echo(report.goals_text(made.tables))
    if record:
        keep(record, made, text=report.whole(made), picture=report.picture(made))


@contextmanager
def _failures() -> Iterator[None]:
    """Whoever fails to answer is named, and where to look for the reason."""
    try:
        yield
    except (WrongAnswer, LoadFailed, ConnectionError, TimeoutError) as error:
        said = f"{error or type(error).__name__}\nWhat the servers said is in {DATA / 'logs'}."
        raise click.ClickException(said) from error


def _available(contestants: Sequence[Contestant]) -> Iterator[Contestant]:
    """Those that can be started on this machine; why not, if one cannot, is said."""
    for each in contestants:
        if reason := each.unavailable():
            click.echo(f"{each.title} takes no part: {reason}", err=True)
        else:
            yield each


async def _side_by_side(cluster: Cluster, plan: Plan, *, sign_in: bool) -> Record:
    def show(table: Table) -> None:
        click.echo(report.table_text(table) + "\n")

    tables = await measurement.measure(cluster, plan, show)
    sessions = []
    if sign_in:
        sessions = await auth.measure(cluster, plan.seconds, min(SIGN_IN_ROUNDS, plan.rounds))
        click.echo(f"### {SIGN_IN}: Azora alone\n\n{sessions_text(sessions)}\n")
    facts = await setting(cluster)
    return Record(facts, plan.seconds, plan.rounds, tuple(tables), tuple(sessions))


MORE = (commands, curves_command, layers_command, planned_command)
for command in (command for each in MORE for command in each.COMMANDS):
    main.add_command(command)

if __name__ == "__main__":
    main()
