"""Passwords: which will do, and what is kept of them."""

import asyncio
import base64
import hmac
import sys
from collections.abc import Iterator
from hashlib import sha256
from time import perf_counter

import bcrypt
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from domains.auth.engine import passwords
from domains.auth.engine.passwords import Checked, Flaw, hashes, rules
from domains.kernel import keys
from domains.kernel.keys import Keyring

PASSWORD = "a quiet river at dawn"
PERSONAL = ("ada@example.org", "Ada Lovelace")
OLD, NEW = Keyring({"old": b"1" * 32}), Keyring({"new": b"2" * 32, "old": b"1" * 32})


@pytest.fixture
def rotated() -> Iterator[None]:
    """A server that has a new pepper beside an old one."""
    known = keys.peppers()
    server_keys = keys._ring()
    keys.use(server_keys, NEW)
    yield
    keys.use(server_keys, known)


def with_peppers(ring: Keyring) -> None:
    keys.use(keys._ring(), ring)


async def matches(password: str, stored: passwords.Hashed) -> bool:
    return (await passwords.check(password, stored.hash, stored.pepper_kid)).matches


async def test_a_hash_is_of_the_password_and_of_no_other() -> None:
    stored = await passwords.hashed(PASSWORD)

    assert stored.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    checked = await passwords.check(PASSWORD, stored.hash, stored.pepper_kid)
    assert checked == Checked(matches=True)
    assert not await matches(PASSWORD + " ", stored)


async def test_a_hash_alone_is_of_no_use_without_the_pepper() -> None:
    stored = await passwords.hashed(PASSWORD)

    assert not (await passwords.check(PASSWORD, stored.hash, None)).matches
    key = keys.peppers().derived(stored.pepper_kid, "password")
    peppered = hmac.digest(key, PASSWORD.encode(), sha256)
    assert PasswordHasher().verify(stored.hash, peppered)


async def test_the_same_letters_composed_otherwise_are_the_same_password() -> None:
    stored = await passwords.hashed("caf\u00e9 in the morning")

    assert await matches("cafe\u0301 in the morning", stored)


@pytest.mark.parametrize(
    "hasher",
    [
        PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1),
        PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1),
    ],
    ids=["weaker", "without pepper"],
)
async def test_a_dated_hash_brings_a_new_one(hasher: PasswordHasher) -> None:
    checked = await passwords.check(PASSWORD, hasher.hash(PASSWORD), None)

    assert checked.matches
    assert checked.new is not None
    again = await passwords.check(PASSWORD, checked.new.hash, checked.new.pepper_kid)
    assert again == Checked(matches=True)


async def test_an_older_pepper_is_good_and_brings_a_hash_with_the_newest(rotated: None) -> None:
    with_peppers(OLD)
    stored = await passwords.hashed(PASSWORD)
    with_peppers(NEW)

    checked = await passwords.check(PASSWORD, stored.hash, "old")

    assert checked.matches
    assert checked.new is not None
    assert checked.new.pepper_kid == "new"
    assert await matches(PASSWORD, checked.new)
    assert not (await passwords.check("another", stored.hash, "old")).matches


async def test_a_pepper_that_is_not_kept_matches_nothing(
    rotated: None, caplog: pytest.LogCaptureFixture
) -> None:
    stored = await passwords.hashed(PASSWORD)
    with_peppers(OLD)

    assert not await matches(PASSWORD, stored)
    assert "the pepper new, which is not kept" in caplog.text


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
async def test_a_hash_of_bcrypt_is_good_and_brings_one_of_argon2(prefix: bytes) -> None:
    stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, prefix)).decode()

    checked = await passwords.check(PASSWORD, stored, None)

    assert checked.matches
    assert checked.new is not None
    assert checked.new.hash.startswith("$argon2id$")
    assert await matches(PASSWORD, checked.new)
    assert not (await passwords.check(PASSWORD + "!", stored, None)).matches


async def test_what_bcrypt_did_not_read_is_not_made_part_of_the_password() -> None:
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    assert await passwords.check("x" * 80, stored, None) == Checked(matches=True)
    assert (await passwords.check("x" * 72, stored, None)).new is not None


DEAR = PasswordHasher(time_cost=11, memory_cost=8192, parallelism=1).hash(PASSWORD)
UNUSABLE = {
    "none": None,
    "empty": "",
    "text": "not a hash",
    "dear bcrypt": "$2b$15$K1VQ0m1Gm0uG5mJQ7v3i8u0R3m8b8d2F4B5v4m1Gm0uG5mJQ7v3i8",
    "broken bcrypt": "$2b$12$K1VQ0m1Gm0uG5mJQ7v3i8",
    "many rounds": DEAR,
    "much memory": DEAR.replace("m=8192,t=11", "m=65537,t=1"),
    "many lanes": DEAR.replace("t=11,p=1", "t=1,p=17"),
    "argon2i": PasswordHasher(time_cost=1, memory_cost=8192, type=Type.I).hash(PASSWORD),
    "nobody's": hashes.NOBODYS_HASH,
}


