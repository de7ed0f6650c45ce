"""Whoever may see a wallet is told at once when it changes, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from domains.auth.models import UserRole
from domains.kernel import watching
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.scalars import Currency
from domains.kernel.viewer import SYSTEM
from domains.mint import public as mint
from tests.makers import a_user
from tests.mint.bank import Bank
from tests.streams import Guest, Served, Wire, a_guest, events, seated, served

SILENCE = 0.6
REVOKE = "mutation { sessionRevoke(input: {}) { userErrors { __typename } } }"
KILL = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


def changes(wallet: UUID, type: str = "Wallet") -> str:
    return f"""
subscription {{
  walletChanged(walletId: "{encode_id(type, wallet)}") {{
    status
    balance {{ amount currency }}
    transactions(first: 1) {{
      nodes {{ type amount {{ amount }} fromWallet {{ balance {{ amount }} }} }}
    }}
  }}
}}
"""


def told(status: str, balance: str, last: dict[str, Any] | None) -> dict[str, Any]:
    """What a subscriber hears."""
    return {
        "status": status,
        "balance": {"amount": balance, "currency": "AZR"},
        "transactions": {"nodes": [last] if last else []},
    }


def moved(amount: str, sender: str | None, type: str = "TRANSFER") -> dict[str, Any]:
    """A movement from a wallet with this balance, or from one that is not shown."""
    shown = sender and {"balance": {"amount": sender}}
    return {"type": type, "amount": {"amount": amount}, "fromWallet": shown}


@pytest.fixture
async def gate(database: Database) -> AsyncIterator[Served]:
    async with served(database.url) as running:
        yield running


@pytest.fixture
async def bank(database: Database) -> Bank:
    return await Bank.opened(database)


async def wallet(wire: Wire) -> dict[str, Any]:
    """The wallet that the socket is told of next."""
    message = await wire.hear()
    assert (message["id"], message["type"]) == ("1", "next"), message
    assert "errors" not in message["payload"], message
    found: dict[str, Any] = message["payload"]["data"]["walletChanged"]
    return found


async def nothing(wire: Wire) -> None:
    """Nothing is told for a while."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SILENCE):
            await wire.socket.recv()


async def adas(bank: Bank) -> Guest:
    return await a_guest(bank.database, bank.ada)


async def bobs(bank: Bank) -> Guest:
    return await a_guest(bank.database, bank.bob)


async def test_both_sides_hear_of_a_transfer_and_neither_of_the_others_balance(
    gate: Served, bank: Bank
) -> None:
    async with seated(gate, await adas(bank)) as ada, seated(gate, await bobs(bank)) as bob:
        await ada.listen(changes(bank.adas))
        await bob.listen(changes(bank.bobs))

        await bank.post(bank.leg("12.5"))

        assert await wallet(ada) == told("ACTIVE", "487.5", moved("12.5", "487.5"))
        assert await wallet(bob) == told("ACTIVE", "12.5", moved("12.5", None))


async def test_it_is_told_within_a_second_by_every_server_of_the_database(
    gate: Served, bank: Bank
) -> None:
    guest = await adas(bank)
    async with (
        served(bank.database.url) as elsewhere,
        seated(gate, guest) as here,
        seated(elsewhere, guest) as there,
    ):
        for each in (here, there):
            await each.listen(changes(bank.adas))
        waits = []
        for _ in range(3):
            await bank.post(bank.leg(1))
            moment = monotonic()
            assert await wallet(here) == await wallet(there)
            waits.append(monotonic() - moment)
        # A machine that is busy with other things may be late once.
        assert min(waits) < 1


async def test_over_server_sent_events_the_same_is_told(gate: Served, bank: Bank) -> None:
    guest = await bobs(bank)
    async with events(gate, changes(bank.bobs), **guest.headers) as stream:
        await stream.keep_alive()
        await bank.post(bank.leg(3))
        kind, body = await stream.event()
        assert (kind, body["data"]["walletChanged"]) == (
            "next",
            told("ACTIVE", "3", moved("3", None)),
        )


async def test_a_wallet_that_is_stopped_is_told_of_without_a_movement(
    gate: Served, bank: Bank, owner: asyncpg.Connection
) -> None:
    async with seated(gate, await bobs(bank)) as wire:
        await wire.listen(changes(bank.bobs))
        await owner.execute("update mint.wallets set status = 'FROZEN' where id = $1", bank.bobs)
        assert await wallet(wire) == told("FROZEN", "0", None)


