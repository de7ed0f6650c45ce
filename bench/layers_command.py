"""The command `layers`."""

import click
import uvloop

from bench import layers, layers_record
from bench.contestants import KEYS
from bench.keeping import keep
from bench.layers_record import Way
from bench.options import recorded
from bench.world import world
from gateway.settings import Profile, Settings


@click.command("layers")
@click.option("--rounds", default=40, show_default=True, help="Turns of each part.")
@recorded
def where_time_goes(rounds: int, record: str | None) -> None:
    """Measure the parts of a request's way."""

    def show(way: Way) -> None:
        click.echo(layers_record.table((way,)) + "\n")

    with world() as cluster:
        settings = Settings(
            profile=Profile.PRODUCTION,
            database_url=cluster.app_url,
            keys=KEYS["AZORA_KEYS"],
            peppers=KEYS["AZORA_PEPPERS"],
        )
        found = uvloop.run(layers.measure(cluster, settings, rounds, show))
    if record:
        keep(record, found)


COMMANDS = (where_time_goes,)
