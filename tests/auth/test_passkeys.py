"""Passkeys, from the outside, with a device made of software."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.service.choices import choices
from domains.auth.service.rates import Rates
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from tests.auth.authenticator import Device
from tests.auth.passkeys import (
    LIST,
    REFUSED,
    SIGN_IN_BEGIN,
    a_holder,
    begun,
    options,
    register,
    sign_in,
    spoilt,
)
from tests.auth.people import EMAIL, signed_in, somebody
from tests.auth.second_factors import a_challenge, refusals
from tests.auth.sessions import a_session
from tests.operations import codes

VERIFY = """
mutation ($token: String!, $passkeyToken: String!, $credential: JSON!) {
  mfaPasskeyVerify(input: {
    challengeToken: $token, passkeyToken: $passkeyToken, credential: $credential
  }) {
    accessToken session { aal methods } userErrors { __typename path }
  }
}
"""


async def test_a_passkey_signs_its_owner_in_by_itself(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)

    token, asked = await begun(graph)
    opened = await sign_in(graph, token, holder.device.shown(asked))

    assert opened["userErrors"] == [] and opened["refreshToken"] is not None
    assert opened["session"] == {"aal": 2, "methods": ["passkey"], "user": {"email": EMAIL}}
    [kept] = (await graph(LIST, as_=holder.me))["viewer"]["passkeys"]["nodes"]
    assert kept["name"] == "Laptop" and kept["lastUsedAt"] is not None
    assert await owner.fetchval("select sign_count from auth.passkeys") == 1


async def test_what_a_browser_is_asked_for_is_the_same_for_all_and_wants_the_person_verified(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database)
    creating = await options(graph, holder.me)
    _, asking = await begun(graph)

    assert creating["rp"] == {"name": "Azora", "id": "localhost"}
    assert creating["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert len(creating["excludeCredentials"]) == 1
    assert len(creating["challenge"]) >= 43 and len(asking["challenge"]) >= 43
    assert {**asking, "challenge": None} == {
        "challenge": None,
        "timeout": 300000,
        "rpId": "localhost",
        "allowCredentials": [],
        "userVerification": "required",
    }


async def test_the_password_of_who_has_a_passkey_alone_opens_no_session(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database)

    challenge = (await signed_in(graph))["challenge"]
    token, asked = await begun(graph)
    shown = await graph(
        VERIFY,
        token=challenge["token"],
        passkeyToken=token,
        credential=holder.device.shown(asked),
    )

    assert challenge["factors"] == ["PASSKEY", "RECOVERY"]
    assert shown["mfaPasskeyVerify"]["session"] == {"aal": 2, "methods": ["password", "passkey"]}


async def test_anothers_passkey_does_not_complete_a_sign_in(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    await a_holder(graph, database)
    thief = await a_holder(graph, database, "thief@example.org")
    challenge = await a_challenge(graph)
    token, asked = await begun(graph)

    shown = await graph(
        VERIFY, token=challenge, passkeyToken=token, credential=thief.device.shown(asked)
    )

    assert shown["mfaPasskeyVerify"] == {
        "accessToken": None,
        "session": None,
        "userErrors": REFUSED,
    }
    assert await owner.fetchval("select max(attempts) from auth.tokens") == 1


async def test_a_challenge_of_a_sign_in_is_none_of_a_passkey(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database)
    challenge = await a_challenge(graph)
    _, asked = await begun(graph)

    refused = await sign_in(graph, challenge, holder.device.shown(asked))

    assert refused["userErrors"] == REFUSED


async def test_an_answer_is_good_once(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)
    token, asked = await begun(graph)
    answer = holder.device.shown(asked)

    shown = await asyncio.gather(*(sign_in(graph, token, answer) for _ in range(20)))

    assert [payload["accessToken"] is not None for payload in shown].count(True) == 1
    assert await owner.fetchval("select count(*) from auth.sessions") == 2


async def test_a_challenge_is_used_up_by_a_wrong_answer(graph: Any, database: Database) -> None:
    holder = await a_holder(graph, database)
    token, asked = await begun(graph)
    stranger = Device()
    stranger.cred_init("localhost", holder.user.id.bytes)

    wrong = await sign_in(graph, token, stranger.shown(asked))
    right = await sign_in(graph, token, holder.device.shown(asked))

    assert wrong["userErrors"] == right["userErrors"] == REFUSED


async def test_another_challenge_another_page_and_an_unverified_person_are_refused(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database)
    device = holder.device

    token, _ = await begun(graph)
    _, other = await begun(graph)
    by_challenge = await sign_in(graph, token, device.shown(other))
    token, asked = await begun(graph)
    by_origin = await sign_in(graph, token, device.shown(asked, "https://localhost.evil.example"))
    device.verifies = False
    token, asked = await begun(graph)
    unverified = await sign_in(graph, token, device.shown(asked))
    device.verifies = True
    token, asked = await begun(graph)
    right = await sign_in(graph, token, device.shown(asked))

    refused = [by_challenge["userErrors"], by_origin["userErrors"], unverified["userErrors"]]
    assert refused == [REFUSED] * 3
    assert right["userErrors"] == []


async def test_a_device_that_counts_backward_is_refused_and_written_down(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)
    for _ in range(2):
        token, asked = await begun(graph)
        assert refusals(await sign_in(graph, token, holder.device.shown(asked))) == []

    holder.device.sign_count = 1
    token, asked = await begun(graph)
    copied = await sign_in(graph, token, holder.device.shown(asked))

    assert copied["userErrors"] == REFUSED
    query = """select user_id, outcome from auth.audit_logs
               where action = 'passkey.cloned_suspected'"""
    assert [tuple(row) for row in await owner.fetch(query)] == [(holder.user.id, "denied")]
    assert await owner.fetchval("select sign_count from auth.passkeys") == 2


async def test_a_device_that_does_not_count_signs_in_again_and_again(
    graph: Any, database: Database
) -> None:
    holder = await a_holder(graph, database, counts=False)

    for _ in range(2):
        token, asked = await begun(graph)
        assert refusals(await sign_in(graph, token, holder.device.shown(asked))) == []


async def test_a_challenge_lasts_five_minutes(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    holder = await a_holder(graph, database)
    token, asked = await begun(graph)
    creating = await options(graph, holder.me)
    clock.move(timedelta(minutes=5))

    late = await sign_in(graph, token, holder.device.shown(asked))
    made = await register(graph, holder.me, Device().made(creating))

    assert late["userErrors"] == made["userErrors"] == REFUSED


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("response", {}),
        ("rawId", "!!!"),
        ("response.clientDataJSON", "e30"),
        ("response.clientDataJSON", "W10"),
        ("response.userHandle", "AAAA"),
        ("response.userHandle", None),
        ("response.signature", "AAAA"),
        ("response.authenticatorData", "AAAA"),
    ],
)
async def test_an_answer_that_no_device_would_give_signs_nobody_in(
    graph: Any, database: Database, part: str, value: Any
) -> None:
    holder = await a_holder(graph, database)
    token, asked = await begun(graph)

    refused = await sign_in(graph, token, spoilt(holder.device.shown(asked), part, value))

    assert refused["userErrors"] == REFUSED


@pytest.mark.parametrize("credential", ["text", 5, [], {}])
async def test_what_is_no_answer_of_a_device_at_all_is_refused(
    graph: Any, database: Database, credential: Any
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    token, _ = await begun(graph)

    assert (await sign_in(graph, token, credential))["userErrors"] == REFUSED
    assert (await register(graph, me, credential))["userErrors"] == REFUSED


async def test_a_closed_account_is_not_let_in_by_a_passkey(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    holder = await a_holder(graph, database)
    await owner.execute("update auth.users set disabled_at = now(), disabled_reason = 'x'")

    token, asked = await begun(graph)
    refused = await sign_in(graph, token, holder.device.shown(asked))

    assert refusals(refused) == ["AccountDisabled"] and refused["accessToken"] is None


async def test_challenges_for_one_address_are_limited(
    answer: Any, graph: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "rates", Rates(passkey_per_address=3))

    asked = [codes(await answer(SIGN_IN_BEGIN)) for _ in range(4)]

    assert asked == [[], [], [], ["RATE_LIMITED"]]
