"""A device that holds a passkey, as a browser shows it to a page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from soft_webauthn import SoftWebauthnDevice

ORIGIN = "http://localhost:8000"

VERIFIED = 0x04
FLAGS = 32
"""Where they stand in what a device signs, after the digest of the site."""


class Device(SoftWebauthnDevice):  # type: ignore[misc]
    """Unlike the one that it extends, it can have asked who unlocks it."""

    def __init__(self, *, verifies: bool = True, counts: bool = True) -> None:
        super().__init__()
        self.sign_count: int = 0
        self.verifies, self.counts = verifies, counts

    def made(self, options: dict[str, Any], origin: str = ORIGIN) -> dict[str, Any]:
        """The answer of `navigator.credentials.create()`."""
        user = options["user"] | {"id": _bytes(options["user"]["id"])}
        given = options | {"challenge": _bytes(options["challenge"]), "user": user}
        credential = self.create({"publicKey": given}, origin)
        response = credential["response"]
        attestation = cbor.decode(response["attestationObject"])
        attestation["authData"] = self._flagged(attestation["authData"])
        response["attestationObject"] = cbor.encode(attestation)
        return _shown(credential)

    def shown(self, options: dict[str, Any], origin: str = ORIGIN) -> dict[str, Any]:
        """The answer of `navigator.credentials.get()`."""
        given = options | {"challenge": _bytes(options["challenge"])}
        credential = self.get({"publicKey": given}, origin)
        self.sign_count = self.sign_count if self.counts else 0
        response = credential["response"]
        data = self._flagged(response["authenticatorData"])
        data = data[: FLAGS + 1] + self.sign_count.to_bytes(4, "big")
        signed = data + sha256(response["clientDataJSON"]).digest()
        response["authenticatorData"] = data
        response["signature"] = self.private_key.sign(signed, ECDSA(SHA256()))
        return _shown(credential)

    def _flagged(self, data: bytes) -> bytes:
        flags = data[FLAGS] | (VERIFIED if self.verifies else 0)
        return data[:FLAGS] + bytes([flags]) + data[FLAGS + 1 :]


def _shown(credential: dict[str, Any]) -> dict[str, Any]:
    """As its `toJSON()`."""
    response = {name: _text(value) for name, value in credential["response"].items()}
    id = _text(credential["rawId"])
    shown = {"id": id, "rawId": id, "type": "public-key", "response": response}
    copied: dict[str, Any] = json.loads(json.dumps(shown))
    return copied


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
