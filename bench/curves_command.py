"""The commands `curves` and `cold`."""

import click
import uvloop

from bench import cold as measured_cold
from bench import cold_report, curves, curves_report
from bench.curves_documents import STUDENTS
from bench.curves_record import Curve
from bench.keeping import keep
from bench.options import recorded, turns
from bench.world import world, worlds

DOCUMENTS = 30
IN_A_ROW = 4000
"""So many that all caches are full long before the end."""

STARTS = 5


@click.command("curves")
@turns(1, 3)
@recorded
def cost_against_size(seconds: float, rounds: int, record: str | None) -> None:
    """Measure cost against size: rows, pages, depth, root fields, clients."""

    def show(curve: Curve) -> None:
        click.echo(curves_report.table(curve) + "\n")

    click.echo("Looking for the worlds; making the largest takes some minutes, once.", err=True)
    with worlds(STUDENTS) as made:
        try:
            found = uvloop.run(curves.measure(made, seconds, rounds, show))
        except curves.TooFewFiles as error:
            raise click.ClickException(str(error)) from None
    click.echo("\n".join(map(str, curves_report.verdicts(found))))
    if record:
        keep(record, found, picture=curves_report.picture(found))


@click.command("cold")
@click.option("--starts", default=STARTS, show_default=True, help="Of the server.")
@click.option("--documents", default=DOCUMENTS, show_default=True, help="Of each size.")
@click.option("--churned", default=IN_A_ROW, show_default=True, help="Documents in a row.")
@recorded
def paid_once(starts: int, documents: int, churned: int, record: str | None) -> None:
    """Measure cold starts, first sights of documents, and documents without end."""

    def show(what: str) -> None:
        click.echo(f"measuring {what} …", err=True)

    with world() as cluster:
        found = uvloop.run(measured_cold.measure(cluster, starts, documents, churned, show))
    click.echo(cold_report.text(found))
    if record:
        keep(record, found, picture=cold_report.picture(found))


COMMANDS = (cost_against_size, paid_once)
