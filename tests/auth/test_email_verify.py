"""`emailVerify` and `emailVerificationResend`, from the outside."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import asyncpg
import bcrypt

from domains.auth.engine.letters import Letter
from domains.auth.models import TokenType
from domains.auth.service.choices import choices
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.jobs import HOUR, MINUTE
from tests.auth.accounts import DONE, RESEND, SIGN_UP, VERIFY, ask, refusals, told
from tests.auth.people import EMAIL, PASSWORD, somebody
from tests.auth.secrets import a_token, is_living
from tests.mailbox import Mailbox
from tests.makers import a_user
from tests.operations import Operations, codes
from tests.statements import Statements
from tests.worker import work_off

TYPE = TokenType.EMAIL_VERIFICATION
BURNT = [("TokenInvalid", ["input", "token"])]
WRONG = [("InvalidCredentials", ["input", "password"])]


async def test_the_mailed_secret_and_the_password_open_the_account(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    given = {"email": EMAIL, "password": PASSWORD, "name": "Ada Lovelace"}
    await told(operations, SIGN_UP, **given)
    await work_off(database)
    token = mailbox.token(Letter.VERIFY_EMAIL)

    assert await told(operations, VERIFY, token=token, password=PASSWORD) == DONE
    await work_off(database)

    assert await owner.fetchval("select email_verified_at from auth.users") is not None
    logged = "select array_agg(action order by id) from auth.audit_logs"
    assert await owner.fetchval(logged) == ["user.signed_up", "user.email_verified"]
    assert await owner.fetchval("select email from education.students") == EMAIL
    assert await owner.fetchval("select count(*) from auth.sessions") == 0
    again = await told(operations, VERIFY, token=token, password=PASSWORD)
    assert refusals(again) == BURNT


async def test_a_wrong_password_burns_nothing_but_five_do(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database, email_verified_at=None)
    token = await a_token(database, user, TYPE)

    for _ in range(4):
        payload = await told(operations, VERIFY, token=token, password="not the password")
        assert refusals(payload) == WRONG
    assert await is_living(owner, token)
    wrong = await told(operations, VERIFY, token=token, password="not the password")
    assert refusals(wrong) == WRONG

    payload = await told(operations, VERIFY, token=token, password=PASSWORD)

    assert refusals(payload) == BURNT
    assert await owner.fetchval("select email_verified_at from auth.users") is None
    outcomes = "select array_agg(distinct action || ' ' || outcome) from auth.audit_logs"
    assert await owner.fetchval(outcomes) == ["user.email_verified failure"]


async def test_the_fifth_try_may_be_the_right_one(
    operations: Operations, database: Database
) -> None:
    token = await a_token(database, await somebody(database, email_verified_at=None), TYPE)
    for _ in range(4):
        await told(operations, VERIFY, token=token, password="not the password")

    assert await told(operations, VERIFY, token=token, password=PASSWORD) == DONE


async def test_of_thirty_wrong_passwords_at_once_five_are_compared(
    operations: Operations, database: Database
) -> None:
    token = await a_token(database, await somebody(database, email_verified_at=None), TYPE)

    wrong = {"token": token, "password": "not the password"}
    payloads = await asyncio.gather(*(told(operations, VERIFY, **wrong) for _ in range(30)))

    found = [refusals(payload) for payload in payloads]
    assert (found.count(WRONG), found.count(BURNT)) == (5, 25)


async def test_of_ten_right_ones_at_once_one_succeeds(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    token = await a_token(database, await somebody(database, email_verified_at=None), TYPE)

    right = {"token": token, "password": PASSWORD}
    payloads = await asyncio.gather(*(told(operations, VERIFY, **right) for _ in range(10)))

    assert [payload["ok"] for payload in payloads].count(True) == 1
    assert await owner.fetchval("select count(*) from kernel.outbox") == 1


async def test_a_secret_lasts_a_day_and_is_of_one_purpose(
    operations: Operations, database: Database, clock: MovedClock, mailbox: Mailbox
) -> None:
    user = await somebody(database, email_verified_at=None)
    await told(operations, RESEND, email=EMAIL)
    await work_off(database)
    token = mailbox.token(Letter.VERIFY_EMAIL)
    other = await a_token(database, user, TokenType.RESET_PASSWORD)

    assert refusals(await told(operations, VERIFY, token=other, password=PASSWORD)) == BURNT
    clock.move(timedelta(hours=24, seconds=1))
    assert refusals(await told(operations, VERIFY, token=token, password=PASSWORD)) == BURNT
    nobodys = await told(operations, VERIFY, token="azot_\u00e9", password=PASSWORD)
    assert refusals(nobodys) == BURNT


async def test_a_closed_account_stays_closed(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database, email_verified_at=None)
    token = await a_token(database, user, TYPE)
    closed = "update auth.users set disabled_at = now(), disabled_reason = 'test'"
    await owner.execute(closed)

    payload = await told(operations, VERIFY, token=token, password=PASSWORD)

    assert refusals(payload) == BURNT
    assert await is_living(owner, token)


async def test_an_imported_password_is_hashed_anew(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    stored = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    user = await a_user(database, email=EMAIL, password_hash=stored, email_verified_at=None)
    token = await a_token(database, user, TYPE)

    assert await told(operations, VERIFY, token=token, password=PASSWORD) == DONE

    [row] = await owner.fetch("select password_hash, pepper_kid from auth.users")
    assert row["password_hash"].startswith("$argon2id$")
    assert row["pepper_kid"] == "local"


async def test_another_mail_takes_the_place_of_the_one_before(
    operations: Operations, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    await somebody(database, email_verified_at=None)
    secrets = []
    for _ in range(2):
        assert await told(operations, RESEND, email=EMAIL) == DONE
        await work_off(database)
        secrets.append(mailbox.token(Letter.VERIFY_EMAIL, to=EMAIL))
        clock.move(MINUTE)

    older, newer = [
        await told(operations, VERIFY, token=token, password=PASSWORD) for token in secrets
    ]

    assert (refusals(older), newer) == (BURNT, DONE)


async def test_resending_says_nothing_of_the_address(
    operations: Operations, database: Database, mailbox: Mailbox, owner: asyncpg.Connection
) -> None:
    await somebody(database, email_verified_at=None)
    await a_user(database, email="verified@example.org")

    for email in (EMAIL, EMAIL, "verified@example.org", "nobody@example.org"):
        assert await told(operations, RESEND, email=email) == DONE
    await work_off(database)

    assert [letter.to for letter in mailbox.letters] == [EMAIL]
    outcomes = "select array_agg(outcome order by id) from auth.audit_logs"
    assert await owner.fetchval(outcomes) == ["success", "denied", "denied", "denied"]


async def test_one_address_asks_for_so_many_letters_in_an_hour(
    operations: Operations, clock: MovedClock
) -> None:
    for number in range(choices.rates.letter_per_address_per_hour):
        await told(operations, RESEND, email=f"person{number}@example.org")

    asked: dict[str, Any] = {"email": "one.more@example.org"}
    assert codes(await ask(operations, RESEND, **asked)) == ["RATE_LIMITED"]
    assert codes(await ask(operations, RESEND, **asked, address="192.0.2.2")) == []
    clock.move(HOUR)
    assert codes(await ask(operations, RESEND, **asked)) == []


async def test_asking_costs_the_same_statements_for_nobody_as_for_somebody(
    operations: Operations, database: Database, statements: Statements
) -> None:
    await a_user(database, email="known@example.org", email_verified_at=None)
    spent = []
    for email in ("warm@example.org", "known@example.org", "nobody@example.org"):
        statements.clear()
        await told(operations, RESEND, email=email)
        # Beside these, a connection that is new to a type asks the catalog for it.
        spent.append([each for each in statements if re.search(r"\b(auth|kernel|queue)\.", each)])

    assert spent[1] == spent[2]
