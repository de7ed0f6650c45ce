"""How a phone or a mailbox becomes a factor, from the outside."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from domains.auth.engine.letters import Letter
from domains.auth.service.choices import choices
from domains.kernel import keys
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.keys import Keyring
from tests.auth.people import EMAIL, signed_in
from tests.auth.second_factors import (
    STEP,
    an_app,
    refusals,
)
from tests.auth.sent_codes import (
    ANOTHER,
    CONFIRM_MAILBOX,
    CONFIRM_PHONE,
    ENROLL_MAILBOX,
    ENROLL_PHONE,
    PHONE,
    a_person,
    with_a_phone,
)
from tests.mailbox import Mailbox
from tests.worker import work_off

FULL_WIDTH = {ord("0") + digit: ord("\N{FULLWIDTH DIGIT ZERO}") + digit for digit in range(10)}

REMOVE_PHONE = """
mutation { smsFactorRemove { mfaSettings { phone } userErrors { __typename path } } }
"""

REMOVE_MAILBOX = "mutation { emailFactorRemove { userErrors { __typename path } } }"

PREFER = """
mutation ($method: MFAMethod!) {
  mfaPreferenceSet(input: {method: $method}) {
    mfaSettings { method } userErrors { __typename path }
  }
}
"""


async def test_a_phone_counts_once_the_code_sent_to_it_was_shown(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    _, me = await a_person(database)

    enrolled = (await graph(ENROLL_PHONE, as_=me, phone="+27 82 123 4567"))["smsFactorEnroll"]
    before = await signed_in(graph)
    await work_off(database)
    code = mailbox.code(to=PHONE)
    confirmed = (await graph(CONFIRM_PHONE, as_=me, code=code))["smsFactorConfirm"]
    after = await signed_in(graph)

    assert enrolled["sent"] is True and "number" in enrolled["warning"]
    assert enrolled["stronger"] == ["PASSKEY", "TOTP"]
    assert before["challenge"] is None
    assert len(code) == 6
    assert len(confirmed["recoveryCodes"]) == 10
    assert (confirmed["mfaSettings"]["method"], confirmed["mfaSettings"]["phone"]) == (
        "SMS",
        "…567",
    )
    assert after["challenge"]["factors"] == ["SMS", "RECOVERY"]
    assert await owner.fetchval("select phone from auth.mfa_settings") == PHONE


async def test_a_code_that_is_too_old_is_refused(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    await work_off(database)
    clock.move(timedelta(minutes=5))

    late = await graph(CONFIRM_PHONE, as_=me, code=mailbox.code(to=PHONE))

    assert refusals(late["smsFactorConfirm"]) == ["CodeInvalid"]


async def test_a_code_stays_good_when_the_server_gets_another_key(
    graph: Any, database: Database, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    await work_off(database)
    old = keys._ring()
    monkeypatch.setattr(keys._rings, "secrets", Keyring({"new": b"n" * 32, **old.keys}))
    monkeypatch.setattr(keys._rings, "derived", {})

    confirmed = await graph(CONFIRM_PHONE, as_=me, code=mailbox.code(to=PHONE))

    assert refusals(confirmed["smsFactorConfirm"]) == []


@pytest.mark.parametrize(
    "phone",
    [
        "0821234567",
        "+27 11 123 4567",
        "+27 86 123 4567",
        "+1 900 555 0123",
        "+27821",
        "+",
        "",
        "+27821234567;ext=1234",
        "+27821234567" + " " * 40,
        "+27821234567".translate(FULL_WIDTH),
    ],
)
async def test_what_is_no_mobile_phone_with_its_country_is_refused(
    graph: Any, database: Database, owner: asyncpg.Connection, phone: str
) -> None:
    _, me = await a_person(database)

    refused = (await graph(ENROLL_PHONE, as_=me, phone=phone))["smsFactorEnroll"]

    assert refused == {
        "sent": False,
        "warning": None,
        "stronger": None,
        "userErrors": [{"__typename": "PhoneInvalid", "path": ["input", "phone"]}],
    }
    assert await owner.fetchval("select count(*) from auth.mfa_settings") == 0
    assert await owner.fetchval("select count(*) from queue.pgqueuer") == 0


async def test_codes_go_to_the_countries_alone_that_the_operator_named(
    graph: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, me = await a_person(database)
    monkeypatch.setattr(choices, "sms_countries", frozenset({"ZA"}))

    refused = (await graph(ENROLL_PHONE, as_=me, phone="+491711234567"))["smsFactorEnroll"]
    taken = (await graph(ENROLL_PHONE, as_=me, phone=PHONE))["smsFactorEnroll"]

    assert refusals(refused) == ["PhoneNotServed"]
    assert refusals(taken) == []


async def test_a_phone_that_was_not_named_cannot_be_confirmed_nor_removed(
    graph: Any, database: Database
) -> None:
    _, me = await a_person(database)

    confirmed = (await graph(CONFIRM_PHONE, as_=me, code="123456"))["smsFactorConfirm"]
    removed = (await graph(REMOVE_PHONE, as_=me))["smsFactorRemove"]
    mailed = (await graph(REMOVE_MAILBOX, as_=me))["emailFactorRemove"]

    assert refusals(confirmed) == refusals(removed) == refusals(mailed) == ["FactorNotFound"]


async def test_a_factor_that_is_left_is_offered_first_when_the_preferred_one_goes(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await with_a_phone(graph, database, mailbox)
    await an_app(graph, me)
    by_phone = (await signed_in(graph))["challenge"]["factors"]
    preferred = (await graph(PREFER, as_=me, method="TOTP"))["mfaPreferenceSet"]
    by_app = (await signed_in(graph))["challenge"]["factors"]
    unknown = (await graph(PREFER, as_=me, method="EMAIL"))["mfaPreferenceSet"]
    await graph(PREFER, as_=me, method="SMS")
    await graph(REMOVE_PHONE, as_=me)
    left = (await signed_in(graph))["challenge"]["factors"]

    assert by_phone == ["SMS", "TOTP", "RECOVERY"]
    assert preferred["mfaSettings"] == {"method": "TOTP"}
    assert by_app == ["TOTP", "SMS", "RECOVERY"]
    assert refusals(unknown) == ["FactorNotOffered"]
    assert left == ["TOTP", "RECOVERY"]


async def test_a_code_that_could_not_be_sent_is_made_anew(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_MAILBOX, as_=me)
    mailbox.refusal = "451 later"
    await work_off(database)
    mailbox.refusal = None
    clock.move(STEP)

    await work_off(database)
    confirmed = await graph(CONFIRM_MAILBOX, as_=me, code=mailbox.code(to=EMAIL))

    assert len(mailbox.of(Letter.SIGN_IN_CODE)) == 1
    assert refusals(confirmed["emailFactorConfirm"]) == []


async def test_a_code_of_one_phone_does_not_prove_another(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    await work_off(database)

    await graph(ENROLL_PHONE, as_=me, phone=ANOTHER)
    shown = await graph(CONFIRM_PHONE, as_=me, code=mailbox.code(to=PHONE))

    assert refusals(shown["smsFactorConfirm"]) == ["CodeInvalid"]
    assert await owner.fetchval("select phone from auth.mfa_settings") is None
