"""What somebody is told who does not learn whether their money moved, and what they can do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.mint.service import transfers
from domains.mint.service.orders import Order
from gateway.context import context_of
from gateway.execution import Gateway
from gateway.http import GraphQLEndpoint
from gateway.http.deadlines import Deadlines
from tests.makers import a_user
from tests.mint.bank import Bank, address_of, balance, books, proven
from tests.postgres import Urls
from tests.streams import a_guest, served

from .invariants import hold
from .wire import Wire, wired

TRANSFER = """
mutation ($input: WalletTransferInput!) {
  walletTransfer(input: $input) { transaction { id } userErrors { __typename } }
}
"""
MINT = """
mutation ($input: WalletMintInput!) {
  walletMint(input: $input) { transaction { id } userErrors { __typename } }
}
"""
UNKNOWN = "The database did not say whether this was done. Try again in a moment, with the same "
UNKNOWN += "idempotency key."
LOCK = "select from mint.wallets where id = $1 for update"
KILL = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and application_name = 'azora' and wait_event_type = 'Lock'
"""
PATIENCE = 10
HURRY = (0.001, 0.02)
"""Seconds after which somebody in a hurry hangs up."""

POSTS = 200


@dataclass(frozen=True, slots=True)
class Desk:
    """Where Ada sends her money to Bob, over HTTP."""

    bank: Bank
    client: httpx.AsyncClient
    order: dict[str, Any]

    async def ask(
        self, query: str = TRANSFER, *, seconds: float = PATIENCE, **given: Any
    ) -> httpx.Response:
        body = {"query": query, "variables": {"input": self.order | given}}
        return await self.client.post("/graphql", json=body, timeout=seconds)

    async def moved(self, query: str = TRANSFER, **given: Any) -> str:
        """The transaction of an order that must be granted."""
        answer = (await self.ask(query, **given)).json()
        [payload] = answer["data"].values()
        assert payload["userErrors"] == []
        id: str = payload["transaction"]["id"]
        return id


@pytest.fixture
async def bank(database: Database) -> Bank:
    return await Bank.opened(database)


@pytest.fixture
async def wire(urls: Urls) -> AsyncIterator[Wire]:
    async with wired(urls.app) as wire:
        yield wire


@pytest.fixture
async def desk(bank: Bank, owner: asyncpg.Connection, wire: Wire) -> AsyncIterator[Desk]:
    async with served(wire.url) as server, _client(bank, f"http://{server.address}") as client:
        yield Desk(bank, client, await _order(bank, owner))


