"""`emailChange`, `emailChangeConfirm` and `emailChangeUndo`, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg

from domains.auth.engine.letters import Letter
from domains.auth.models import TokenType, User
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.auth.accounts import (
    CHANGE_EMAIL,
    CONFIRM,
    DONE,
    RESET,
    UNDO,
    ask,
    at_home,
    refusals,
    told,
)
from tests.auth.people import EMAIL, PASSWORD, SIGN_IN, open_many, signed_in, somebody
from tests.auth.secrets import a_token, is_living
from tests.mailbox import Mailbox
from tests.makers import a_student, a_user
from tests.operations import Operations, codes
from tests.worker import work_off

NEW, NEXT = "ada.new@example.org", "ada.next@example.org"
REVOKE_OTHERS = "mutation { sessionRevokeOthers { revoked userErrors { __typename } } }"
BURNT = [("TokenInvalid", ["input", "token"])]
TAKEN = [("EmailTaken", ["input", "token"])]


async def address(owner: asyncpg.Connection, user: User) -> str:
    return str(await owner.fetchval("select email from auth.users where id = $1", user.id))


async def moved(operations: Operations, mailbox: Mailbox, me: Viewer, email: str) -> dict[str, Any]:
    """A change of the address, as far as the new mailbox confirms it."""
    assert await told(operations, CHANGE_EMAIL, as_=me, newEmail=email) == DONE
    await work_off(operations.database)
    token = mailbox.token(Letter.CONFIRM_NEW_EMAIL, to=email)
    payload = await told(operations, CONFIRM, token=token)
    await work_off(operations.database)
    return payload


async def test_the_new_mailbox_confirms_and_the_old_one_is_told(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    graph: Any,
) -> None:
    user = await somebody(database)
    await a_student(database, user)
    me = await at_home(database, user)

    await told(operations, CHANGE_EMAIL, as_=me, newEmail=NEW)
    await work_off(database)
    assert await address(owner, user) == EMAIL
    assert [letter.to for letter in mailbox.letters] == [NEW]

    assert await told(operations, CONFIRM, token=mailbox.token()) == DONE
    await work_off(database)

    assert await address(owner, user) == NEW
    assert await owner.fetchval("select email from education.students") == NEW
    [notice] = mailbox.of(Letter.EMAIL_CHANGE_NOTICE)
    assert notice.to == EMAIL
    logged = "select array_agg(action order by id) from auth.audit_logs where action ^@ 'email'"
    assert await owner.fetchval(logged) == ["email.change_requested", "email.change_confirmed"]
    await signed_in(graph, NEW)


async def test_of_ten_confirmations_at_once_one_succeeds(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    token = await a_token(database, await somebody(database), TokenType.EMAIL_CHANGE, NEW)

    payloads = await asyncio.gather(*(told(operations, CONFIRM, token=token) for _ in range(10)))

    assert [payload["ok"] for payload in payloads].count(True) == 1


async def test_of_two_accounts_that_want_an_address_one_has_it(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    people = [await a_user(database) for _ in range(5)]
    secrets = [await a_token(database, user, TokenType.EMAIL_CHANGE, NEW) for user in people]

    payloads = await asyncio.gather(*(told(operations, CONFIRM, token=each) for each in secrets))

    found = [refusals(payload) for payload in payloads]
    assert (found.count([]), found.count(TAKEN)) == (1, 4)
    assert await owner.fetchval("select count(*) from auth.users where email = $1", NEW) == 1


async def test_an_address_that_another_takes_at_that_moment_is_taken(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    token = await a_token(database, user, TokenType.EMAIL_CHANGE, NEW)
    async with owner.transaction():
        await owner.execute(
            "insert into auth.users (email, name, email_verified_at) values ($1, 'Other', now())",
            NEW,
        )
        confirming = asyncio.create_task(told(operations, CONFIRM, token=token))
        await asyncio.wait({confirming}, timeout=0.5)
        assert not confirming.done()

    assert refusals(await confirming) == TAKEN
    assert await address(owner, user) == EMAIL
    assert await is_living(owner, token)


async def test_a_taken_address_is_told_to_the_mailbox_alone(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    await a_user(database, email=NEW)

    payload = await moved(operations, mailbox, await at_home(database, user), NEW)

    assert refusals(payload) == TAKEN
    assert await address(owner, user) == EMAIL


async def test_an_account_that_never_proved_the_address_yields(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    squatter = await a_user(database, email=NEW, email_verified_at=None)

    assert await moved(operations, mailbox, await at_home(database, user), NEW) == DONE

    assert await address(owner, user) == NEW
    assert (await address(owner, squatter)).endswith("@erased.invalid")


async def test_the_present_address_and_too_much_mail_are_refused(
    operations: Operations, database: Database
) -> None:
    me = await at_home(database, await somebody(database))

    same = await told(operations, CHANGE_EMAIL, as_=me, newEmail=EMAIL.upper())
    assert refusals(same) == [("EmailUnchanged", ["input", "newEmail"])]
    assert await told(operations, CHANGE_EMAIL, as_=me, newEmail=NEW) == DONE
    body = await ask(operations, CHANGE_EMAIL, as_=me, newEmail=NEW)
    assert codes(body) == ["RATE_LIMITED"]


async def test_it_wants_a_proof_of_the_last_minutes(
    operations: Operations, database: Database, clock: MovedClock, mailbox: Mailbox
) -> None:
    me = await at_home(database, await somebody(database))
    clock.move(timedelta(minutes=11))

    assert codes(await ask(operations, CHANGE_EMAIL, as_=me, newEmail=NEW)) == ["STEP_UP_REQUIRED"]
    assert codes(await ask(operations, CHANGE_EMAIL, newEmail=NEW)) == ["UNAUTHENTICATED"]
    await work_off(database)
    assert mailbox.letters == []


async def test_an_undo_puts_the_old_address_back_and_ends_what_a_thief_has(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    graph: Any,
) -> None:
    user = await somebody(database)
    opened, *_ = await open_many(database, user, 3)
    assert await moved(operations, mailbox, opened.viewer, NEW) == DONE
    pending = await a_token(database, user, TokenType.RESET_PASSWORD, NEW)
    undo = mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=EMAIL)

    assert await told(operations, UNDO, token=undo) == DONE

    assert await address(owner, user) == EMAIL
    living = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(living) == 0
    assert not await is_living(owner, pending)
    for email in (EMAIL, NEW):
        payload = (await graph(SIGN_IN, email=email, password=PASSWORD))["sessionCreate"]
        assert [error["__typename"] for error in payload["userErrors"]] == ["InvalidCredentials"]
    await work_off(database)
    given = {"token": mailbox.token(Letter.RESET_PASSWORD, to=EMAIL)}
    assert await told(operations, RESET, **given, newPassword="seven grey herons wait") == DONE
    await signed_in(graph, EMAIL, "seven grey herons wait")
    assert refusals(await told(operations, UNDO, token=undo)) == BURNT


async def test_a_second_change_does_not_take_the_way_back_from_the_first_address(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    await moved(operations, mailbox, me, NEW)
    await moved(operations, mailbox, me, NEXT)
    first = mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=EMAIL)
    second = mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=NEW)

    assert await told(operations, UNDO, token=second) == DONE
    assert await address(owner, user) == NEW
    assert await told(operations, UNDO, token=first) == DONE
    assert await address(owner, user) == EMAIL


async def test_an_undo_of_the_first_change_ends_those_of_later_ones(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    await moved(operations, mailbox, me, NEW)
    await moved(operations, mailbox, me, NEXT)
    second = mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=NEW)
    await told(operations, UNDO, token=mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=EMAIL))

    assert refusals(await told(operations, UNDO, token=second)) == BURNT
    assert await address(owner, user) == EMAIL


async def test_the_old_address_may_be_another_accounts_by_then(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    await moved(operations, mailbox, await at_home(database, user), NEW)
    undo = mailbox.token(Letter.EMAIL_CHANGE_NOTICE)
    await a_user(database, email=EMAIL)

    assert refusals(await told(operations, UNDO, token=undo)) == TAKEN
    assert await address(owner, user) == NEW


async def test_secrets_end_after_a_day_and_after_seven(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    clock: MovedClock,
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    await moved(operations, mailbox, me, NEW)
    await told(operations, CHANGE_EMAIL, as_=me, newEmail=NEXT)
    await work_off(database)
    confirm, undo = mailbox.token(to=NEXT), mailbox.token(Letter.EMAIL_CHANGE_NOTICE)

    clock.move(timedelta(hours=24, seconds=1))
    assert refusals(await told(operations, CONFIRM, token=confirm)) == BURNT
    clock.move(timedelta(days=6))
    assert refusals(await told(operations, UNDO, token=undo)) == BURNT
    assert await address(owner, user) == NEW


async def test_a_link_ends_with_the_session_in_which_it_was_asked_for(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    thief, me = await at_home(database, user), await at_home(database, user)
    await told(operations, CHANGE_EMAIL, as_=thief, newEmail=NEW)
    await work_off(database)

    await told(operations, REVOKE_OTHERS, as_=me)

    assert refusals(await told(operations, CONFIRM, token=mailbox.token(to=NEW))) == BURNT
    assert await address(owner, user) == EMAIL


async def test_a_letter_that_waited_while_an_earlier_change_was_undone_undoes_nothing(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    me = await at_home(database, user)
    await moved(operations, mailbox, me, NEW)
    await told(operations, CHANGE_EMAIL, as_=me, newEmail=NEXT)
    await work_off(database)
    await told(operations, CONFIRM, token=mailbox.token(Letter.CONFIRM_NEW_EMAIL, to=NEXT))

    undo = mailbox.token(Letter.EMAIL_CHANGE_NOTICE, to=EMAIL)
    assert await told(operations, UNDO, token=undo) == DONE
    await work_off(database)

    assert mailbox.of(Letter.EMAIL_CHANGE_NOTICE, to=NEW) == []
    living = "select count(*) from auth.tokens where type = 'EMAIL_UNDO' and consumed_at is null"
    assert await owner.fetchval(living) == 0


async def test_changes_are_undone_in_their_own_order_and_not_in_that_of_their_letters(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database, email=NEXT)
    earlier, later = (now() - timedelta(minutes=ago) for ago in (2, 1))
    second = await a_token(database, user, TokenType.EMAIL_UNDO, NEW, at=later.isoformat())
    first = await a_token(database, user, TokenType.EMAIL_UNDO, EMAIL, at=earlier.isoformat())

    assert await told(operations, UNDO, token=first) == DONE

    assert refusals(await told(operations, UNDO, token=second)) == BURNT
    assert await address(owner, user) == EMAIL
