"""`userSignUp`, from the outside."""

import asyncio
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.letters import Letter
from domains.auth.models import UserRole
from domains.auth.service.choices import choices
from domains.auth.types.accounts import SignUpRole
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.jobs import MINUTE
from tests.auth.accounts import DONE, SIGN_UP, VERIFY, ask, refusals, told
from tests.auth.people import SIGN_IN, somebody
from tests.mailbox import Mailbox
from tests.makers import a_user, viewer
from tests.operations import Operations, codes
from tests.worker import work_off

PASSWORD = "a quiet river at dawn"
OTHER_PASSWORD = "seven grey herons wait"
EMAIL = "ada@example.org"
ADA: dict[str, Any] = {"email": "Ada@Example.org", "password": PASSWORD, "name": " Ada  Lovelace "}


async def test_makes_an_account_and_mails_a_link(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    assert await told(operations, SIGN_UP, **ADA, role="EDUCATOR") == DONE

    [user] = await owner.fetch("select * from auth.users")
    known = (user["email"], user["name"], user["role"], user["email_verified_at"])
    assert known == (EMAIL, "Ada Lovelace", "educator", None)
    assert user["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert user["pepper_kid"] == "local"
    assert await owner.fetchval("select count(*) from auth.user_profiles") == 1
    assert await owner.fetchval("select action from auth.audit_logs") == "user.signed_up"
    await work_off(database)
    [letter] = mailbox.letters
    assert (letter.to, letter.subject) == (EMAIL, "Confirm your email address")


async def test_nobody_is_told_of_somebody_new_before_their_address_is_proved(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    await told(operations, SIGN_UP, **ADA)
    await work_off(database)

    assert await owner.fetchval("select count(*) from kernel.outbox") == 0
    assert await owner.fetchval("select count(*) from education.students") == 0


async def test_no_list_of_people_tells_whether_an_address_was_free(
    operations: Operations, graph: Any, database: Database
) -> None:
    await told(operations, SIGN_UP, **ADA, role="EDUCATOR")
    query = "{ users { totalCount nodes { name } } }"
    assert (await graph(query))["users"] == {"totalCount": 0, "nodes": []}

    admin = viewer(await a_user(database, UserRole.ADMIN))
    assert (await graph(query, as_=admin))["users"]["totalCount"] == 2


async def test_who_names_no_role_is_a_student(
    operations: Operations, owner: asyncpg.Connection
) -> None:
    await told(operations, SIGN_UP, **ADA)

    assert await owner.fetchval("select role from auth.users") == "student"


@pytest.mark.parametrize(
    "name",
    ["Øyvind Ås", "علی\u200cرضا", "李明", "D'Arcy-O’Neill"],  # noqa: RUF001 (as people write them)
)
async def test_names_are_written_in_any_script(
    operations: Operations, owner: asyncpg.Connection, name: str
) -> None:
    assert await told(operations, SIGN_UP, **ADA | {"name": name}) == DONE

    assert await owner.fetchval("select name from auth.users") == name


async def test_a_taken_address_is_answered_as_a_new_one_and_its_owner_is_told(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    there = await a_user(database, email=EMAIL, name="The First")

    assert await told(operations, SIGN_UP, **ADA) == DONE

    users = await owner.fetch("select id, name, password_hash from auth.users")
    assert [tuple(user) for user in users] == [(there.id, "The First", None)]
    assert await owner.fetchval("select action from auth.audit_logs") == "user.signup_repeated"
    await work_off(database)
    [letter] = mailbox.letters
    assert (letter.to, letter.subject) == (EMAIL, "You already have an Azora account")
    title = await owner.fetchval("select title from notifications.notifications")
    assert title == "Somebody tried to sign up with your address"


async def test_an_owner_is_not_told_more_often_than_mail_may_go(
    operations: Operations, database: Database, mailbox: Mailbox, owner: asyncpg.Connection
) -> None:
    await a_user(database, email=EMAIL)

    for number in range(10):
        assert await told(operations, SIGN_UP, **ADA, address=f"192.0.2.{number}") == DONE
    await work_off(database)

    assert len(mailbox.letters) == 1
    assert await owner.fetchval("select count(*) from notifications.notifications") == 1


async def test_the_address_of_a_deleted_account_is_free(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    there = await a_user(database, email=EMAIL)
    await owner.execute("update auth.users set deleted_at = now() where id = $1", there.id)

    assert await told(operations, SIGN_UP, **ADA) == DONE

    assert await owner.fetchval("select count(*) from auth.users where deleted_at is null") == 1


async def test_a_later_sign_up_takes_the_place_of_one_that_nobody_proved(
    operations: Operations,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    clock: MovedClock,
) -> None:
    await told(operations, SIGN_UP, **ADA | {"name": "A Thief", "role": "EMPLOYER"})
    await owner.execute("update auth.user_profiles set bio = 'mine'")
    await work_off(database)
    thiefs = mailbox.token(Letter.VERIFY_EMAIL)
    clock.move(MINUTE)

    assert await told(operations, SIGN_UP, **ADA | {"password": OTHER_PASSWORD}) == DONE
    await work_off(database)

    [user] = await owner.fetch("select name, role from auth.users")
    assert tuple(user) == ("Ada Lovelace", "student")
    assert await owner.fetchval("select bio from auth.user_profiles") is None
    for token, password, refused in (
        (thiefs, PASSWORD, "TokenInvalid"),
        (mailbox.token(Letter.VERIFY_EMAIL), PASSWORD, "InvalidCredentials"),
    ):
        payload = await told(operations, VERIFY, token=token, password=password)
        assert [name for name, _ in refusals(payload)] == [refused]
    given = {"token": mailbox.token(Letter.VERIFY_EMAIL), "password": OTHER_PASSWORD}
    assert await told(operations, VERIFY, **given) == DONE


async def test_a_later_sign_up_without_a_mail_changes_nothing(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    await told(operations, SIGN_UP, **ADA)
    known = await owner.fetchrow("select * from auth.users")

    assert await told(operations, SIGN_UP, **ADA | {"name": "A Thief"}) == DONE

    assert await owner.fetchrow("select * from auth.users") == known
    await work_off(database)
    assert len(mailbox.letters) == 1


async def test_fifty_at_once_make_one_account_and_one_mail(
    operations: Operations, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    asked = [ask(operations, SIGN_UP, **ADA, address=f"198.51.100.{n}") for n in range(50)]
    bodies = await asyncio.gather(*asked)

    served = [body for body in bodies if not codes(body)]
    refused = [body for body in bodies if codes(body)]
    assert [body["data"] for body in served] == [{"userSignUp": DONE}] * len(served)
    assert [codes(body) for body in refused] == [["SERVER_BUSY"]] * len(refused)
    assert len(served) >= 30
    assert await owner.fetchval("select count(*) from auth.users") == 1
    assert await owner.fetchval("select count(*) from auth.user_profiles") == 1
    await work_off(database)
    assert [letter.to for letter in mailbox.letters] == [EMAIL]
    granted = "select count(*) from auth.audit_logs where (details->>'mailed')::boolean"
    assert await owner.fetchval(granted) == 1
    given = {"token": mailbox.token(Letter.VERIFY_EMAIL), "password": PASSWORD}
    assert await told(operations, VERIFY, **given) == DONE


async def test_known_and_unknown_addresses_cost_the_same_statements(
    operations: Operations, database: Database, statements: Any, owner: asyncpg.Connection
) -> None:
    await a_user(database, email="known@example.org")
    spent = []

    for email in ("warm@example.org", "known@example.org", "unknown@example.org"):
        statements.clear()
        assert await told(operations, SIGN_UP, **ADA | {"email": email}) == DONE
        spent.append(len(statements))

    # The owner of a known one is also told inside the application.
    assert abs(spent[1] - spent[2]) <= 2
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 3


async def test_one_address_signs_up_so_many_in_an_hour(
    operations: Operations, clock: MovedClock, owner: asyncpg.Connection
) -> None:
    rates = choices.rates
    for number in range(rates.sign_up_per_address_per_hour):
        if number == rates.sign_up_per_address:
            clock.move(MINUTE)
        await told(operations, SIGN_UP, **ADA | {"email": f"person{number}@example.org"})
    more = ADA | {"email": "another@example.org"}

    assert codes(await ask(operations, SIGN_UP, **more)) == ["RATE_LIMITED"]
    assert codes(await ask(operations, SIGN_UP, **more, address="192.0.2.2")) == []


async def test_the_password_alone_signs_nobody_in_before_the_address_is_proved(
    operations: Operations, graph: Any, owner: asyncpg.Connection
) -> None:
    await told(operations, SIGN_UP, **ADA)

    payload = (await graph(SIGN_IN, email=EMAIL, password=PASSWORD))["sessionCreate"]

    assert [error["__typename"] for error in payload["userErrors"]] == ["EmailNotVerified"]
    assert await owner.fetchval("select count(*) from auth.sessions") == 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"password": "twelve minu"}, [("PasswordTooShort", ["input", "password"])]),
        ({"password": "x" * 257}, [("PasswordTooLong", ["input", "password"])]),
        ({"password": "Password1234"}, [("PasswordTooCommon", ["input", "password"])]),
        ({"password": EMAIL}, [("PasswordTooSimilar", ["input", "password"])]),
        ({"password": "efghijklmnopqrstu"}, [("PasswordTooWeak", ["input", "password"])]),
        ({"name": " A "}, [("NameInvalid", ["input", "name"])]),
        ({"name": "A\u202edam"}, [("NameInvalid", ["input", "name"])]),
        ({"name": "A" * 101}, [("NameInvalid", ["input", "name"])]),
        (
            {"name": "", "password": ""},
            [("NameInvalid", ["input", "name"]), ("PasswordTooShort", ["input", "password"])],
        ),
    ],
)
async def test_refuses_and_makes_no_account(
    operations: Operations, owner: asyncpg.Connection, changed: Any, expected: Any
) -> None:
    payload = await told(operations, SIGN_UP, **ADA | changed)

    assert (payload["ok"], refusals(payload)) == (False, expected)
    assert await owner.fetchval("select count(*) from auth.users") == 0
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 0


async def test_a_refusal_says_what_a_password_needs(graph: Any) -> None:
    refusal = """
    mutation ($input: UserSignUpInput!) { userSignUp(input: $input) { userErrors { ... on
      PasswordTooShort { minimum } ... on PasswordTooWeak { score suggestions } } } }
    """
    told = []
    for password in ("short", "efghijklmnopqrstu"):
        data = await graph(refusal, input=ADA | {"password": password})
        told += data["userSignUp"]["userErrors"]

    assert told[0] == {"minimum": 12}
    assert told[1]["score"] < 3
    assert told[1]["suggestions"][0] == 'Sequences like "abc" or "6543" are easy to guess.'


@pytest.mark.parametrize("changed", [{"role": "ADMIN"}, {"email": "not an address"}])
async def test_what_nobody_can_sign_up_with_is_bad_input(
    operations: Operations, owner: asyncpg.Connection, changed: Any
) -> None:
    assert codes(await ask(operations, SIGN_UP, **ADA | changed)) == ["BAD_USER_INPUT"]

    assert await owner.fetchval("select count(*) from auth.users") == 0


async def test_the_password_is_kept_nowhere(
    operations: Operations, database: Database, owner: asyncpg.Connection
) -> None:
    await somebody(database, email="known@example.org")
    for email in (EMAIL, "known@example.org"):
        await told(operations, SIGN_UP, **ADA | {"email": email})

    kept = await owner.fetchval(
        """select string_agg(row::text, '') from (
             select to_jsonb(u) as row from auth.users u
             union all select to_jsonb(a) from auth.audit_logs a
             union all select to_jsonb(q) || jsonb_build_object('p', convert_from(payload, 'UTF8'))
               from queue.pgqueuer q
             union all select to_jsonb(o) from kernel.outbox o) every_row"""
    )
    assert EMAIL in kept
    assert PASSWORD not in kept


def test_admin_is_the_one_role_that_cannot_be_chosen() -> None:
    assert {role.value for role in UserRole} - {role.value for role in SignUpRole} == {"admin"}
