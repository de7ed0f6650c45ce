"""The ways to move money that are measured, from the least one to the whole graph."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.ledger_world import Books
from bench.load import LoadFailed
from domains.kernel.clock import now
from domains.kernel.context import Context
from domains.kernel.database import Bounds, Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import SYSTEM, Role, Viewer
from domains.mint.engine.batching import Batcher
from domains.mint.jobs.mining import GATHER_SECONDS, MOST_AT_ONCE
from domains.mint.models import ActivityType
from domains.mint.repository import mining
from domains.mint.repository.mining import Outcome, ProvenClaim, Ruling
from domains.mint.service import transfers
from domains.mint.service.orders import Order
from gateway.app import gateway_of
from gateway.execution import GraphQLRequest
from gateway.settings import Profile, Settings

CALLERS = 32
FEW = Bounds().calls
"""Connections that a process of the gateway keeps for such statements, unless told otherwise."""

WORTH = 100_000
"""Of a reward, in units of 1e-8: nobody reaches the most of a day."""

Move = Callable[[int, int, Decimal], Awaitable[Any]]
"""Moves money between the wallets of two numbers."""

RAW = "select raw.transfer($1, $2, $3, $4)"
HARDENED = """
select * from hardened.post('payer', $1, $2, array[row($3, $4, $5, 'TRANSFER')::hardened.leg], null)
"""
POST = """
select * from mint.post($1, $2, null, array[$3::uuid], array[$4::uuid], array[$5::numeric],
  array['transfer'], array[null], array[null]::uuid[])
"""
TRANSFER = """
mutation Transfer($input: WalletTransferInput!) {
  walletTransfer(input: $input) { transaction { id } userErrors { message } }
}
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One of them."""

    name: str
    title: str
    database: str
    """`ours` or `theirs`."""

    opened: Callable[[Books], AbstractAsyncContextManager[Move]]


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[asyncpg.Pool]:
    made = asyncpg.create_pool(url, min_size=CALLERS, max_size=CALLERS, reset=_nothing_to_reset)
    async with made as pool:
        yield pool


async def _nothing_to_reset(_connection: Any) -> None:
    """As in the program, whose statements leave nothing behind."""


@asynccontextmanager
async def _raw(books: Books) -> AsyncIterator[Move]:
    async with _pool(books.theirs.app_url) as pool:

        async def move(sender: int, recipient: int, amount: Decimal) -> None:
            ends = books.raw[sender], books.raw[recipient]
            await pool.fetch(RAW, str(uuid4()), *ends, amount)

        yield move


@asynccontextmanager
async def _hardened(books: Books) -> AsyncIterator[Move]:
    async with _pool(books.theirs.app_url) as pool:

        async def move(sender: int, recipient: int, amount: Decimal) -> None:
            key = uuid4()
            ends = books.hardened[sender], books.hardened[recipient]
            await pool.fetch(HARDENED, str(key), key.bytes, *ends, amount)

        yield move


@asynccontextmanager
async def _post(books: Books) -> AsyncIterator[Move]:
    async with _pool(books.ours.app_url) as pool:

        async def move(sender: int, recipient: int, amount: Decimal) -> None:
            payer, payee = books.payers[sender], books.payers[recipient]
            ends = payer.wallet_id, payee.wallet_id
            await pool.fetch(POST, payer.user_id, str(uuid4()), *ends, amount)

        yield move


@asynccontextmanager
async def _database(books: Books, calls: int) -> AsyncIterator[Database]:
    bounds = Bounds(calls=calls, wait_ms=30_000, statement_ms=30_000)
    database = Database(books.ours.app_url, bounds)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _service(books: Books, calls: int) -> AsyncIterator[Move]:
    async with _database(books, calls) as database:

        async def move(sender: int, recipient: int, amount: Decimal) -> None:
            order = Order(str(uuid4()), books.payers[sender].wallet_id, amount, None)
            address = books.payers[recipient].address
            await transfers.transfer(database, _viewer(books, sender), order, address)

        yield move


@asynccontextmanager
async def _graph(books: Books) -> AsyncIterator[Move]:
    gateway = gateway_of(Settings(profile=Profile.TEST))
    async with _database(books, CALLERS) as database:

        async def move(sender: int, recipient: int, amount: Decimal) -> None:
            order = {
                "idempotencyKey": str(uuid4()),
                "walletId": encode_id("Wallet", books.payers[sender].wallet_id),
                "toAddress": books.payers[recipient].address,
                "amount": f"{amount:f}",
            }
            request = GraphQLRequest(TRANSFER, None, {"input": order})
            context = Context(database, _viewer(books, sender), "bench")
            _require_moved((await gateway.execute(request, context)).body)

        yield move


@asynccontextmanager
async def _reward(books: Books, most: int) -> AsyncIterator[Move]:
    """Money out of nothing for the recipient, as workers pay it; the proofs are not looked up."""
    async with _database(books, FEW) as database:

        async def mine(claims: Sequence[ProvenClaim]) -> Sequence[Outcome]:
            return await database.transaction(SYSTEM, _mine, claims)

        batcher = Batcher(mine, most, GATHER_SECONDS)

        async def move(_sender: int, recipient: int, _amount: Decimal) -> None:
            claim = _claim(books.payers[recipient].user_id)
            [outcome] = await mine([claim]) if most == 1 else [await batcher.do(claim)]
            if outcome.ruling is not Ruling.MINED:
                raise LoadFailed(outcome.ruling)

        yield move


async def _mine(
    session: AsyncSession, _viewer: Viewer, claims: Sequence[ProvenClaim]
) -> Sequence[Outcome]:
    return await mining.mine(session, claims, now())


def _claim(user_id: UUID) -> ProvenClaim:
    activity = uuid4()
    return ProvenClaim(
        user_id=user_id,
        type=ActivityType.COURSE_COMPLETION,
        activity_id=activity,
        worth=WORTH,
        difficulty=1,
        score=Decimal(100),
        proof_hash=sha256(activity.bytes).digest(),
        details={},
        rivals=(),
        apart=timedelta(0),
    )


def _viewer(books: Books, number: int) -> Viewer:
    payer = books.payers[number]
    return Viewer(payer.user_id, Role.STUDENT, payer.session_id)


def _require_moved(body: bytes) -> None:
    answer = orjson.loads(body)
    if "errors" in answer or answer["data"]["walletTransfer"]["userErrors"]:
        raise LoadFailed(body.decode())


TRANSFERS: Sequence[Way] = (
    Way("raw", "raw limit: a minimal function, asyncpg", "theirs", _raw),
    Way("hardened", "hardened post(), asyncpg", "theirs", _hardened),
    Way("post", "`mint.post`, asyncpg", "ours", _post),
    Way("service", "a transfer as the service makes it", "ours", partial(_service, calls=CALLERS)),
    Way("few", f"the same over {FEW} connections", "ours", partial(_service, calls=FEW)),
    Way("graph", "`walletTransfer` through the graph", "ours", _graph),
)
REWARDS: Sequence[Way] = (
    Way("single", "rewards, each with a commit of its own", "ours", partial(_reward, most=1)),
    Way(
        "batch",
        f"rewards, up to {MOST_AT_ONCE} in one",
        "ours",
        partial(_reward, most=MOST_AT_ONCE),
    ),
)
