"""People of the measured data who sign in, or fail to."""

from typing import Final
from uuid import UUID

import asyncpg

from bench.contestants import KEYS
from domains.auth.engine import passwords
from gateway.embedded import Cluster
from gateway.identity import configure_identity
from gateway.settings import Profile, Settings

PASSWORD: Final = "a quiet river at dawn"  # noqa: S105 (of a database that holds nothing)

MANY: Final = 1000
"""People of each kind: so many that none is locked by what is measured."""

KINDS: Final = {
    "known": "locked_until = null",
    "locked": "locked_until = now() + interval '1 day'",
    "deleted": "deleted_at = now()",
    "passwordless": "password_hash = null, pepper_kid = null",
}
"""What is special about a kind."""

ADD = """
insert into auth.users (id, email, name, email_verified_at, password_hash, pepper_kid)
select ids.id, $2 || '-' || ids.number - 1 || '@example.org', 'Somebody', now(), $3, $4
from unnest($1::uuid[]) with ordinality as ids (id, number)
on conflict (id) do update set password_hash = excluded.password_hash,
  pepper_kid = excluded.pepper_kid, failed_logins = 0, last_failed_at = null
"""


def address(kind: str, number: int) -> str:
    """Of the person of this number, of a kind or of none."""
    return f"{kind}-{number}@example.org"


async def prepare(cluster: Cluster) -> None:
    """Have them all as new, with a hash that the servers of this run can check."""
    configure_identity(
        Settings(profile=Profile.TEST, keys=KEYS["AZORA_KEYS"], peppers=KEYS["AZORA_PEPPERS"])
    )
    hashed = await passwords.hashed(PASSWORD)
    connection = await asyncpg.connect(cluster.owner_url)
    try:
        for place, (kind, special) in enumerate(KINDS.items()):
            ids = [_id(place, number) for number in range(MANY)]
            await connection.execute("delete from auth.sessions where user_id = any($1)", ids)
            await connection.execute(ADD, ids, kind, hashed.hash, hashed.pepper_kid)
            await connection.execute(
                f"update auth.users set {special} where id = any($1)",
                ids,
            )
        await connection.execute("vacuum analyze auth.users")
    finally:
        await connection.close()


def _id(kind: int, number: int) -> UUID:
    """In the form of version 7, and older than all others."""
    return UUID(f"019a0000-0000-7{kind:03x}-8000-{number:012x}")
