"""`accountDelete`, `accountRestore`, and what becomes of an account whose time has come."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from domains.auth.engine.letters import Letter
from domains.auth.jobs.sweeps import erase_people
from domains.auth.models import MFASettings, Passkey, TokenType, User, UserRole
from domains.auth.public import viewer_of
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.auth.accounts import (
    CHANGE_EMAIL,
    DELETE,
    DONE,
    RESTORE,
    SIGN_UP,
    UPDATE,
    ask,
    at_home,
    refusals,
    told,
)
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, open_many, signed_in, somebody
from tests.auth.secrets import a_token, is_living
from tests.mailbox import Mailbox
from tests.makers import a_student, a_user, put
from tests.operations import Operations, codes
from tests.worker import work_off

BURNT = [("TokenInvalid", ["input", "token"])]
GRACE = timedelta(days=30)

PENDING = """
mutation ($email: EmailAddress!, $password: String!) {
  sessionCreate(input: {email: $email, password: $password}) {
    accessToken restoreToken userErrors { __typename ... on DeletionPending { purgeAt } }
  }
}
"""


async def erase(database: Database) -> None:
    async with database.session(SYSTEM) as session:
        await erase_people(session)


async def test_it_closes_the_account_and_mails_a_way_back(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    clock: MovedClock,
) -> None:
    user = await somebody(database)
    opened = await open_many(database, user, 3)

    payload = await told(operations, DELETE, as_=opened[0].viewer)

    [row] = await owner.fetch("select deletion_requested_at, purge_at from auth.users")
    assert row["purge_at"] - row["deletion_requested_at"] == GRACE
    assert payload["purgeAt"].startswith(row["purge_at"].strftime("%Y-%m-%dT%H:%M"))
    assert [await viewer_of(database, each.token) for each in opened] == [None] * 3
    logged = "select count(*) from auth.audit_logs where action = 'user.delete_requested'"
    assert await owner.fetchval(logged) == 1
    await work_off(database)
    token = mailbox.token(Letter.DELETION_REQUESTED, to=EMAIL)
    clock.move(GRACE - timedelta(minutes=1))
    assert await told(operations, RESTORE, token=token) == DONE


async def test_a_sign_in_offers_the_way_back_and_opens_nothing(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    graph: Any,
) -> None:
    user = await somebody(database)
    await told(operations, DELETE, as_=await at_home(database, user))

    payload = (await graph(PENDING, email=EMAIL, password=PASSWORD))["sessionCreate"]
    [refusal] = payload["userErrors"]
    assert (payload["accessToken"], refusal["__typename"]) == (None, "DeletionPending")
    assert await told(operations, RESTORE, token=payload["restoreToken"]) == DONE

    state = await owner.fetchrow("select deletion_requested_at, purge_at from auth.users")
    assert tuple(state or ()) == (None, None)
    living = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(living) == 0
    await signed_in(graph)
    await work_off(database)
    assert len(mailbox.of(Letter.ACCOUNT_RESTORED, to=EMAIL)) == 1
    again = await told(operations, RESTORE, token=payload["restoreToken"])
    assert refusals(again) == BURNT


async def test_it_wants_a_proof_of_the_last_minutes(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    me = await at_home(database, await somebody(database))
    clock.move(timedelta(minutes=11))

    assert codes(await ask(operations, DELETE, as_=me)) == ["STEP_UP_REQUIRED"]
    assert codes(await ask(operations, DELETE)) == ["UNAUTHENTICATED"]
    assert await owner.fetchval("select purge_at from auth.users") is None


async def test_the_last_admin_stays(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    admins = [await a_user(database, UserRole.ADMIN) for _ in range(2)]
    viewers = [await at_home(database, admin) for admin in admins]

    payloads = await asyncio.gather(*(told(operations, DELETE, as_=me) for me in viewers))

    found = [refusals(payload) for payload in payloads]
    assert (found.count([]), found.count([("LastAdmin", [])])) == (1, 1)
    assert await owner.fetchval("select count(*) from auth.users where purge_at is null") == 1


async def test_a_way_back_ends_when_the_time_has_come(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await somebody(database)
    await told(operations, DELETE, as_=await at_home(database, user))
    clock.move(GRACE)
    token = await a_token(database, user, TokenType.ACCOUNT_RESTORE)

    assert refusals(await told(operations, RESTORE, token=token)) == BURNT
    assert await is_living(owner, token)


async def test_an_account_is_not_erased_before_its_time(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    await told(operations, DELETE, as_=await at_home(database, await somebody(database)))
    clock.move(GRACE - timedelta(seconds=1))

    await erase(database)

    assert await owner.fetchval("select deleted_at from auth.users") is None


async def a_full_life(operations: Operations, database: Database) -> User:
    """Somebody of whom much is kept, who wants to be forgotten."""
    user = await somebody(database, name="Ada Lovelace", app_metadata={"note": "Lovelace"})
    await a_student(database, user)
    me = await at_home(database, user, ip="203.0.113.7", user_agent="Ada's own")
    acted = {"impersonation_reason": "to help", "impersonator_name": user.name}
    await at_home(database, user, impersonator_id=user.id, **acted)
    await told(operations, UPDATE, as_=me, bio="Ada's bio", location="Ada's home")
    await told(operations, CHANGE_EMAIL, as_=me, newEmail="ada.new@example.org")
    factors: dict[str, Any] = {
        "secret_encrypted": b"secret",
        "totp_confirmed_at": now(),
        "enabled_at": now(),
        "phone": "+27821234567",
        "backup_code_hashes": ["hash"],
    }
    key: dict[str, Any] = {
        "name": "Ada's phone",
        "credential_id": b"credential",
        "public_key": b"public",
    }
    await put(database, MFASettings(user_id=user.id, **factors), Passkey(user_id=user.id, **key))
    await work_off(database)
    await told(operations, DELETE, as_=me)
    await work_off(database)
    return user


EVERYTHING = """
select string_agg(row::text, ' ') from (
  select to_jsonb(u) as row from auth.users u union all
  select to_jsonb(p) from auth.user_profiles p union all
  select to_jsonb(s) from auth.sessions s union all
  select to_jsonb(t) from auth.tokens t union all
  select to_jsonb(m) from auth.mfa_settings m union all
  select to_jsonb(k) from auth.passkeys k union all
  select to_jsonb(s) from education.students s) every_row
