"""Whose key it is matters."""

import asyncpg

from domains.mint.errors import IdempotencyConflict
from tests.mint.bank import Bank, books
from tests.mint.conftest import bank  # noqa: F401 (a fixture)


async def test_what_another_was_granted_by_the_same_key_is_not_ones_own(
    bank: Bank,  # noqa: F811
    owner: asyncpg.Connection,
) -> None:
    await bank.post(bank.leg(1), key="k", actor=bank.ada.id)
    await bank.post(bank.leg(2), key="k", actor=bank.bob.id)
    before = await books(owner)

    refused = await bank.refusal(bank.leg(1), key="k", actor=bank.bob.id)

    assert refused is IdempotencyConflict
    assert await books(owner) == before