async def test_what_moves_at_once_is_told_once(gate: Served, bank: Bank) -> None:
    async with seated(gate, await bobs(bank)) as wire:
        await wire.listen(changes(bank.bobs))
        await bank.post(*[bank.leg(1)] * 10)
        assert await wallet(wire) == told("ACTIVE", "10", moved("1", None))
        await nothing(wire)


async def test_what_was_refused_is_not_told(gate: Served, bank: Bank) -> None:
    async with seated(gate, await bobs(bank)) as wire:
        await wire.listen(changes(bank.bobs))
        assert await bank.refusal(bank.leg(501)) is not None
        await nothing(wire)


@pytest.mark.parametrize("kind", ["foreign", "escrow", "unknown", "of another kind"])
async def test_what_one_may_not_see_cannot_be_watched_and_is_as_if_it_were_not(
    gate: Served, bank: Bank, kind: str
) -> None:
    stranger = await a_guest(bank.database)
    async with bank.database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, bank.ada.id, bank.bob.id, Currency.AZR)
    id = {"escrow": escrow, "unknown": uuid7()}.get(kind, bank.adas)
    query = changes(id, "Course" if kind == "of another kind" else "Wallet")
    async with seated(gate, stranger) as wire:
        await wire.subscribe(query)
        refused = await wire.hear()
        assert (refused["type"], len(gate.watching)) == ("error", 0)
    [error] = refused["payload"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    if kind != "of another kind":
        assert error["message"] == "There is no such wallet."


async def test_who_has_not_signed_in_cannot_watch(gate: Served, bank: Bank) -> None:
    async with events(gate, changes(bank.adas)) as stream:
        _, data = await stream.event()
        assert [error["extensions"]["code"] for error in data["errors"]] == ["UNAUTHENTICATED"]
        assert await stream.event() == ("complete", None)


async def test_an_admin_may_watch_and_is_told_nothing_once_they_are_none(
    gate: Served, bank: Bank, owner: asyncpg.Connection
) -> None:
    admin = await a_guest(bank.database, await a_user(bank.database, UserRole.ADMIN))
    async with seated(gate, admin) as wire:
        await wire.listen(changes(bank.adas))
        await bank.post(bank.leg(1))
        assert (await wallet(wire))["balance"]["amount"] == "499"
        await owner.execute("update auth.users set role = 'student' where id = $1", admin.user.id)
        assert await wire.end() == (4401, "Unauthorized")
    await gate.empty()
    assert len(gate.watching) == 0


async def test_the_policy_is_asked_at_every_delivery(
    gate: Served, bank: Bank, owner: asyncpg.Connection
) -> None:
    guest = await bobs(bank)
    async with seated(gate, guest) as wire:
        await wire.listen(changes(bank.bobs))
        await bank.post(bank.leg(1))
        assert (await wallet(wire))["balance"]["amount"] == "1"
        # No wallet ever changes hands; that this one does stands for any loss of sight.
        await owner.execute(
            "update mint.wallets set user_id = $2 where id = $1",
            bank.bobs,
            (await a_user(bank.database)).id,
        )
        await bank.post(bank.leg(1))
        await nothing(wire)


async def test_a_session_that_is_revoked_watches_no_more(gate: Served, bank: Bank) -> None:
    guest = await bobs(bank)
    async with seated(gate, guest) as wire:
        await wire.listen(changes(bank.bobs))
        async with httpx.AsyncClient(base_url=f"http://{gate.address}") as client:
            revoked = await client.post("/graphql", json={"query": REVOKE}, headers=guest.headers)
        assert revoked.json() == {"data": {"sessionRevoke": {"userErrors": []}}}
        assert await wire.end() == (4401, "Unauthorized")
    await gate.empty()
    assert len(gate.watching) == 0


async def test_whoever_completes_watches_no_more(gate: Served, bank: Bank) -> None:
    async with seated(gate, await bobs(bank)) as wire:
        await wire.listen(changes(bank.bobs))
        assert len(gate.watching) == 1
        await wire.say("complete", id="1")
        await wire.ask("{ __typename }")
        async with asyncio.timeout(1):
            while len(gate.watching):  # noqa: ASYNC110 (a dictionary sets no event)
                await asyncio.sleep(0.01)


async def test_what_changes_while_every_connection_is_lost_is_told_afterwards(
    gate: Served,
    bank: Bank,
    superuser: tuple[asyncpg.Connection, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.05)
    async with seated(gate, await bobs(bank)) as wire:
        await wire.listen(changes(bank.bobs))
        await superuser[0].execute(KILL)
        await bank.post(bank.leg(7))
        await superuser[0].execute(KILL)
        assert (await wallet(wire))["balance"]["amount"] == "7"
        await bank.post(bank.leg(1))
        assert (await wallet(wire))["balance"]["amount"] == "8"
