"""What admins do to accounts, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.models import MFASettings, User, UserRole
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import Viewer
from tests.auth.sessions import a_session
from tests.makers import a_user, put
from tests.operations import codes

DISABLE = """
mutation ($input: UserDisableInput!) {
  userDisable(input: $input) {
    user { id disabledReason } userErrors { __typename message path }
  }
}
"""
ENABLE = """
mutation ($input: UserEnableInput!) {
  userEnable(input: $input) { user { disabledAt } userErrors { __typename } }
}
"""
ROLE = """
mutation ($input: UserRoleChangeInput!) {
  userRoleChange(input: $input) { user { role } userErrors { __typename path } }
}
"""
FACTOR = """
mutation ($input: UserFactorRemoveInput!) {
  userFactorRemove(input: $input) { user { id } userErrors { __typename path } }
}
"""
METADATA = """
mutation ($input: UserAppMetadataUpdateInput!) {
  userAppMetadataUpdate(input: $input) { user { appMetadata } userErrors { __typename path } }
}
"""
SIGN_OUT = """
mutation ($input: UserSessionsRevokeInput!) {
  userSessionsRevoke(input: $input) { user { id } userErrors { __typename } }
}
"""
RESET = """
mutation ($input: UserPasswordResetSendInput!) {
  userPasswordResetSend(input: $input) { user { id } userErrors { __typename } }
}
"""
REASON = "They sold their account."


@pytest.fixture
async def admin(database: Database) -> Viewer:
    """Somebody who has just proved that they run the platform."""
    return await an_admin(database)


async def an_admin(database: Database) -> Viewer:
    _, viewer, _ = await a_session(database, await a_user(database, UserRole.ADMIN))
    return viewer


def of(user: User) -> str:
    return encode_id("User", user.id)


async def living_sessions(owner: asyncpg.Connection, user: User) -> int:
    query = "select count(*) from auth.sessions where user_id = $1 and revoked_at is null"
    found: int = await owner.fetchval(query, user.id)
    return found


async def letters(owner: asyncpg.Connection) -> list[str]:
    rows = await owner.fetch("select payload from queue.pgqueuer order by id")
    return [row["payload"].decode() for row in rows]


async def last_entry(owner: asyncpg.Connection) -> asyncpg.Record:
    [entry] = await owner.fetch(
        "select action, user_id, actor_id, outcome, details::text "
        "from auth.audit_logs order by id desc limit 1"
    )
    return entry


async def test_a_closed_account_has_no_session_left(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await a_session(database, user)

    data = await graph(DISABLE, as_=admin, input={"id": of(user), "reason": f"  {REASON} "})

    closed = {"user": {"id": of(user), "disabledReason": REASON}, "userErrors": []}
    assert data["userDisable"] == closed
    assert await living_sessions(owner, user) == 0
    entry = await last_entry(owner)
    assert (entry["action"], entry["user_id"], entry["actor_id"]) == (
        "user.disabled",
        user.id,
        admin.user_id,
    )
    assert "ACCOUNT_DISABLED" in (await letters(owner))[-1].upper()


async def test_an_account_can_be_opened_again(
    graph: Any, admin: Viewer, database: Database
) -> None:
    user = await a_user(database)
    await graph(DISABLE, as_=admin, input={"id": of(user), "reason": REASON})

    data = await graph(ENABLE, as_=admin, input={"id": of(user)})

    assert data["userEnable"] == {"user": {"disabledAt": None}, "userErrors": []}


@pytest.mark.parametrize("reason", ["", "  x ", "x" * 501, "line\x07feed"])
async def test_a_reason_is_needed(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection, reason: str
) -> None:
    user = await a_user(database)

    data = await graph(DISABLE, as_=admin, input={"id": of(user), "reason": reason})

    [error] = data["userDisable"]["userErrors"]
    assert (error["__typename"], error["path"]) == ("ReasonInvalid", ["input", "reason"])
    assert await owner.fetchval("select count(disabled_at) from auth.users") == 0


async def test_a_role_counts_from_the_next_request_on(
    graph: Any, admin: Viewer, database: Database
) -> None:
    user = await a_user(database)

    data = await graph(ROLE, as_=admin, input={"id": of(user), "role": "EDUCATOR"})

    assert data["userRoleChange"] == {"user": {"role": "EDUCATOR"}, "userErrors": []}


@pytest.mark.parametrize("what", ["disable", "demote"])
async def test_the_last_admin_stays_one(
    graph: Any, admin: Viewer, owner: asyncpg.Connection, what: str
) -> None:
    me = encode_id("User", admin.user_id) if admin.user_id else ""
    operation, more = {
        "disable": (DISABLE, {"reason": REASON}),
        "demote": (ROLE, {"role": "STUDENT"}),
    }[what]

    [payload] = (await graph(operation, as_=admin, input={"id": me, **more})).values()

    assert [error["__typename"] for error in payload["userErrors"]] == ["LastAdmin"]
    assert await owner.fetchval("select role::text from auth.users") == "admin"
    assert await owner.fetchval("select disabled_at from auth.users") is None


async def test_of_admins_who_dismiss_each_other_at_once_one_stays(
    answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    for _ in range(10):
        await owner.execute("update auth.users set role = 'student'")
        admins = [await an_admin(database) for _ in range(4)]
        ids = [encode_id("User", admin.user_id) for admin in admins if admin.user_id]
        await asyncio.gather(
            *(
                answer(ROLE, as_=admin, input={"id": ids[at - 1], "role": "STUDENT"})
                for at, admin in enumerate(admins)
            )
        )
        assert await owner.fetchval("select count(*) from auth.users where role = 'admin'") >= 1


async def test_a_lost_factor_is_removed_and_its_owner_told(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    moment = now()
    await put(
        database,
        MFASettings(
            user_id=user.id, secret_encrypted=b"x", totp_confirmed_at=moment, enabled_at=moment
        ),
    )

    data = await graph(FACTOR, as_=admin, input={"id": of(user), "factor": "TOTP"})

    assert data["userFactorRemove"]["userErrors"] == []
    row = await owner.fetchrow("select secret_encrypted, enabled_at from auth.mfa_settings")
    assert tuple(row or ()) == (None, None)
    assert "FACTOR_REMOVED" in (await letters(owner))[-1].upper()


async def test_what_a_person_has_not_cannot_be_removed(
    graph: Any, admin: Viewer, database: Database
) -> None:
    user = await a_user(database)

    data = await graph(FACTOR, as_=admin, input={"id": of(user), "factor": "SMS"})

    assert [error["__typename"] for error in data["userFactorRemove"]["userErrors"]] == [
        "FactorNotFound"
    ]


async def test_app_metadata_is_the_admins_alone(
    graph: Any, admin: Viewer, database: Database
) -> None:
    user = await a_user(database, UserRole.EDUCATOR)

    data = await graph(METADATA, as_=admin, input={"id": of(user), "metadata": {"tier": 2}})

    assert data["userAppMetadataUpdate"]["user"] == {"appMetadata": {"tier": 2}}
    _, me, _ = await a_session(database, user)
    seen = await graph("{ viewer { appMetadata } }", as_=me)
    assert seen == {"viewer": {"appMetadata": None}}


@pytest.mark.parametrize("metadata", [[1], {"Bad Key": 1}, {"a": {"a": {"a": {"a": {"a": {}}}}}}])
async def test_app_metadata_has_a_form(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection, metadata: Any
) -> None:
    user = await a_user(database)

    data = await graph(METADATA, as_=admin, input={"id": of(user), "metadata": metadata})

    assert [error["__typename"] for error in data["userAppMetadataUpdate"]["userErrors"]] == [
        "DetailsInvalid"
    ]
    assert await owner.fetchval("select app_metadata::text from auth.users limit 1") == "{}"


async def test_an_admin_signs_somebody_out_everywhere(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await a_session(database, user)
    await a_session(database, user)

    await graph(SIGN_OUT, as_=admin, input={"id": of(user)})

    assert await living_sessions(owner, user) == 0


async def test_a_reset_is_mailed_and_no_password_changed(
    graph: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database, password_hash="$argon2id$theirs")

    await graph(RESET, as_=admin, input={"id": of(user)})

    assert "RESET_PASSWORD" in (await letters(owner))[-1].upper()
    query = "select password_hash from auth.users where id = $1"
    assert await owner.fetchval(query, user.id) == "$argon2id$theirs"


EVERY_ACT = [
    (DISABLE, {"reason": REASON}),
    (ENABLE, {}),
    (ROLE, {"role": "ADMIN"}),
    (FACTOR, {"factor": "TOTP"}),
    (METADATA, {"metadata": {}}),
    (SIGN_OUT, {}),
    (RESET, {}),
]


@pytest.mark.parametrize(("operation", "more"), EVERY_ACT)
async def test_others_may_not_and_the_try_is_written_down(
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    operation: str,
    more: dict[str, Any],
) -> None:
    user = await a_user(database)
    _, educator, _ = await a_session(database, await a_user(database, UserRole.EDUCATOR))

    body = await answer(operation, as_=educator, input={"id": of(user), **more})

    assert codes(body) == ["FORBIDDEN"]
    entry = await last_entry(owner)
    assert (entry["action"], entry["outcome"]) == ("authz.denied", "denied")
    assert await owner.fetchval("select count(*) from auth.users where role = 'admin'") == 0


@pytest.mark.parametrize(("operation", "more"), EVERY_ACT)
async def test_a_proof_of_long_ago_is_not_enough(
    answer: Any,
    admin: Viewer,
    database: Database,
    clock: MovedClock,
    operation: str,
    more: dict[str, Any],
) -> None:
    user = await a_user(database)
    clock.move(timedelta(minutes=11))

    body = await answer(operation, as_=admin, input={"id": of(user), **more})

    assert codes(body) == ["STEP_UP_REQUIRED"]


async def test_whoever_was_just_dismissed_may_nothing(
    answer: Any, admin: Viewer, database: Database, owner: asyncpg.Connection
) -> None:
    user = await a_user(database)
    await owner.execute("update auth.users set role = 'student' where id = $1", admin.user_id)

    body = await answer(DISABLE, as_=admin, input={"id": of(user), "reason": REASON})

    assert codes(body) == ["FORBIDDEN"]


async def test_nobody_is_not_found(graph: Any, admin: Viewer, database: Database) -> None:
    gone = await a_user(database, deleted_at=now())

    data = await graph(DISABLE, as_=admin, input={"id": of(gone), "reason": REASON})

    assert [error["__typename"] for error in data["userDisable"]["userErrors"]] == ["UserNotFound"]
