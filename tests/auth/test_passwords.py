"""Passwords are hashed beside the event loop, in bounded numbers."""

import asyncio

import pytest
from argon2 import PasswordHasher

from domains.auth.engine import passwords

PASSWORD = "a quiet river at dawn"


async def test_a_hash_is_of_the_password_and_of_no_other() -> None:
    stored = await passwords.hashed(PASSWORD)

    assert (await passwords.check(PASSWORD, stored)) == passwords.Checked(matches=True)
    assert not (await passwords.check(PASSWORD + " ", stored)).matches


async def test_the_same_letters_composed_otherwise_are_the_same_password() -> None:
    stored = await passwords.hashed("caf\u00e9 in the morning")

    assert (await passwords.check("cafe\u0301 in the morning", stored)).matches


async def test_a_dated_hash_brings_a_new_one() -> None:
    dated = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)

    checked = await passwords.check(PASSWORD, dated)

    assert checked.matches
    assert checked.new_hash is not None
    assert (await passwords.check(PASSWORD, checked.new_hash)).new_hash is None


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "not a hash",
        "$2b$12$K1VQ0m1Gm0uG5mJQ7v3i8u0R3m8b8d2F4B5v4m1Gm0uG5mJQ7v3i8",
        PasswordHasher(time_cost=11, memory_cost=8192, parallelism=1).hash(PASSWORD),
        passwords.NOBODYS_HASH,
    ],
    ids=["none", "empty", "text", "bcrypt", "too dear", "nobody's"],
)
async def test_what_is_no_bounded_hash_matches_nothing(stored: str | None) -> None:
    assert not (await passwords.check(PASSWORD, stored)).matches
    assert not (await passwords.check("", stored)).matches


async def test_a_password_longer_than_any_is_not_hashed_whole() -> None:
    stored = await passwords.hashed("x" * 256)

    assert (await passwords.check("x" * 256, stored)).matches
    assert not (await passwords.check("x" * 257, stored)).matches


async def test_beyond_the_queue_a_password_is_refused_at_once() -> None:
    most = passwords.THREADS + passwords.LONGEST_QUEUE

    answers = await asyncio.gather(
        *(passwords.hashed(PASSWORD) for _ in range(most + 5)), return_exceptions=True
    )

    refused = [answer for answer in answers if isinstance(answer, passwords.TooManyPasswords)]
    assert len(refused) == 5
    assert len({answer for answer in answers if isinstance(answer, str)}) == most
