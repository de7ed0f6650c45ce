"""The measurements of the ledger can be made, and check themselves."""

from collections.abc import AsyncIterator
from dataclasses import astuple
from decimal import Decimal

import pytest

from bench import ledger, ledger_report
from bench.ledger_proof import Proof
from bench.ledger_ways import REWARDS, TRANSFERS
from bench.ledger_world import Books, fill
from gateway.embedded import Cluster
from tests.postgres import Urls, copy, remove, run


@pytest.fixture
async def books(server: Urls, worker_id: str) -> AsyncIterator[Books]:
    """A few wallets in each of two databases."""
    names = [f"azora_bench_{name}_{worker_id}" for name in ("ours", "theirs")]
    ours = await copy(server, names[0])
    await run(
        server.of("postgres").superuser,
        f"drop database if exists {names[1]} with (force)",
        f"create database {names[1]} owner azora_owner",
    )
    theirs = server.of(names[1])
    yield await fill(Cluster(*astuple(ours)), Cluster(*astuple(theirs)), wallets=40)
    for name in names:
        await remove(server, name)


async def test_every_way_moves_money_and_none_is_lost_or_made(books: Books) -> None:
    shown: list[ledger.Table] = []
    tables, proof = await ledger.measure(books, 0.1, 1, shown.append)

    assert [len(table.series) for table in tables] == [len(TRANSFERS), len(TRANSFERS), len(REWARDS)]
    assert shown == tables
    assert proof == Proof(Decimal(0), told=proof.told, booked=proof.told, deadlocks=0, broken=[])
    said = [*ledger_report.verdicts(tables, proof)]
    assert len(said) == 7
    assert said[-1] == "- invariants of the ledger: all hold"
    assert "| hardened post(), asyncpg" in ledger_report.table_text(tables[0])
