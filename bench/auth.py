"""Sign-ins and refreshes a second through a real server, and how others fare beside sign-ins."""

import asyncio
from dataclasses import dataclass
from itertools import count

from bench.contestants import AZORA, serving
from bench.conversation import Connection, Turn, busy, connected
from bench.load import Load, LoadFailed
from bench.people import MANY, PASSWORD, address, prepare
from gateway.embedded import Cluster

SIGN_IN = """
mutation SignIn($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    accessToken refreshToken userErrors { message }
  }
}
"""
REFRESH = """
mutation Refresh($token: String!) {
  sessionRefresh(input: {refreshToken: $token}) { accessToken expiresAt refreshToken }
}
"""
VIEWER = "query Viewer { viewer { id } }"

SIGNING_IN = 8
"""Clients that sign in, each time as somebody else."""

REFRESHING = 16
"""Clients that renew a session of their own, again and again."""

PAUSE = 0.01
"""Seconds between two questions of the one who asks beside the sign-ins."""

UNLIMITED = {
    f"AZORA_RATES__{name}": "1000000"
    for name in ("SIGN_IN_PER_ADDRESS", "SIGN_IN_PER_ACCOUNT", "SIGN_IN_EVERYWHERE")
}
"""All clients have one address here."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen in one round."""

    sign_ins: Load
    beside: Load
    """One who asks little, a hundred times a second, while others sign in."""

    refreshes: Load


async def measure(cluster: Cluster, seconds: float, rounds: int) -> list[Figures]:
    """So many rounds through one server."""
    await prepare(cluster)
    with serving(AZORA, cluster, settings=UNLIMITED) as server:
        return [await _round(server.port, seconds) for _ in range(rounds)]


async def _round(port: int, seconds: float) -> Figures:
    async with connected(port) as connection:
        opened = [await _sign_in(connection, MANY - 1 - number) for number in range(REFRESHING)]
    numbers = count()
    sign_ins: list[Turn] = [_signing_in(numbers)] * SIGNING_IN
    one, beside = await asyncio.gather(
        busy(port, sign_ins, seconds), busy(port, [_asking(opened[0].access)], seconds, PAUSE)
    )
    refreshes = await busy(port, [_refreshing(each.refresh) for each in opened], seconds)
    return Figures(one, beside, refreshes)


@dataclass(frozen=True, slots=True)
class Opened:
    """The tokens of a session."""

    access: str
    refresh: str


async def _sign_in(connection: Connection, number: int) -> Opened:
    given = {"email": address("known", number), "password": PASSWORD}
    payload = (await connection.ask(SIGN_IN, **given))["sessionCreate"]
    if payload["userErrors"]:
        raise LoadFailed(str(payload["userErrors"]))
    return Opened(payload["accessToken"], payload["refreshToken"])


def _signing_in(numbers: "count[int]") -> Turn:
    async def turn(connection: Connection) -> None:
        await _sign_in(connection, next(numbers) % MANY)

    return turn


def _asking(token: str) -> Turn:
    async def turn(connection: Connection) -> None:
        await connection.ask(VIEWER, token)

    return turn


def _refreshing(first: str) -> Turn:
    newest = first

    async def turn(connection: Connection) -> None:
        nonlocal newest
        newest = (await connection.ask(REFRESH, token=newest))["sessionRefresh"]["refreshToken"]

    return turn
