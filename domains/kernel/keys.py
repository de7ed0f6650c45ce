"""The server's own keys: for codes too short for a plain hash, and secrets it must read again.

Each key has an id, and what it made says which key that was. So a new key can be put in front of
the old ones, and what those made stays good for as long as they are kept.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_ID = 16


class UnknownKey(Exception):
    """Something was made with a key that the server no longer has."""


class Forged(Exception):
    """Something sealed was altered, or is about something else."""


@dataclass(slots=True)
class Keyring:
    """Keys by their ids; the first makes new things, all of them read old ones."""

    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys:
            raise ValueError("there has to be a key")
        for id, key in self.keys.items():
            if len(key) != KEY_BYTES:
                raise ValueError(f"the key {id} has to have {KEY_BYTES} bytes")
            if not 0 < len(id.encode()) <= LONGEST_ID:
                raise ValueError(f"a key's id has 1 to {LONGEST_ID} bytes")

    @property
    def current(self) -> str:
        """The id of the key that makes new things."""
        return next(iter(self.keys))

    def derived(self, id: str, purpose: str) -> bytes:
        """The key for one purpose, so that no two purposes share one."""
        if id not in self.keys:
            raise UnknownKey(id)
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.keys[id])


@dataclass(slots=True)
class _Rings:
    """The rings of this process, set once before the first request."""

    secrets: Keyring | None = None
    peppers: Keyring | None = None
    derived: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)


_rings = _Rings()


def use(server_keys: Keyring, peppers: Keyring) -> None:
    """Take these keys from now on."""
    _rings.secrets, _rings.peppers = server_keys, peppers
    _rings.derived.clear()


def peppers() -> Keyring:
    """What is mixed into passwords before they are hashed."""
    if _rings.peppers is None:
        raise RuntimeError("the server has no pepper yet")
    return _rings.peppers


def current_ids() -> dict[str, str]:
    """Which key makes new things, of the server's own and of the peppers."""
    return {"keys": _ring().current, "peppers": peppers().current}


def mac(purpose: str, data: bytes) -> bytes:
    """A digest that nobody without the server's key can make or try out."""
    return hmac.digest(_derived(_ring().current, f"mac {purpose}"), data, sha256)


def macs(purpose: str, data: bytes) -> list[bytes]:
    """The digests under all keys that are kept, for comparison with what is stored."""
    return [hmac.digest(_derived(id, f"mac {purpose}"), data, sha256) for id in _ring().keys]


def seal(plain: bytes, about: str) -> bytes:
    """Encrypt; only the same `about` opens it, so a row's secret is of no use in another row."""
    id = _ring().current
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_derived(id, "seal")).encrypt(nonce, plain, about.encode())
    return bytes([len(id.encode())]) + id.encode() + nonce + sealed


def unseal(sealed: bytes, about: str) -> bytes:
    """What was sealed; raises `UnknownKey` or `Forged`."""
    end = 1 + sealed[0]
    id, nonce, box = sealed[1:end].decode(), sealed[end:][:NONCE_BYTES], sealed[end + NONCE_BYTES :]
    try:
        return AESGCM(_derived(id, "seal")).decrypt(nonce, box, about.encode())
    except InvalidTag:
        raise Forged from None


def _ring() -> Keyring:
    if _rings.secrets is None:
        raise RuntimeError("the server has no keys yet")
    return _rings.secrets


def _derived(id: str, purpose: str) -> bytes:
    known = _rings.derived.get((id, purpose))
    if known is None:
        known = _rings.derived[id, purpose] = _ring().derived(id, purpose)
    return known
