"""Global ids: opaque to clients, base64 of the type's name, a colon and the 16 bytes of the key."""

import base64
import binascii
from functools import lru_cache
from typing import Any
from uuid import UUID

from domains.kernel.refusal import BadInput

UUID_BYTES = 16


def encode_id(type_name: str, key: UUID) -> str:
    """The global id of a row."""
    return base64.b64encode(type_name.encode() + b":" + key.bytes).decode()


@lru_cache(4096)
def decode_id(global_id: str) -> tuple[str, UUID]:
    """The type's name and the key, or a refusal that says what the id is not."""
    try:
        raw = base64.b64decode(global_id, validate=True)
        name = raw[: -UUID_BYTES - 1].decode("ascii")
    except (binascii.Error, ValueError):
        raise BadInput(f"This is not an id: {global_id[:80]!r}.") from None
    if len(raw) <= UUID_BYTES + 1 or raw[-UUID_BYTES - 1] != ord(":") or not name.isidentifier():
        raise BadInput(f"This is not an id: {global_id[:80]!r}.")
    return name, UUID(bytes=raw[-UUID_BYTES:])


def key_of(type_name: str, global_id: str) -> UUID:
    """The key of a row that must be of this type."""
    name, key = decode_id(global_id)
    if name != type_name:
        raise BadInput(f"This is the id of a {name}, not of a {type_name}: {global_id[:80]!r}.")
    return key


def id_text(type_name: str, key: str) -> str:
    """`encode_id` in SQL, of a key that is SQL, too."""
    return f"encode('{type_name}:'::bytea || uuid_send({key}), 'base64')"


def type_of_id(global_id: Any) -> str | None:
    """The type's name that an id claims, if it is one."""
    try:
        return decode_id(global_id)[0]
    except (BadInput, TypeError):
        return None
