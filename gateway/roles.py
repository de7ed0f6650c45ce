"""The two roles, the database and the extensions that migrations expect to find in a cluster."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

import asyncpg

OWNER: Final = "azora_owner"
APP: Final = "azora_app"
EXTENSIONS: Final = ("citext", "pg_trgm")

# Under row-level security an index serves only what cannot tell anything of a hidden row. Postgres
# believes that of few functions; docs/decisions/0010 says why it holds for these as well.
LEAKPROOF: Final = (
    "arraycontains(anyarray, anyarray)",
    "arrayoverlap(anyarray, anyarray)",
    "citext_eq(citext, citext)",
    "enum_eq(anyenum, anyenum)",
    "numeric_eq(numeric, numeric)",
    "numeric_ge(numeric, numeric)",
    "numeric_gt(numeric, numeric)",
    "numeric_le(numeric, numeric)",
    "numeric_lt(numeric, numeric)",
    "texticlike(text, text)",
    "to_tsvector(regconfig, text)",
    "ts_match_vq(tsvector, tsquery)",
)

# The owner passes row-level security, because migrations and seeds write for everybody; the
# role that serves requests never does, and owns nothing that it could alter.
_ATTRIBUTES = {
    OWNER: "LOGIN NOCREATEROLE NOCREATEDB BYPASSRLS",
    APP: "LOGIN NOCREATEROLE NOCREATEDB NOBYPASSRLS NOINHERIT",
}
_ITERATIONS = 4096


async def prepare(admin_url: str, database: str, passwords: Mapping[str, str]) -> bool:
    """Make roles, database and extensions as they should be; doing it again changes nothing.

    Says whether every index can be used, which takes a superuser.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        for role in (OWNER, APP):
            await _ensure_role(connection, role, passwords[role])
        await _ensure_database(connection, database)
    finally:
        await connection.close()
    connection = await asyncpg.connect(admin_url, database=database)
    try:
        for extension in EXTENSIONS:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        return await open_indexes(connection)
    finally:
        await connection.close()


async def open_indexes(connection: asyncpg.Connection) -> bool:
    """Let filters use indexes under row-level security, if this role may say so."""
    if not await _is_superuser(connection):
        return False
    query = (
        "SELECT oid::regprocedure::text FROM pg_proc "
        "WHERE oid = ANY($1::text[]::regprocedure[]) AND NOT proleakproof"
    )
    for record in await connection.fetch(query, LEAKPROOF):
        await connection.execute(f"ALTER FUNCTION {record[0]} LEAKPROOF")
    return True


async def _is_superuser(connection: asyncpg.Connection) -> bool:
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(await connection.fetchval(query))


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    await connection.execute(
        f"{verb} ROLE {role} {_ATTRIBUTES[role]} PASSWORD '{verifier(password)}'"
    )


async def _ensure_database(connection: asyncpg.Connection, database: str) -> None:
    name = '"' + database.replace('"', '""') + '"'
    if not await _is_superuser(connection):
        # Only a member of a role may make a database for it.
        await connection.execute(f"GRANT {OWNER} TO current_user")
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
    await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {APP}")


def verifier(password: str) -> str:
    """What Postgres keeps of a password (RFC 5802); the password itself never reaches its log."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    stored, server, salt64 = (
        base64.b64encode(part).decode()
        for part in (hashlib.sha256(client_key).digest(), server_key, salt)
    )
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored}:{server}"
