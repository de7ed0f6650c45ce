"""From a server to the texts of today."""

from dataclasses import astuple

from bench.workloads import workloads
from bench.world import sign_in
from gateway.app import gateway_of
from gateway.embedded import Cluster
from gateway.settings import Profile, Settings
from tests.postgres import Urls

from .explaining import explainer
from .snapshots import texts_of
from .statements import Asking, Heard, Said
from .world import STUDENTS, generated, settle

WORKLOADS = workloads(STUDENTS)


async def collected(server: Urls, name: str) -> dict[str, str]:
    """The workloads' texts, by way of a database of this name."""
    async with generated(server, name) as urls:
        database = Heard(urls.app)
        await database.open()
        try:
            said = await _said(urls, database)
            # What a statement wrote is no row for the plans of others.
            await settle(urls)
            return await _explained(database, said)
        finally:
            await database.close()


async def _said(urls: Urls, database: Heard) -> dict[str, list[Said]]:
    people = await sign_in(Cluster(*astuple(urls)))
    asking = Asking(gateway_of(Settings(profile=Profile.TEST)), database)
    tokens = {role: person.token for role, person in people.items()}
    return {
        name: await asking.said(workload, tokens.get(workload.viewer))
        for name, workload in WORKLOADS.items()
    }


async def _explained(database: Heard, said: dict[str, list[Said]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    async with explainer(database) as explaining:
        for name, statements in said.items():
            ran = [(each, await explaining.of(each)) for each in statements]
            texts |= texts_of(WORKLOADS[name], ran)
    return texts
