"""How a passkey is added, named and taken away, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.letters import Letter
from domains.auth.models import Passkey
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from tests.auth.authenticator import Device
from tests.auth.passkeys import (
    BEGIN,
    LIST,
    REFUSED,
    a_holder,
    begun,
    options,
    register,
    sign_in,
    spoilt,
)
from tests.auth.people import EMAIL, open_many, signed_in, somebody
from tests.auth.second_factors import an_app, refusals
from tests.auth.sessions import a_session
from tests.mailbox import Mailbox
from tests.makers import put
from tests.operations import codes
from tests.worker import work_off

RENAME = """
mutation ($id: ID!, $name: String!) {
  passkeyRename(input: {id: $id, name: $name}) {
    passkey { name } userErrors { __typename path }
  }
}
"""

REMOVE = """
mutation ($id: ID!) {
  passkeyRemove(input: {id: $id}) { removed userErrors { __typename path } }
}
"""


async def test_the_first_passkey_brings_recovery_codes_and_ends_all_other_sessions(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    await open_many(database, user, 2)
    _, me, _ = await a_session(database, user)

    added = await register(graph, me, Device().made(await options(graph, me)))
    another = await register(graph, me, Device().made(await options(graph, me)), "Phone")
    await work_off(database)

    assert len(added["recoveryCodes"]) == 10
    assert another["recoveryCodes"] is None
    query = "select id, aal, methods from auth.sessions where revoked_at is null"
    assert [tuple(row) for row in await owner.fetch(query)] == [(me.session_id, 2, ["passkey"])]
    assert len(mailbox.of(Letter.FACTOR_ADDED, to=EMAIL)) == 2
    query = "select count(*) from auth.audit_logs where action = 'passkey.added'"
    assert await owner.fetchval(query) == 2


async def test_of_many_begun_at_once_the_last_one_lives(
    answer: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, me, _ = await a_session(database, await somebody(database))

    begun_at_once = await asyncio.gather(*(answer(BEGIN, as_=me) for _ in range(10)))

    assert [codes(each) for each in begun_at_once] == [[]] * 10
    living = "select count(*) from auth.tokens where consumed_at is null"
    assert await owner.fetchval(living) == 1


async def test_a_registration_with_another_challenge_page_or_person_is_refused(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    _, other, _ = await a_session(database, await somebody(database, email="b@example.org"))

    older = await options(graph, me)
    newer = await options(graph, me)
    superseded = await register(graph, me, Device().made(older))
    by_origin = await register(graph, me, Device().made(newer, "https://evil.example"))
    used = await register(graph, me, Device().made(newer))
    by_other = await register(graph, other, Device().made(await options(graph, me)))
    unverified = await register(graph, me, Device(verifies=False).made(await options(graph, me)))

    refused = (superseded, by_origin, used, by_other, unverified)
    assert [payload["userErrors"] for payload in refused] == [REFUSED] * 5
    assert await owner.fetchval("select count(*) from auth.passkeys") == 0


async def test_one_credential_is_kept_once(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)
    _, other, _ = await a_session(database, await somebody(database, email="b@example.org"))
    theirs = Device()
    given = await options(graph, other)
    theirs.cred_init = lambda *_: _impersonated(theirs, holder.device)

    refused = await register(graph, other, theirs.made(given))

    assert refused["userErrors"] == REFUSED
    assert await owner.fetchval("select count(*) from auth.passkeys") == 1


def _impersonated(device: Device, of: Device) -> None:
    """Has it claim the other's credential."""
    device.credential_id, device.private_key = of.credential_id, of.private_key
    device.rp_id, device.user_handle = of.rp_id, of.user_handle


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("response", {}),
        ("rawId", "!!!"),
        ("response.clientDataJSON", "e30"),
        ("response.clientDataJSON", "W10"),
        ("response.attestationObject", "AAAA"),
        ("response.attestationObject", "oA"),
    ],
)
async def test_an_answer_that_no_device_would_give_makes_no_passkey(
    graph: Any, database: Database, owner: asyncpg.Connection, part: str, value: Any
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    made = Device().made(await options(graph, me))

    refused = await register(graph, me, spoilt(made, part, value))

    assert refused["userErrors"] == REFUSED
    assert await owner.fetchval("select count(*) from auth.passkeys") == 0


async def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(
    graph: Any, database: Database, mailbox: Mailbox
) -> None:
    holder = await a_holder(graph, database)
    _, other, _ = await a_session(database, await somebody(database, email="b@example.org"))
    id = holder.passkey["id"]

    theirs = [
        (await graph(RENAME, as_=other, id=id, name="Mine"))["passkeyRename"],
        (await graph(REMOVE, as_=other, id=id))["passkeyRemove"],
    ]
    renamed = (await graph(RENAME, as_=holder.me, id=id, name="  Old   laptop "))["passkeyRename"]
    removed = (await graph(REMOVE, as_=holder.me, id=id))["passkeyRemove"]
    again = (await graph(REMOVE, as_=holder.me, id=id))["passkeyRemove"]
    token, asked = await begun(graph)
    refused = await sign_in(graph, token, holder.device.shown(asked))
    await work_off(database)

    not_found = [{"__typename": "PasskeyNotFound", "path": ["input", "id"]}]
    assert [payload["userErrors"] for payload in theirs] == [not_found] * 2
    assert renamed["passkey"] == {"name": "Old laptop"}
    assert removed == {"removed": True, "userErrors": []}
    assert again["userErrors"] == not_found
    assert refused["userErrors"] == REFUSED
    assert (await graph(LIST, as_=holder.me))["viewer"]["passkeys"]["nodes"] == []
    assert (await signed_in(graph))["accessToken"] is not None
    assert len(mailbox.of(Letter.FACTOR_REMOVED, to=EMAIL)) == 1


async def test_a_passkey_that_goes_leaves_the_app_and_its_recovery_codes(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database)
    await an_app(graph, holder.me)
    await graph(REMOVE, as_=holder.me, id=holder.passkey["id"])

    assert (await signed_in(graph))["challenge"]["factors"] == ["TOTP", "RECOVERY"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\u202eb"])
async def test_a_name_that_cannot_be_shown_is_refused(
    graph: Any, database: Database, owner: asyncpg.Connection, name: str
) -> None:
    _, me, _ = await a_session(database, await somebody(database))

    refused = await register(graph, me, Device().made(await options(graph, me)), name)

    assert refused["userErrors"] == [
        {"__typename": "PasskeyNameInvalid", "path": ["input", "name"]}
    ]
    assert await owner.fetchval("select count(*) from auth.passkeys") == 0


async def test_an_account_has_twenty_passkeys_at_most(
    answer: Any, graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)
    begun = await options(graph, holder.me)
    await put(
        database,
        *(
            Passkey(
                user_id=holder.user.id,
                name=str(number),
                credential_id=bytes([number]),
                public_key=b"",
            )
            for number in range(19)
        ),
    )

    another = await graph(BEGIN, as_=holder.me)
    late = await register(graph, holder.me, Device().made(begun))

    assert refusals(another["passkeyRegistrationBegin"]) == ["TooManyPasskeys"]
    assert refusals(late) == ["TooManyPasskeys"]
    assert await owner.fetchval("select count(*) from auth.passkeys") == 20


@pytest.mark.parametrize("operation", [BEGIN, REMOVE, RENAME])
async def test_passkeys_are_changed_by_who_proved_lately_who_they_are(
    answer: Any, graph: Any, database: Database, clock: MovedClock, operation: str
) -> None:
    holder = await a_holder(graph, database)
    clock.move(timedelta(minutes=11))

    refused = await answer(operation, as_=holder.me, id=holder.passkey["id"], name="x")

    assert codes(refused) == ["STEP_UP_REQUIRED"]
    assert refused["errors"][0]["extensions"]["factors"] == ["password", "passkey"]