@pytest.mark.parametrize("stored", UNUSABLE.values(), ids=UNUSABLE.keys())
async def test_what_is_no_bounded_hash_matches_nothing(stored: str | None) -> None:
    for password in (PASSWORD, ""):
        checked = await passwords.check(password, stored, None)
        assert checked == Checked(matches=False)


async def test_nobodys_hash_costs_what_somebodys_costs() -> None:
    stored = await passwords.hashed(PASSWORD)

    assert extract_parameters(hashes.NOBODYS_HASH) == extract_parameters(stored.hash)


async def test_a_password_longer_than_any_is_not_hashed_whole() -> None:
    stored = await passwords.hashed("x" * 256)

    assert await matches("x" * 256, stored)
    assert not await matches("x" * 257, stored)


async def test_beyond_the_queue_a_password_is_refused_at_once() -> None:
    most = passwords.THREADS + passwords.LONGEST_QUEUE

    answers = await asyncio.gather(
        *(passwords.hashed(PASSWORD) for _ in range(most + 5)), return_exceptions=True
    )

    refused = [answer for answer in answers if isinstance(answer, passwords.TooManyPasswords)]
    made = [answer.hash for answer in answers if isinstance(answer, passwords.Hashed)]
    assert len(refused) == 5
    assert len(set(made)) == most


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("a quiet river at dawn", None),
        ("Kx9#mQ2$vLp7", None),
        ("correct horse battery staple stone", None),
        ("ein ruhiger Fluß", None),
        ("静かな川の夜明けに咲く花", None),
        ("twelve minu", Flaw.SHORT),
        ("x" * 257, Flaw.LONG),
        ("x" * 100_000, Flaw.LONG),
        ("Password1234", Flaw.COMMON),
        ("1234567890qwerty", Flaw.COMMON),
        ("Azora2026!!!", Flaw.COMMON),
        ("azora-AZORA-azora", Flaw.COMMON),
        ("ada@example.org", Flaw.SIMILAR),
        ("Ada Lovelace", Flaw.SIMILAR),
        ("Lovelace12345", Flaw.SIMILAR),
        ("ada.lovelace-example", Flaw.SIMILAR),
        ("ecalevol ada lovelace", Flaw.SIMILAR),
        ("x7x7x7x7x7x7x7x7x7x7x7", Flaw.WEAK),
        ("efghijklmnopqrstu", Flaw.WEAK),
        ("a" * 256, Flaw.WEAK),
        ("\ud800" * 20, Flaw.COMMON),
    ],
)
async def test_which_passwords_will_do(password: str, flaw: Flaw | None) -> None:
    found = await passwords.weakness(password, PERSONAL, 12)

    assert (found and found.flaw) == flaw


@pytest.mark.parametrize(
    ("password", "flaw"),
    [("football", Flaw.COMMON), ("vQ7#kz!Wp", None), ("seven77", Flaw.SHORT)],
)
async def test_where_the_operator_allows_eight_characters_the_short_list_counts(
    password: str, flaw: Flaw | None
) -> None:
    found = await passwords.weakness(password, PERSONAL, passwords.FLOOR)

    assert (found and found.flaw) == flaw


async def test_a_weak_password_is_told_what_would_make_it_better() -> None:
    found = await passwords.weakness("efghijklmnopqrstu", PERSONAL, 12)

    assert found is not None
    assert found.score < rules.STRONG
    assert 'Sequences like "abc" or "6543" are easy to guess.' in found.suggestions


async def test_what_one_person_told_is_not_held_against_another() -> None:
    told = [("ada@example.org", "Wintermute Zaphodia"), ("bob@example.org", "Bob")] * 40
    sys.setswitchinterval(1e-5)
    try:
        found = await asyncio.gather(
            *(passwords.weakness("w1nt3rmut3z4ph0d1a", each, 12) for each in told)
        )
    finally:
        sys.setswitchinterval(0.005)

    assert [each and each.flaw for each in found] == [Flaw.WEAK, None] * 40


def test_judging_a_password_made_to_be_slow_takes_no_second() -> None:
    begun = perf_counter()
    for plain in ("@$l1|3507" * 8, "01011990" * 32, "ab" * 128):
        rules._judged(plain, ["ab" * 60, "ba" * 60])

    assert perf_counter() - begun < 1


def test_a_stored_hash_fits_what_the_pepper_makes() -> None:
    peppered = hashes._peppered(PASSWORD, keys.peppers().current)

    assert len(peppered) == 32
    assert base64.b64encode(peppered) != PASSWORD.encode()
