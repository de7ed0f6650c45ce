"""`sessionCreate`, from the outside."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import asyncpg
from argon2 import PasswordHasher

from domains.auth.models import UserRole
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.viewer import Role, Viewer
from gateway.context import context_of
from tests.auth.people import EMAIL, PASSWORD, all_at_once, open_many, signed_in, somebody
from tests.makers import a_user


async def test_opens_a_session_that_the_token_proves(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database, role=UserRole.EDUCATOR, name="Ada")

    data = await signed_in(graph, "ADA@example.org")

    assert re.fullmatch(r"azat_[A-Za-z0-9_-]{43}", data["accessToken"])
    assert data["user"]["name"] == "Ada"
    assert data["user"]["sessions"] == {"totalCount": 1}
    assert data["session"] | {"id": None} == {
        "id": None,
        "aal": 1,
        "methods": ["password"],
        "user": {"email": EMAIL},
    }
    assert data["challenge"] is None
    [session] = await owner.fetch("select * from auth.sessions")
    assert session["token_hash"] == hashlib.sha256(data["accessToken"].encode()).digest()
    headers = {"authorization": f"Bearer {data['accessToken']}"}
    context = await context_of(database, headers, "192.0.2.1", "request")
    assert context.viewer == Viewer(user.id, Role.EDUCATOR, session["id"])
    assert await owner.fetchval("select action from auth.audit_logs") == "login.succeeded"
    assert await owner.fetchval("select last_login_at from auth.users") is not None


async def test_a_session_ends_after_thirty_days_and_its_tokens_before(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)

    data = await signed_in(graph)

    assert re.fullmatch(r"azrt_[A-Za-z0-9_-]{43}", data["refreshToken"])
    [session] = await owner.fetch("select * from auth.sessions")
    [token] = await owner.fetch("select * from auth.refresh_tokens")
    assert token["token_hash"] == hashlib.sha256(data["refreshToken"].encode()).digest()
    lasts = {
        session["access_expires_at"]: timedelta(minutes=15),
        session["expires_at"]: timedelta(days=30),
        session["renewable_until"]: timedelta(days=7),
        token["expires_at"]: timedelta(days=7),
    }
    for end, lifetime in lasts.items():
        assert abs(end - now() - lifetime) < timedelta(seconds=10)


async def test_a_dated_hash_is_replaced_at_sign_in(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    dated = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await a_user(database, email=EMAIL, password_hash=dated)

    for _ in range(2):
        await signed_in(graph)

    [stored] = await owner.fetch("select password_hash, pepper_kid from auth.users")
    assert stored["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored["pepper_kid"] is not None
    rehashed = "select count(*) from auth.audit_logs where action = 'password.rehashed'"
    assert await owner.fetchval(rehashed) == 1
    assert await owner.fetchval("select count(*) from auth.sessions") == 2


async def test_nothing_that_signs_in_is_kept(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database)

    data = await signed_in(graph)

    for table in ("users", "sessions", "refresh_tokens", "audit_logs"):
        rows = await owner.fetch(f"select to_jsonb(t)::text as row from auth.{table} t")
        text = "".join(row["row"] for row in rows)
        for secret in (PASSWORD, data["accessToken"], data["refreshToken"]):
            assert secret not in text
            assert secret.encode().hex() not in text


async def test_of_twenty_one_sessions_the_oldest_falls_out(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    living = "select count(*) from auth.sessions where revoked_at is null"
    await open_many(database, user, 20)
    oldest = await owner.fetchval("select id from auth.sessions order by id limit 1")

    await signed_in(graph)

    assert await owner.fetchval(living) == 20
    [ended] = await owner.fetch("select * from auth.sessions where revoked_at is not null")
    assert (ended["id"], ended["revoked_reason"]) == (oldest, "one too many")
    noted = "select session_id from auth.audit_logs where action = 'session.revoked'"
    assert await owner.fetchval(noted) == oldest


async def test_of_many_sessions_opened_at_once_twenty_live(
    database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    await open_many(database, user, 15)

    await all_at_once(10, lambda: open_many(database, user, 1))

    living = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(living) == 20
    assert await owner.fetchval("select count(*) from auth.sessions") == 25
