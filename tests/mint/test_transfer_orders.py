"""`walletTransfer`, from the outside: once for each key, by whom, and by many at once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS
from tests.auth.people import all_at_once
from tests.makers import a_user, a_wallet, viewer
from tests.operations import Operations, codes

from .bank import (
    CALLERS,
    address_of,
    balance,
    books,
    proven,
    told_of,
)
from .teller import TOPIC, Teller

# Once for each key


async def test_the_same_order_again_answers_the_same_and_moves_nothing(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    first = await teller.payload(idempotencyKey="k", amount="500", reason="All of it")
    before = await books(owner)
    again = await teller.payload(idempotencyKey="k", amount="500.00", reason="All  of it")
    assert again == first
    assert await books(owner) == before


async def test_another_order_with_the_key_is_refused(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    bank = teller.bank
    euler = await a_wallet(bank.database, await a_user(bank.database))
    dollars = await a_wallet(bank.database, bank.ada, Decimal(5), Currency.USD)
    bobs = await a_wallet(bank.database, bank.bob, currency=Currency.USD)
    await teller.payload(idempotencyKey="k", amount="1", reason="One")
    before = await books(owner)
    usual = {"idempotencyKey": "k", "amount": "1", "reason": "One"}
    for other in (
        {"amount": "2"},
        {"reason": "Two"},
        {"reason": None},
        {"toAddress": await address_of(owner, euler)},
        {
            "walletId": encode_id("Wallet", dollars),
            "toAddress": await address_of(owner, bobs),
        },
    ):
        refusal = await teller.refusal(**usual | other)
        assert refusal == ("IdempotencyConflict", "idempotencyKey")
    assert await books(owner) == before


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_1_to_255_characters(
    teller: Teller, owner: asyncpg.Connection, key: str
) -> None:
    before = await books(owner)
    refusal = await teller.refusal(idempotencyKey=key)
    assert refusal == ("IdempotencyKeyInvalid", "idempotencyKey")
    assert await books(owner) == before


async def test_the_longest_key_of_the_widest_characters_will_do(teller: Teller) -> None:
    for _ in range(2):
        assert await teller.refusal(idempotencyKey="🧑" * 255) is None


async def test_keys_of_two_people_are_two_keys(teller: Teller, owner: asyncpg.Connection) -> None:
    bank = teller.bank
    bob = await proven(bank.database, bank.bob)
    assert await teller.refusal(idempotencyKey="k", amount="10") is None
    back = {
        "walletId": encode_id("Wallet", bank.bobs),
        "toAddress": await address_of(owner, bank.adas),
    }
    assert await teller.refusal(as_=bob, idempotencyKey="k", amount="10", **back) is None
    assert await balance(owner, bank.adas) == 500


async def test_a_refused_order_leaves_its_key_unused(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    assert await teller.refusal(idempotencyKey="k", amount="501") is not None
    assert await teller.refusal(idempotencyKey="k", amount="1") is None
    assert await balance(owner, teller.bank.bobs) == 1


# Who may


async def test_only_somebody_who_is_signed_in_sends(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    assert codes(await teller.answer(as_=ANONYMOUS)) == ["UNAUTHENTICATED"]
    assert await books(owner) == before


async def test_a_proof_must_be_recent(
    teller: Teller, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    clock.move(timedelta(minutes=11))
    before = await books(owner)
    body = await teller.answer()
    assert codes(body) == ["STEP_UP_REQUIRED"]
    assert "factors" in body["errors"][0]["extensions"]
    assert await books(owner) == before


async def test_somebody_without_a_session_has_proved_nothing(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    before = await books(owner)
    assert codes(await teller.answer(as_=viewer(teller.bank.ada))) == ["STEP_UP_REQUIRED"]
    other = await proven(teller.bank.database, teller.bank.bob)
    borrowed = replace(teller.ada, session_id=other.session_id)
    assert codes(await teller.answer(as_=borrowed)) == ["UNAUTHENTICATED"]
    assert await books(owner) == before


async def test_an_admin_who_acts_as_somebody_sends_nothing_of_theirs(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    bank = teller.bank
    admin = await a_user(bank.database, UserRole.ADMIN)
    about = {
        "impersonator_id": admin.id,
        "impersonator_name": "Root",
        "impersonation_reason": "To see",
    }
    acting = await proven(bank.database, bank.ada, **about)
    before = await books(owner)
    assert codes(await teller.answer(as_=acting)) == ["FORBIDDEN"]
    hidden = replace(acting, impersonator_id=None)
    assert codes(await teller.answer(as_=hidden)) == ["UNAUTHENTICATED"]
    assert await books(owner) == before


# Many at once


async def test_of_many_with_one_key_one_moves_money(
    teller: Teller, crowded: Database, owner: asyncpg.Connection
) -> None:
    many = Operations(teller.operations.gateway, crowded)
    busy = Teller(many, teller.bank, teller.ada, teller.usual["toAddress"])

    answers = await all_at_once(
        CALLERS, lambda: busy.payload(idempotencyKey="k", amount="3", reason="Once")
    )

    assert all(answer == answers[0] for answer in answers)
    assert await balance(owner, teller.bank.bobs) == 3
    assert len(await told_of(owner, TOPIC)) == 1


async def test_of_many_who_spend_the_same_money_one_does(
    teller: Teller, crowded: Database, owner: asyncpg.Connection
) -> None:
    many = Operations(teller.operations.gateway, crowded)
    busy = Teller(many, teller.bank, teller.ada, teller.usual["toAddress"])

    refusals = await all_at_once(CALLERS, lambda: busy.refusal(amount="300"))

    short = ("InsufficientFunds", "amount")
    assert Counter(refusals) == {None: 1, short: CALLERS - 1}
    assert await balance(owner, teller.bank.adas) == 200
    assert await balance(owner, teller.bank.bobs) == 300
    assert len(await told_of(owner, TOPIC)) == 1


async def test_the_moment_of_an_order_is_the_databases(
    teller: Teller, owner: asyncpg.Connection
) -> None:
    before = now()
    await teller.payload()
    made = await owner.fetchval("select max(created_at) from mint.transactions")
    assert abs(made - before) < timedelta(minutes=1)
