"""Alembic's environment: which database, which tables, and how a revision is written."""

import asyncio
import os
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import alembic_postgresql_enum
from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from migrations import comparison
from migrations.catalog import parts
from migrations.namespaces import NAMESPACES, metadata
from migrations.sharding import crosses, is_sharded
from migrations.splitting import split

# Both are imported for what they register with Alembic, enums before policies.
REGISTERED = (alembic_postgresql_enum, comparison)

LOCK = 4_911_023
"""The key of the lock that one migrator at a time holds."""

Rendered = str | Literal[False]


def url() -> str:
    """The owner's address of the database."""
    found = context.config.attributes.get("url") or os.environ.get("AZORA_OWNER_DATABASE_URL")
    if not found:
        raise CommandError("AZORA_OWNER_DATABASE_URL does not say which database to migrate.")
    return str(found).replace("postgresql://", "postgresql+asyncpg://", 1)


def is_ours(
    parts: set[tuple[str, str, str]], name: str | None, kind: str, parents: Mapping[str, Any]
) -> bool:
    """Whether something of the database is compared with the models, which know no partitions."""
    match kind:
        case "schema":
            return name in NAMESPACES
        case "table":
            return (kind, parents["schema_name"], name) not in parts
        case _:
            return (kind, parents["schema_qualified_table_name"], name) not in parts


def is_expected(thing: Any, _name: Any, kind: str, _reflected: Any, _counterpart: Any) -> bool:
    """Whether something of the models is compared with the database."""
    return not (kind == "foreign_key_constraint" and is_sharded() and crosses(thing))


def rendered(kind: str, thing: Any, _context: Any) -> Rendered:
    """Types without the libraries that models are written with; revisions outlive them."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    """Run one migrator at a time, and let nobody wait long behind it."""
    for statement in (
        "set lock_timeout = '5s'",
        f"select pg_advisory_lock({LOCK})",
        "create schema if not exists kernel",
    ):
        connection.execute(text(statement))
    ours = partial(is_ours, parts(connection))
    connection.commit()
    context.configure(
        connection=connection, transaction_per_migration=True, include_name=ours, **_options()
    )
    with context.begin_transaction():
        context.run_migrations()


def _options() -> dict[str, Any]:
    return {
        "target_metadata": metadata(),
        "include_schemas": True,
        "include_object": is_expected,
        "render_item": rendered,
        "process_revision_directives": split,
        "version_table_schema": "kernel",
    }


async def online() -> None:
    """Migrate, or compare, over a connection of our own."""
    engine = create_async_engine(url(), poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def offline() -> None:
    """Print the statements instead."""
    context.configure(dialect_name="postgresql", literal_binds=True, **_options())
    with context.begin_transaction():
        context.run_migrations()


context.script.file_template = "%(year)d%(month).2d%(day).2d_%(hour).2d%(minute).2d_%(slug)s"
if context.is_offline_mode():
    offline()
else:
    asyncio.run(online())
