"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right.

The challenge that a device signs is a one-time token, so the server keeps only a digest of it. Who
verifies an answer has used that token up before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import webauthn
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

T = TypeVar("T")

NAME = "Azora"
TIMEOUT_MS = 300_000
LONGEST_CREDENTIAL_ID = 1023
"""Bytes, as WebAuthn allows them."""


class PasskeyRefused(Exception):
    """What a device answered proves nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """For whom keys are made, and on which pages they may be used."""

    id: str
    """A domain; keys made for it are good for nothing else."""

    origins: Sequence[str]


LOCAL_SITE = Site("localhost", ("http://localhost:8000",))
"""That of a server that nobody gave a name."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a device shows beside a key."""

    id: UUID
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is kept of a key."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Which key somebody says they have, and whose; not proved yet."""

    credential_id: bytes
    user_id: UUID


@dataclass(frozen=True, slots=True)
class Proof:
    """What a device tells with a signature that is right."""

    sign_count: int
    backed_up: bool


def registration_options(
    site: Site, challenge: str, owner: Owner, known: Sequence[bytes]
) -> dict[str, Any]:
    """What to make a key with; devices that hold a known one make no other."""
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=NAME,
        user_id=owner.id.bytes,
        user_name=owner.email,
        user_display_name=owner.name,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=id) for id in known],
    )
    return options_to_json_dict(options)


def sign_in_options(site: Site, challenge: str) -> dict[str, Any]:
    """What to sign in with: any key for the site, so that nothing is told of anybody."""
    options = webauthn.generate_authentication_options(
        rp_id=site.id,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_of_new(credential: Any) -> str:
    """The challenge that a new key answers."""

    def read() -> str:
        parsed = parse_registration_credential_json(credential)
        return parse_client_data_json(parsed.response.client_data_json).challenge.decode()

    return _told(read)


def new_key(site: Site, challenge: str, credential: Any) -> NewKey:
    """The key of a registration that is right."""

    def verify() -> NewKey:
        parsed = parse_registration_credential_json(credential)
        found = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
        return NewKey(
            found.credential_id,
            found.credential_public_key,
            found.sign_count,
            [transport.value for transport in parsed.response.transports or ()],
            found.credential_backed_up,
        )

    key = _told(verify)
    if len(key.credential_id) > LONGEST_CREDENTIAL_ID:
        raise PasskeyRefused
    return key


def claim(credential: Any) -> Claim:
    """Whose key it says it is. Devices tell that of keys which they chose by themselves."""

    def read() -> Claim:
        parsed = parse_authentication_credential_json(credential)
        return Claim(parsed.raw_id, UUID(bytes=parsed.response.user_handle))

    return _told(read)


def proof(site: Site, challenge: str, credential: Any, public_key: bytes) -> Proof:
    """What an answer proves that is right.

    Whether the count of signatures grew is for the database to say, where the last one is.
    """

    def verify() -> Proof:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        return Proof(found.new_sign_count, found.credential_backed_up)

    return _told(verify)


def _told(read: Callable[[], T]) -> T:
    try:
        return read()
    except Exception:  # noqa: BLE001 (a device may answer anything, and parsers say so in many ways)
        raise PasskeyRefused from None
