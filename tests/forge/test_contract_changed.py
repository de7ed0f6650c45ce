"""Both sides of a contract are told at once of what happens to it, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlmodel import select

from domains.auth.models import User, UserRole
from domains.kernel import watching
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM, Viewer
from tests.forge.deals import REASON, Deal, a_deal
from tests.makers import a_user
from tests.operations import Operations
from tests.streams import Guest, Served, Wire, a_guest, events, seated, served

SILENCE = 0.6
KILL = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


def changes(contract: UUID) -> str:
    return f"""
subscription {{
  contractChanged(contractId: "{encode_id("Contract", contract)}") {{
    status
    milestones {{ status }}
    disputes(first: 5) {{ nodes {{ status reason }} }}
    escrow {{ balance {{ amount }} }}
    freelancer {{ id }}
  }}
}}
"""


@pytest.fixture
async def gate(database: Database) -> AsyncIterator[Served]:
    async with served(database.url) as running:
        yield running


@pytest.fixture
async def deal(operations: Operations) -> Deal:
    return await a_deal(operations, "100", "50")


async def guest(deal: Deal, person: Viewer) -> Guest:
    """Somebody of the deal, signed in."""
    database = deal.operations.database
    async with database.session(SYSTEM) as session:
        user = (await session.exec(select(User).where(User.id == person.user_id))).one()
    return await a_guest(database, user)


async def contract(wire: Wire) -> dict[str, Any]:
    """The contract that the socket is told of next."""
    message = await wire.hear()
    assert (message["id"], message["type"]) == ("1", "next"), message
    assert "errors" not in message["payload"], message
    found: dict[str, Any] = message["payload"]["data"]["contractChanged"]
    return found


def states(told: dict[str, Any]) -> list[str]:
    """Where the contract and its milestones stand."""
    return [told["status"], *(each["status"] for each in told["milestones"])]


async def test_each_step_is_told_to_both_and_the_employer_is_not_told_who_works(
    gate: Served, deal: Deal
) -> None:
    id = deal.agreement.contract.id
    async with (
        seated(gate, await guest(deal, deal.employer)) as employer,
        seated(gate, await guest(deal, deal.freelancer)) as freelancer,
    ):
        for each in (employer, freelancer):
            await each.listen(changes(id))

        await deal.does("Fund", deal.employer)
        for each, worker in ((employer, None), (freelancer, {"id": mine(deal)})):
            assert await contract(each) == {
                "status": "ACTIVE",
                "milestones": [{"status": "FUNDED"}, {"status": "PENDING"}],
                "disputes": {"nodes": []},
                "escrow": {"balance": {"amount": "100"}},
                "freelancer": worker,
            }
        await deal.does("Submit", deal.freelancer)
        assert states(await contract(employer)) == ["ACTIVE", "SUBMITTED", "PENDING"]
        await deal.dispute(deal.employer)
        for _ in range(2):
            told = await contract(freelancer)
            if told["status"] == "DISPUTED":
                break
        assert states(told) == ["DISPUTED", "DISPUTED", "PENDING"]
        assert told["disputes"] == {"nodes": [{"status": "OPEN", "reason": REASON}]}


def mine(deal: Deal) -> str:
    return encode_id("User", deal.worker.id)


async def test_over_server_sent_events_the_same_is_told(gate: Served, deal: Deal) -> None:
    listener = await guest(deal, deal.freelancer)
    query = changes(deal.agreement.contract.id)
    async with events(gate, query, **listener.headers) as stream:
        await stream.keep_alive()
        await deal.does("Fund", deal.employer, 1)
        kind, body = await stream.event()
        told = body["data"]["contractChanged"]
        assert (kind, states(told)) == ("next", ["ACTIVE", "PENDING", "FUNDED"])


@pytest.mark.parametrize("kind", ["of others", "unknown"])
async def test_a_contract_of_others_cannot_be_watched_and_is_as_if_it_were_not(
    gate: Served, deal: Deal, kind: str
) -> None:
    id = deal.agreement.contract.id if kind == "of others" else uuid7()
    async with seated(gate, await guest(deal, deal.stranger)) as wire:
        await wire.subscribe(changes(id))
        refused = await wire.hear()
        assert (refused["type"], len(gate.watching)) == ("error", 0)
    [error] = refused["payload"]
    assert (error["message"], error["extensions"]["code"]) == (
        "There is no such contract.",
        "BAD_USER_INPUT",
    )


async def test_admins_may_watch_and_other_employers_may_not(gate: Served, deal: Deal) -> None:
    id = deal.agreement.contract.id
    rival = await a_guest(
        deal.operations.database, await a_user(deal.operations.database, UserRole.EMPLOYER)
    )
    async with (
        seated(gate, await guest(deal, deal.admin)) as admin,
        seated(gate, rival) as other,
    ):
        await admin.listen(changes(id))
        await other.subscribe(changes(id))
        assert (await other.hear())["type"] == "error"
        await deal.does("Fund", deal.employer)
        assert states(await contract(admin)) == ["ACTIVE", "FUNDED", "PENDING"]


async def test_what_was_refused_is_not_told(gate: Served, deal: Deal) -> None:
    async with seated(gate, await guest(deal, deal.employer)) as wire:
        await wire.listen(changes(deal.agreement.contract.id))
        await deal.tried("Approve", deal.employer)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SILENCE):
                await wire.socket.recv()


async def test_what_happens_while_every_connection_is_lost_is_told_afterwards(
    gate: Served,
    deal: Deal,
    superuser: tuple[asyncpg.Connection, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.05)
    async with seated(gate, await guest(deal, deal.employer)) as wire:
        await wire.listen(changes(deal.agreement.contract.id))
        await superuser[0].execute(KILL)
        await deal.does("Fund", deal.employer)
        await superuser[0].execute(KILL)
        assert states(await contract(wire)) == ["ACTIVE", "FUNDED", "PENDING"]
