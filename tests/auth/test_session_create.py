"""`sessionCreate`, from the outside."""

import hashlib
import re
from typing import Any, Literal

import asyncpg
import pytest
from argon2 import PasswordHasher

from domains.auth.engine import passwords
from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.viewer import Role, Viewer
from gateway.context import context_of
from tests.makers import a_user

SIGN_IN = """
mutation ($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    accessToken expiresAt
    session { user { email } }
    user { name email sessions { totalCount } }
    userErrors { __typename message path }
  }
}
"""
EMAIL = "ada@example.org"
PASSWORD = "a quiet river at dawn"
REFUSED = {
    "accessToken": None,
    "expiresAt": None,
    "session": None,
    "user": None,
    "userErrors": [
        {
            "__typename": "InvalidCredentials",
            "message": "The address or the password is wrong.",
            "path": ["input"],
        }
    ],
}


class Counting(PasswordHasher):
    """Notes how often a password is hashed for comparison."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        Counting.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    known = passwords.HASHER
    counting = Counting(known.time_cost, known.memory_cost, known.parallelism)
    monkeypatch.setattr(passwords, "HASHER", counting)
    monkeypatch.setattr(Counting, "verified", 0)
    return Counting


async def test_opens_a_session_that_the_token_proves(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(
        database,
        UserRole.EDUCATOR,
        email=EMAIL,
        name="Ada",
        password_hash=await passwords.hashed(PASSWORD),
    )

    data = (await graph(SIGN_IN, email="ADA@example.org", password=PASSWORD))["sessionCreate"]

    assert re.fullmatch(r"azat_[A-Za-z0-9_-]{43}", data["accessToken"])
    assert data["user"] == {"name": "Ada", "email": EMAIL, "sessions": {"totalCount": 1}}
    assert data["session"] == {"user": {"email": EMAIL}}
    assert data["userErrors"] == []
    [session] = await owner.fetch("select * from auth.sessions")
    assert session["token_hash"] == hashlib.sha256(data["accessToken"].encode()).digest()
    assert (session["expires_at"] - session["created_at"]).total_seconds() == pytest.approx(
        24 * 60 * 60, abs=1
    )
    headers = {"authorization": f"Bearer {data['accessToken']}"}
    context = await context_of(database, headers, "192.0.2.1", "request")
    assert context.viewer == Viewer(user.id, Role.EDUCATOR, session["id"])
    assert await owner.fetchval("select action from auth.audit_logs") == "login.succeeded"
    assert await owner.fetchval("select last_login_at from auth.users") is not None


async def test_every_failure_is_answered_alike_and_costs_one_hash(
    graph: Any, database: Database, owner: asyncpg.Connection, hashes: type[Counting]
) -> None:
    stored = await passwords.hashed(PASSWORD)
    for name in ("right", "disabled", "deleted"):
        await a_user(database, email=f"{name}@example.org", password_hash=stored)
    await a_user(database, email="without@example.org")
    await owner.execute("update auth.users set disabled_at = now() where email ^@ 'disabled'")
    await owner.execute("update auth.users set deleted_at = now() where email ^@ 'deleted'")
    attempts = [
        ("right@example.org", PASSWORD + "!"),
        ("right@example.org", ""),
        ("right@example.org", "x" * 5000),
        ("nobody@example.org", PASSWORD),
        ("disabled@example.org", PASSWORD),
        ("deleted@example.org", PASSWORD),
        ("without@example.org", PASSWORD),
        ("without@example.org", ""),
    ]

    for email, password in attempts:
        hashes.verified = 0
        data = await graph(SIGN_IN, email=email, password=password)
        assert (data["sessionCreate"], hashes.verified) == (REFUSED, 1), (email, password)

    assert await owner.fetchval("select count(*) from auth.sessions") == 0
    rows = await owner.fetch("select action, to_jsonb(l)::text as row from auth.audit_logs l")
    assert [row["action"] for row in rows] == ["login.failed"] * len(attempts)
    assert PASSWORD not in "".join(row["row"] for row in rows)


async def test_a_dated_hash_is_replaced_at_sign_in(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    dated = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    await a_user(database, email=EMAIL, password_hash=dated)

    for _ in range(2):
        data = await graph(SIGN_IN, email=EMAIL, password=PASSWORD)
        assert data["sessionCreate"]["userErrors"] == []

    stored = await owner.fetchval("select password_hash from auth.users")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await owner.fetchval("select count(*) from auth.sessions") == 2
