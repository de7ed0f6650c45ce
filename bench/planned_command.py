"""The command `postgres`."""

import click
import uvloop

from bench import planned, planned_report
from bench.keeping import keep
from bench.machine import setting
from bench.options import recorded
from bench.planned import Compared
from bench.workloads import WORKLOADS
from bench.world import sign_in, world
from gateway.embedded import Cluster


@click.command("postgres")
@click.option("--rounds", default=60, show_default=True, help="Turns of each.")
@click.option("--only", multiple=True, type=click.Choice([*WORKLOADS]), help="Of the workloads.")
@recorded
def postgres(rounds: int, only: tuple[str, ...], record: str | None) -> None:
    """Measure what planned reads cost Postgres, beside statements written by hand."""
    with world() as cluster:
        uvloop.run(_postgres(cluster, rounds, only, record))


async def _postgres(
    cluster: Cluster, rounds: int, only: tuple[str, ...], record: str | None
) -> None:
    def show(compared: Compared) -> None:
        click.echo(f"{compared.workload.name}: {compared.ratio:.2f}", err=True)

    signed_in = await sign_in(cluster)
    workloads = [WORKLOADS[name] for name in only or WORKLOADS]
    found = await planned.measure(cluster, signed_in, workloads, rounds, show)
    costs = [planned_report.cost(each) for each in found]
    click.echo(planned_report.text(costs))
    if record:
        keep(record, planned_report.Record(await setting(cluster), rounds, tuple(costs)))


COMMANDS = (postgres,)
