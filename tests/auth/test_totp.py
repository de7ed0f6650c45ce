"""Authenticator apps, from the outside."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import asyncpg
import pyotp
import pytest

from domains.auth.engine import codes as engine
from domains.auth.engine.letters import Letter
from domains.auth.service import factors, sign_in
from domains.kernel import keys
from domains.kernel.clock import MovedClock, now
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.auth.people import EMAIL, open_many, signed_in, somebody
from tests.auth.second_factors import (
    CONFIRM_APP,
    ENROLL_APP,
    REMOVE_APP,
    STEP,
    a_challenge,
    an_app,
    challenges,
    refusals,
    to_the_start_of_a_step,
    verified,
)
from tests.auth.sessions import a_session
from tests.mailbox import Mailbox
from tests.operations import codes
from tests.worker import work_off

FULL_WIDTH = {ord("0") + digit: ord("\N{FULLWIDTH DIGIT ZERO}") + digit for digit in range(10)}


async def test_an_app_counts_once_it_has_shown_a_code(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, me, _ = await a_session(database, await somebody(database))

    enrolled = (await graph(ENROLL_APP, as_=me))["totpEnroll"]
    before = await signed_in(graph)
    code = pyotp.TOTP(enrolled["secret"]).at(now())
    confirmed = (await graph(CONFIRM_APP, as_=me, code=code))["totpConfirm"]
    after = await signed_in(graph)

    assert before["accessToken"] is not None and before["challenge"] is None
    assert confirmed["mfaSettings"]["totpConfirmedAt"] is not None
    assert (
        confirmed["mfaSettings"] | {"method": "TOTP", "recoveryCodesLeft": 10}
        == (confirmed["mfaSettings"])
    )
    assert after["accessToken"] is None and after["session"] is None and after["user"] is None
    assert after["challenge"]["factors"] == ["TOTP", "RECOVERY"]


async def test_what_the_app_learns_is_told_once_and_kept_sealed(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)

    enrolled = (await graph(ENROLL_APP, as_=me))["totpEnroll"]
    sealed = await owner.fetchval("select pending_secret_encrypted from auth.mfa_settings")

    secret = enrolled["secret"]
    assert len(secret) == 32
    assert unquote(enrolled["otpauthUri"]) == (
        f"otpauth://totp/Azora:{EMAIL}?secret={secret}&issuer=Azora"
    )
    assert enrolled["qrCode"].startswith("data:image/svg+xml")
    assert secret.encode() not in sealed
    assert keys.unseal(sealed, factors.about(user.id)) == secret.encode()
    with pytest.raises(keys.Forged):
        keys.unseal(sealed, factors.about(me.session_id))  # type: ignore[arg-type]


async def test_a_wrong_code_confirms_nothing(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    secret = (await graph(ENROLL_APP, as_=me))["totpEnroll"]["secret"]
    wrong = pyotp.TOTP(secret).at(now() - timedelta(hours=1))

    refused = (await graph(CONFIRM_APP, as_=me, code=wrong))["totpConfirm"]

    assert refused == {
        "mfaSettings": None,
        "recoveryCodes": None,
        "userErrors": [{"__typename": "CodeInvalid", "path": ["input", "code"]}],
    }
    query = "select enabled_at, secret_encrypted, backup_code_hashes from auth.mfa_settings"
    assert [tuple(row) for row in await owner.fetch(query)] == [(None, None, [])]


async def test_the_first_factor_ends_all_other_sessions_and_is_told_by_mail(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    user = await somebody(database)
    await open_many(database, user, 3)
    _, me, _ = await a_session(database, user)

    await an_app(graph, me)
    await work_off(database)

    query = "select id, aal, methods from auth.sessions where revoked_at is null"
    assert [tuple(row) for row in await owner.fetch(query)] == [(me.session_id, 2, ["totp"])]
    assert [letter.to for letter in mailbox.of(Letter.FACTOR_ADDED)] == [EMAIL]
    actions = [row[0] for row in await owner.fetch("select action from auth.audit_logs")]
    assert {"mfa.factor_enrolled", "mfa.factor_confirmed"} <= set(actions)


async def test_the_first_factor_also_ends_a_session_that_is_just_being_opened(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)

    async with database.session(SYSTEM) as session:
        await sign_in.finish(session, Client(), user.id, ["password"], aal=1)
        added = asyncio.create_task(an_app(graph, me))
        # As long as anybody needs who waits for nothing.
        await asyncio.wait([added], timeout=1)
    await added

    query = "select id from auth.sessions where revoked_at is null"
    assert [row["id"] for row in await owner.fetch(query)] == [me.session_id]


async def test_a_later_factor_of_the_same_kind_ends_no_session_and_brings_no_codes(
    graph: Any, database: Database, owner: asyncpg.Connection, clock: MovedClock
) -> None:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)
    await an_app(graph, me)
    await open_many(database, user, 2)

    again = await an_app(graph, me)

    assert again.recovery_codes is None
    query = "select count(*) from auth.sessions where revoked_at is null"
    assert await owner.fetchval(query) == 3


async def test_the_app_before_stays_good_until_the_new_one_has_shown_a_code(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    old = await an_app(graph, me)
    secret = (await graph(ENROLL_APP, as_=me))["totpEnroll"]["secret"]
    clock.move(STEP)
    new_code = pyotp.TOTP(secret).at(now())

    token = await a_challenge(graph)
    by_new = await verified(graph, token, "TOTP", new_code)
    by_old = await verified(graph, token, "TOTP", old.code())

    assert refusals(by_new) == ["CodeInvalid"]
    assert by_old["session"] == {
        "aal": 2,
        "methods": ["password", "totp"],
        "user": {"email": EMAIL},
    }


@pytest.mark.parametrize(
    ("steps", "refused"),
    [(-2, ["CodeInvalid"]), (-1, []), (0, []), (1, []), (2, ["CodeInvalid"])],
)
async def test_a_code_counts_one_step_early_or_late(
    graph: Any, database: Database, clock: MovedClock, steps: int, refused: list[str]
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    app = await an_app(graph, me)
    clock.move(5 * STEP)
    to_the_start_of_a_step(clock)

    shown = await verified(graph, await a_challenge(graph), "TOTP", app.code(steps))

    assert refusals(shown) == refused
    assert (shown["accessToken"] is None) is bool(refused)


async def test_a_code_is_good_once_and_so_is_any_before_it(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    app = await an_app(graph, me)
    clock.move(5 * STEP)
    to_the_start_of_a_step(clock)
    code = app.code()

    first = await verified(graph, await a_challenge(graph), "TOTP", code)
    again = await verified(graph, await a_challenge(graph), "TOTP", code)
    before = await verified(graph, await a_challenge(graph), "TOTP", app.code(-1))
    clock.move(STEP)
    after = await verified(graph, await a_challenge(graph), "TOTP", app.code())

    assert refusals(first) == [] and refusals(after) == []
    assert refusals(again) == refusals(before) == ["CodeInvalid"]


async def test_the_code_that_confirmed_the_app_signs_nobody_in(
    graph: Any, database: Database, clock: MovedClock
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    app = await an_app(graph, me)

    shown = await verified(graph, await a_challenge(graph), "TOTP", app.confirmed_by)

    assert refusals(shown) == ["CodeInvalid"]


async def test_one_code_in_twenty_verifications_at_once_opens_one_session(
    graph: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    no_limits: None,
) -> None:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)
    app = await an_app(graph, me)
    clock.move(2 * STEP)
    code, tokens = app.code(), await challenges(database, user, 20)

    shown = await asyncio.gather(*(verified(graph, token, "TOTP", code) for token in tokens))

    assert sorted(map(refusals, shown)) == [[], *[["CodeInvalid"]] * 19]
    assert await owner.fetchval("select count(*) from auth.sessions") == 2


async def test_taking_the_app_away_takes_the_recovery_codes_along(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    _, me, _ = await a_session(database, await somebody(database))
    await an_app(graph, me)

    removed = (await graph(REMOVE_APP, as_=me))["totpRemove"]
    again = (await graph(REMOVE_APP, as_=me))["totpRemove"]
    await work_off(database)

    assert removed["mfaSettings"] == {
        "enabledAt": None,
        "totpConfirmedAt": None,
        "recoveryCodesLeft": 0,
    }
    assert refusals(again) == ["FactorNotFound"]
    assert (await signed_in(graph))["accessToken"] is not None
    assert len(mailbox.of(Letter.FACTOR_REMOVED, to=EMAIL)) == 1
    assert await owner.fetchval("select secret_encrypted from auth.mfa_settings") is None


@pytest.mark.parametrize("operation", [ENROLL_APP, REMOVE_APP])
async def test_factors_are_changed_by_who_proved_lately_who_they_are(
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    clock: MovedClock,
    operation: str,
) -> None:
    long_ago = now() - timedelta(minutes=11)
    _, me, _ = await a_session(database, await somebody(database), auth_time=long_ago)

    refused = await answer(operation, as_=me)
    nobody = await answer(operation)

    assert codes(refused) == ["STEP_UP_REQUIRED"]
    assert refused["errors"][0]["extensions"]["factors"] == ["password"]
    assert codes(nobody) == ["UNAUTHENTICATED"]
    assert await owner.fetchval("select count(*) from auth.mfa_settings") == 0


@pytest.mark.parametrize("form", [" {}", "{}\n", "{:.5}", "{:.0}", "+{:.5}"])
def test_a_code_is_six_digits_and_nothing_else(form: str) -> None:
    secret = engine.new_app_secret()
    code = pyotp.TOTP(secret).at(now())

    assert engine.step_of(secret, code, now()) is not None
    assert engine.step_of(secret, form.format(code), now()) is None


def test_digits_of_other_scripts_are_no_code() -> None:
    secret = engine.new_app_secret()
    code = pyotp.TOTP(secret).at(now())

    assert engine.step_of(secret, code.translate(FULL_WIDTH), now()) is None
