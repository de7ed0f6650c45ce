"""The server's keys: what they make, and how one takes another's place."""

from collections.abc import Iterator

import pytest

from domains.kernel import keys
from domains.kernel.keys import Forged, Keyring, UnknownKey
from gateway.identity import configure_identity, new_key
from gateway.settings import Profile, Settings, WrongSettings

OLD, NEW = b"o" * 32, b"n" * 32
BEFORE, AFTER = Keyring({"old": OLD}), Keyring({"new": NEW, "old": OLD})


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    keys.use(BEFORE, BEFORE)
    yield
    configure_identity(Settings(profile=Profile.TEST))


def test_what_is_sealed_opens_for_what_it_is_about_alone() -> None:
    sealed = keys.seal(b"secret", "ada|totp")

    assert keys.unseal(sealed, "ada|totp") == b"secret"
    assert b"secret" not in sealed
    with pytest.raises(Forged):
        keys.unseal(sealed, "eve|totp")


def test_the_same_is_never_sealed_alike() -> None:
    assert keys.seal(b"secret", "ada") != keys.seal(b"secret", "ada")


@pytest.mark.parametrize("at", [5, 20, -1])
def test_an_altered_seal_does_not_open(at: int) -> None:
    sealed = bytearray(keys.seal(b"secret", "ada"))
    sealed[at] ^= 1

    with pytest.raises(Forged):
        keys.unseal(bytes(sealed), "ada")


def test_a_new_key_in_front_reads_what_the_old_one_made() -> None:
    sealed, digest = keys.seal(b"secret", "ada"), keys.mac("code", b"123456")

    keys.use(AFTER, AFTER)

    assert keys.unseal(sealed, "ada") == b"secret"
    assert digest in keys.macs("code", b"123456")
    assert keys.mac("code", b"123456") != digest
    assert keys.seal(b"secret", "ada").startswith(b"\x03new")


def test_without_the_old_key_what_it_made_is_lost() -> None:
    sealed = keys.seal(b"secret", "ada")

    keys.use(Keyring({"new": NEW}), Keyring({"new": NEW}))

    with pytest.raises(UnknownKey):
        keys.unseal(sealed, "ada")


def test_no_two_purposes_share_a_key() -> None:
    assert keys.mac("code", b"123456") != keys.mac("limit", b"123456")


@pytest.mark.parametrize(
    "given",
    ["", "no key", "one:short", "one:" + "A" * 44, f"{'x' * 17}:{'A' * 43}=", ":" + "A" * 43 + "="],
)
def test_what_is_no_key_ends_the_start_and_is_not_shown(given: str) -> None:
    settings = Settings(profile=Profile.PRODUCTION, keys=given or None, peppers=new_key("one"))

    with pytest.raises(WrongSettings, match="AZORA_KEYS") as wrong:
        configure_identity(settings)

    assert not given or given not in str(wrong.value)