"""


async def test_an_erased_account_tells_nothing_of_the_person(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    clock: MovedClock,
) -> None:
    user = await a_full_life(operations, database)
    passkey = "select encode(credential_id, 'escape') from auth.passkeys"
    assert await owner.fetchval(passkey) == "credential"
    mailbox.clear()
    clock.move(GRACE)

    await erase(database)
    await work_off(database)

    [row] = await owner.fetch("select * from auth.users")
    assert (row["name"], row["password_hash"], row["app_metadata"]) == ("Erased person", None, "{}")
    assert row["email"].endswith("@erased.invalid")
    assert len(row["email"].partition("@")[0]) == 32
    assert row["deleted_at"] is not None
    kept = await owner.fetchval(EVERYTHING)
    words = (
        "Ada",
        "to help",
        "ada@",
        "ada.new@",
        "Lovelace",
        "203.0.113.7",
        "27821234567",
        b"secret".hex(),
    )
    assert [word for word in words if word in kept] == []
    assert await owner.fetchval(passkey) != "credential"
    [letter] = mailbox.letters
    assert (letter.to, letter.subject) == (EMAIL, "Your account was deleted")
    logged = "select user_id from auth.audit_logs where action = 'user.purged'"
    assert await owner.fetchval(logged) == user.id


async def test_an_erased_address_is_free_and_the_account_does_not_sign_in(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    clock: MovedClock,
    graph: Any,
) -> None:
    await a_full_life(operations, database)
    clock.move(GRACE)
    for _ in range(2):
        await erase(database)

    payload = (await graph(SIGN_IN, email=EMAIL, password=PASSWORD))["sessionCreate"]
    assert [error["__typename"] for error in payload["userErrors"]] == ["InvalidCredentials"]
    given = {"email": EMAIL, "password": PASSWORD, "name": "Ada Again"}
    assert await told(operations, SIGN_UP, **given) == DONE
    assert await owner.fetchval("select count(*) from auth.users") == 2
    purged = "select count(*) from auth.audit_logs where action = 'user.purged'"
    assert await owner.fetchval(purged) == 1


async def test_what_was_earned_and_learned_stays_and_is_nobodys(
    operations: Operations, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await a_full_life(operations, database)
    await owner.execute(
        "insert into forge.skill_profiles (user_id, name, headline, skills) "
        "values ($1, 'Ada Lovelace', 'Writes programs', '{python}')",
        user.id,
    )
    clock.move(GRACE)
    await erase(database)
    await work_off(database)

    student = await owner.fetchrow(
        "select first_name, last_name, email, date_of_birth from education.students"
    )
    address = f"{user.id.hex}@erased.invalid"
    assert tuple(student or ()) == ("Erased", "person", address, None)
    freelancer = await owner.fetchrow("select name, headline from forge.skill_profiles")
    assert tuple(freelancer or ()) == ("Erased person", None)
    balance = "select sum(balance) from mint.wallets where user_id = $1"
    assert await owner.fetchval(balance, user.id) == Decimal(0)
