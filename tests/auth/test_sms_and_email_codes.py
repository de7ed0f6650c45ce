"""Codes sent to a phone or a mailbox, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg

from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from tests.auth.people import EMAIL
from tests.auth.second_factors import (
    SEND,
    a_challenge,
    challenges,
    refusals,
    verified,
)
from tests.auth.sent_codes import (
    ANOTHER,
    CONFIRM_PHONE,
    ENROLL_PHONE,
    MINUTE,
    PHONE,
    a_person,
    sent,
    with_a_mailbox,
    with_a_phone,
)
from tests.mailbox import Mailbox
from tests.operations import codes
from tests.worker import work_off

STEP_UP = """
mutation ($method: SecondFactor, $code: String) {
  sessionStepUp(input: {method: $method, code: $code}) {
    accessToken userErrors { __typename path }
  }
}
"""


async def test_a_code_by_sms_completes_a_sign_in(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)
    token = await a_challenge(graph)

    await sent(graph, database, token)
    opened = await verified(graph, token, "SMS", mailbox.code(to=PHONE))

    assert opened["session"] == {
        "aal": 2,
        "methods": ["password", "sms"],
        "user": {"email": EMAIL},
    }


async def test_a_code_by_mail_completes_a_sign_in(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    await with_a_mailbox(graph, database, mailbox)
    clock.move(MINUTE)
    token = await a_challenge(graph)

    await sent(graph, database, token, "EMAIL")
    code = mailbox.code(to=EMAIL)
    opened = await verified(graph, token, "EMAIL", code)

    assert len(code) == 8
    assert opened["session"]["methods"] == ["password", "email"]


async def test_no_code_is_in_the_queue_nor_kept_as_it_is(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    payloads = await owner.fetch("select payload from queue.pgqueuer")
    await work_off(database)
    code = mailbox.code(to=PHONE)

    assert b"within" in payloads[0]["payload"] and PHONE.encode() not in payloads[0]["payload"]
    dump = [
        str([*row.values()])
        for table in ("auth.tokens", "auth.mfa_settings", "auth.audit_logs", "queue.pgqueuer")
        for row in await owner.fetch(f"select to_jsonb(t)::text from {table} t")
    ]
    assert [row for row in dump if code in row.replace("\\", "")] == []


async def test_a_code_is_good_in_the_sign_in_alone_for_which_it_was_sent(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    user, _ = await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)
    mine, another = await challenges(database, user, 2)

    await sent(graph, database, mine)
    code = mailbox.code(to=PHONE)
    elsewhere = await verified(graph, another, "SMS", code)
    here = await verified(graph, mine, "SMS", code)

    assert refusals(elsewhere) == ["CodeInvalid"]
    assert refusals(here) == []


async def test_a_code_that_proves_a_phone_proves_no_person(
    answer: Any, graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)
    await graph(ENROLL_PHONE, as_=me, phone=ANOTHER)
    await work_off(database)

    code = mailbox.code(to=ANOTHER)
    stepped = (await graph(STEP_UP, as_=me, method="SMS", code=code))["sessionStepUp"]

    assert refusals(stepped) == ["CodeInvalid"]


async def test_a_code_can_prove_again_who_is_in_a_session(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)

    sent = (await graph(SEND, as_=me, method="SMS"))["mfaCodeSend"]
    await work_off(database)
    code = mailbox.code(to=PHONE)
    stepped = (await graph(STEP_UP, as_=me, method="SMS", code=code))["sessionStepUp"]

    assert sent["sent"] is True
    assert refusals(stepped) == [] and stepped["accessToken"] is not None


async def test_nobody_has_a_code_sent_without_a_challenge_or_a_session(answer: Any) -> None:
    assert codes(await answer(SEND, method="SMS")) == ["UNAUTHENTICATED"]


async def test_a_code_lasts_five_minutes_and_its_newest_alone(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    user, _ = await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)
    [token] = await challenges(database, user, 1)
    await sent(graph, database, token)
    older = mailbox.code(to=PHONE)
    clock.move(MINUTE)
    await sent(graph, database, token)
    newer = mailbox.code(to=PHONE)

    superseded = await verified(graph, token, "SMS", older)
    clock.move(timedelta(minutes=3, seconds=30))
    good = await verified(graph, token, "SMS", newer)

    assert refusals(superseded) == ["CodeInvalid"]
    assert refusals(good) == []


async def test_a_code_dies_with_the_fifth_wrong_try_even_of_thirty_at_once(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    mailbox: Mailbox,
    no_limits: None,
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    await work_off(database)
    code = mailbox.code(to=PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06}"

    await asyncio.gather(*(graph(CONFIRM_PHONE, as_=me, code=wrong) for _ in range(30)))
    right = await graph(CONFIRM_PHONE, as_=me, code=code)

    assert refusals(right["smsFactorConfirm"]) == ["CodeInvalid"]
    assert await owner.fetchval("select attempts from auth.tokens where type = 'MFA_SMS'") == 5
    assert await owner.fetchval("select sms_confirmed_at from auth.mfa_settings") is None


async def test_one_code_in_twenty_tries_at_once_is_right_once(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock, no_limits: None
) -> None:
    await with_a_phone(graph, database, mailbox)
    clock.move(MINUTE)
    token = await a_challenge(graph)
    await sent(graph, database, token)
    code = mailbox.code(to=PHONE)

    shown = await asyncio.gather(*(verified(graph, token, "SMS", code) for _ in range(20)))

    assert [payload["accessToken"] is not None for payload in shown].count(True) == 1


async def test_codes_to_one_number_are_one_a_minute_and_five_an_hour(
    answer: Any, graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    user, _ = await with_a_phone(graph, database, mailbox)
    [token] = await challenges(database, user, 1)

    at_once = codes(await answer(SEND, method="SMS", token=token))
    sent = []
    for _ in range(5):
        clock.move(MINUTE)
        [token] = await challenges(database, user, 1)
        sent.append(codes(await answer(SEND, method="SMS", token=token)))

    assert at_once == ["RATE_LIMITED"]
    assert sent == [[], [], [], [], ["RATE_LIMITED"]]
    await work_off(database)
    # Those that were asked for five minutes ago have nobody who waits for them any more.
    assert len(mailbox.texts) == 4


async def test_a_code_that_nobody_waits_for_any_more_is_not_sent(
    graph: Any, database: Database, mailbox: Mailbox, clock: MovedClock
) -> None:
    _, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    clock.move(timedelta(minutes=6))

    await work_off(database)

    assert mailbox.texts == []