@asynccontextmanager
async def _client(bank: Bank, url: str, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    ada = await a_guest(bank.database, bank.ada)
    async with httpx.AsyncClient(base_url=url, headers=ada.headers, **more) as client:
        yield client


async def _order(bank: Bank, owner: asyncpg.Connection) -> dict[str, Any]:
    return {
        "idempotencyKey": str(uuid4()),
        "walletId": encode_id("Wallet", bank.adas),
        "toAddress": await address_of(owner, bank.bobs),
        "amount": "1.5",
    }


def told(answer: httpx.Response) -> Any:
    """The one error of an answer, without the id of its request."""
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    [error] = answer.json()["errors"]
    assert error["extensions"].pop("requestId") == answer.headers["x-request-id"]
    return error["message"], error["extensions"]


async def killed(
    urls: Urls, owner: asyncpg.Connection, wallet: UUID, ask: Callable[[], Awaitable[Any]]
) -> Any:
    """The answer to an order that waits for a wallet until its connection is killed."""
    superuser = await asyncpg.connect(urls.superuser)
    try:
        async with owner.transaction(), asyncio.timeout(PATIENCE):
            await owner.execute(LOCK, wallet)
            answer = asyncio.ensure_future(ask())
            while not await superuser.fetchval(KILL):  # noqa: ASYNC110 (a lock sets no event)
                await asyncio.sleep(0.01)
            return await answer
    finally:
        await superuser.close()


async def test_a_transfer_whose_answer_is_lost_has_happened_and_does_not_happen_again(
    desk: Desk, wire: Wire, owner: asyncpg.Connection
) -> None:
    wire.unanswered = desk.order["idempotencyKey"].encode()
    answer = await desk.ask()
    wire.unanswered = None

    assert wire.cuts == 1
    assert told(answer) == (UNKNOWN, {"code": "SERVER_BUSY", "outcome": "UNKNOWN"})
    assert await balance(owner, desk.bank.bobs) == Decimal("1.5")
    before = await books(owner)
    assert await desk.moved() == await desk.moved()
    assert await books(owner) == before


async def test_a_transfer_whose_connection_is_killed_as_it_waits_happens_when_asked_for_again(
    desk: Desk, urls: Urls, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    answer = await killed(urls, owner, desk.bank.adas, desk.ask)

    assert told(answer) == (UNKNOWN, {"code": "SERVER_BUSY", "outcome": "UNKNOWN"})
    assert await books(owner) == before
    assert await desk.moved() == await desk.moved()
    assert await balance(owner, desk.bank.bobs) == Decimal("1.5")


async def test_what_is_killed_before_its_commit_is_known_to_have_done_nothing(
    desk: Desk, urls: Urls, owner: asyncpg.Connection
) -> None:
    admin = await a_guest(desk.bank.database, await a_user(desk.bank.database, UserRole.ADMIN))
    desk.client.headers.update(admin.headers)
    desk.order.pop("toAddress")
    before = await books(owner)
    mint = partial(desk.ask, MINT, reason="For a test")
    answer = await killed(urls, owner, desk.bank.adas, mint)

    assert told(answer)[1] == {"code": "SERVER_BUSY"}
    assert await books(owner) == before
    moved = partial(desk.moved, MINT, reason="For a test")
    assert await moved() == await moved()
    assert await balance(owner, desk.bank.adas) == Decimal("501.5")


async def test_a_transfer_that_happened_but_cannot_be_shown_fails_where_it_is_shown(
    desk: Desk, wire: Wire, owner: asyncpg.Connection
) -> None:
    wire.unanswered = b"mint.transactions"
    answer = await desk.ask()
    wire.unanswered = None

    [error] = answer.json()["errors"]
    assert error["path"] == ["walletTransfer", "transaction"]
    assert told(answer)[1] == {"code": "SERVER_BUSY"}
    assert await balance(owner, desk.bank.bobs) == Decimal("1.5")
    assert await desk.moved() == await desk.moved()
    assert await balance(owner, desk.bank.bobs) == Decimal("1.5")


async def test_a_transfer_that_takes_too_long_has_an_unknown_outcome(
    bank: Bank, gateway: Gateway, urls: Urls, owner: asyncpg.Connection
) -> None:
    surroundings = partial(context_of, bank.database)
    endpoint = GraphQLEndpoint(gateway, surroundings, deadlines=Deadlines(0.3))
    over = httpx.ASGITransport(endpoint)
    async with _client(bank, "http://azora", transport=over) as client:
        desk = Desk(bank, client, await _order(bank, owner))
        async with owner.transaction():
            await owner.execute(LOCK, bank.adas)
            answer = await desk.ask()
        assert told(answer)[1] == {"code": "SERVER_BUSY", "outcome": "UNKNOWN"}
        assert await desk.moved() == await desk.moved()
    assert await balance(owner, bank.bobs) == Decimal("1.5")


async def test_two_hundred_who_hang_up_in_the_middle_and_ask_again_pay_once_each(
    desk: Desk, owner: asyncpg.Connection
) -> None:
    async def hurried(key: str, seconds: float) -> bool:
        order = {"idempotencyKey": key, "amount": "0.1"}
        try:
            await desk.ask(seconds=seconds, **order)
        except httpx.TimeoutException:
            await desk.moved(**order)
            return True
        return False

    assert await each_in_a_hurry(hurried) > 0

    assert await moved_by(owner, desk.bank) == (POSTS, Decimal(20))


@pytest.mark.parametrize("way", ["in one statement", "in a transaction"])
async def test_two_hundred_that_are_cancelled_in_the_middle_and_begun_again_pay_once_each(
    bank: Bank, owner: asyncpg.Connection, way: str
) -> None:
    ada = await proven(bank.database, bank.ada)
    address = await address_of(owner, bank.bobs)

    async def post(key: str) -> None:
        if way == "in a transaction":
            await bank.post(bank.leg("0.1"), key=key, actor=bank.ada.id)
        else:
            order = Order(key, bank.adas, Decimal("0.1"), None)
            await transfers.transfer(bank.database, ada, order, address)

    async def hurried(key: str, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await post(key)
        except TimeoutError:
            await post(key)
            return True
        return False

    assert await each_in_a_hurry(hurried) > 0

    assert await moved_by(owner, bank) == (POSTS, Decimal(20))


async def each_in_a_hurry(work: Callable[[str, float], Awaitable[bool]]) -> int:
    """Two hundred times, each with a key and a patience of its own; says how often it ran out."""
    random, places = Random(7), asyncio.Semaphore(8)  # noqa: S311 (no secret)

    async def one(seconds: float) -> bool:
        async with places:
            return await work(str(uuid4()), seconds)

    return sum(await asyncio.gather(*(one(random.uniform(*HURRY)) for _ in range(POSTS))))


async def moved_by(owner: asyncpg.Connection, bank: Bank) -> tuple[int, Decimal]:
    """How often Ada paid, and what Bob has; everything adds up."""
    await hold(owner)
    payments = "select count(*) from mint.postings where actor_id = $1"
    return await owner.fetchval(payments, bank.ada.id), await balance(owner, bank.bobs)
