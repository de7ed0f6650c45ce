"""Recovery codes, from the outside."""

import asyncio
import re
from typing import Any

import asyncpg
import pytest
from argon2.low_level import hash_secret

from domains.auth.engine import codes as engine
from domains.auth.engine.letters import Letter
from domains.auth.models import User
from domains.auth.service.choices import choices
from domains.auth.service.rates import Rates
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.auth.people import EMAIL, somebody
from tests.auth.second_factors import (
    App,
    a_challenge,
    an_app,
    challenges,
    refusals,
    verified,
)
from tests.auth.sessions import a_session
from tests.mailbox import Mailbox
from tests.operations import codes
from tests.worker import work_off

REGENERATE = """
mutation { recoveryCodesRegenerate { recoveryCodes userErrors { __typename path } } }
"""


async def a_person_with_an_app(graph: Any, database: Database) -> tuple[User, Viewer, App]:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)
    return user, me, await an_app(graph, me)


async def test_ten_codes_are_told_once_and_kept_hashed(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, _, app = await a_person_with_an_app(graph, database)

    kept = await owner.fetchval("select backup_code_hashes from auth.mfa_settings")

    assert len(set(app.recovery_codes)) == 10
    form = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")
    assert all(map(form.fullmatch, app.recovery_codes))
    assert {hash.rsplit("$", 2)[0] for hash in kept} == {"$argon2id$v=19$m=19456,t=2,p=1"}
    assert len({hash.split("$")[-2] for hash in kept}) == 1
    assert len({hash.split("$")[-1] for hash in kept}) == 10


async def test_a_code_signs_in_once_in_any_order_and_its_owner_is_told(
    graph: Any, database: Database, owner: asyncpg.Connection, mailbox: Mailbox
) -> None:
    _, _, app = await a_person_with_an_app(graph, database)
    code = app.recovery_codes[6]

    used = await verified(graph, await a_challenge(graph), "RECOVERY", code)
    again = await verified(graph, await a_challenge(graph), "RECOVERY", code)
    other = await verified(graph, await a_challenge(graph), "RECOVERY", app.recovery_codes[0])
    await work_off(database)

    assert used["session"] == {
        "aal": 2,
        "methods": ["password", "recovery"],
        "user": {"email": EMAIL},
    }
    assert (used["recoveryCodesLeft"], other["recoveryCodesLeft"]) == (9, 8)
    assert refusals(again) == ["CodeInvalid"]
    assert len(mailbox.of(Letter.RECOVERY_CODE_USED, to=EMAIL)) == 2
    query = "select count(*) from auth.audit_logs where action = 'mfa.recovery_used'"
    assert await owner.fetchval(query) == 2


async def test_a_code_is_read_however_it_was_written_down(graph: Any, database: Database) -> None:
    _, _, app = await a_person_with_an_app(graph, database)
    written = app.recovery_codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")

    used = await verified(graph, await a_challenge(graph), "RECOVERY", written)

    assert used["recoveryCodesLeft"] == 9


async def test_one_code_in_twenty_tries_at_once_is_used_once(
    graph: Any, database: Database, owner: asyncpg.Connection, no_limits: None
) -> None:
    user, _, app = await a_person_with_an_app(graph, database)
    tokens = await challenges(database, user, 20)

    shown = await asyncio.gather(
        *(verified(graph, token, "RECOVERY", app.recovery_codes[0]) for token in tokens)
    )

    assert [payload["accessToken"] is not None for payload in shown].count(True) == 1
    query = "select cardinality(backup_code_hashes) from auth.mfa_settings"
    assert await owner.fetchval(query) == 9


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA", "AAAAA-AAAAU", "é" * 10, "A" * 5000])
async def test_what_is_no_code_of_theirs_is_refused(
    graph: Any, database: Database, owner: asyncpg.Connection, code: str
) -> None:
    await a_person_with_an_app(graph, database)

    shown = await verified(graph, await a_challenge(graph), "RECOVERY", code)

    assert refusals(shown) == ["CodeInvalid"]
    query = "select cardinality(backup_code_hashes) from auth.mfa_settings"
    assert await owner.fetchval(query) == 10


async def test_another_persons_code_is_refused(graph: Any, database: Database) -> None:
    await a_person_with_an_app(graph, database)
    _, me, _ = await a_session(database, await somebody(database, email="b@example.org"))
    theirs = await an_app(graph, me)

    shown = await verified(graph, await a_challenge(graph), "RECOVERY", theirs.recovery_codes[0])

    assert refusals(shown) == ["CodeInvalid"]


async def test_new_codes_take_the_place_of_all_older_ones(
    graph: Any, database: Database, mailbox: Mailbox
) -> None:
    _, me, app = await a_person_with_an_app(graph, database)

    made = (await graph(REGENERATE, as_=me))["recoveryCodesRegenerate"]
    await work_off(database)
    old = await verified(graph, await a_challenge(graph), "RECOVERY", app.recovery_codes[0])
    new = await verified(graph, await a_challenge(graph), "RECOVERY", made["recoveryCodes"][0])

    assert set(made["recoveryCodes"]).isdisjoint(app.recovery_codes)
    assert refusals(old) == ["CodeInvalid"]
    assert new["recoveryCodesLeft"] == 9
    assert len(mailbox.of(Letter.RECOVERY_CODES_MADE, to=EMAIL)) == 1


async def test_who_has_no_second_factor_gets_no_codes(
    graph: Any, database: Database, owner: asyncpg.Connection
) -> None:
    _, me, _ = await a_session(database, await somebody(database))

    refused = (await graph(REGENERATE, as_=me))["recoveryCodesRegenerate"]

    assert refused["recoveryCodes"] is None and refusals(refused) == ["FactorNotFound"]
    assert await owner.fetchval("select count(*) from auth.mfa_settings") == 0


def test_a_try_costs_one_hash_however_many_codes_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    made = engine.new_recovery_codes()
    hashed: list[bytes] = []

    def counted(secret: bytes, *given: Any, **cost: Any) -> bytes:
        hashed.append(secret)
        return hash_secret(secret, *given, **cost)

    monkeypatch.setattr(engine, "hash_secret", counted)

    assert engine.recovery_hash(made.plain[9], made.hashes[0]) == made.hashes[9]
    assert len(hashed) == 1
    assert engine.recovery_hash("no code", made.hashes[0]) is None
    assert len(hashed) == 1


async def test_codes_are_made_as_often_as_they_may_be_tried(
    graph: Any,
    answer: Any,
    database: Database,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choices, "rates", Rates(second_factor_per_quarter=2))
    _, me, _ = await a_person_with_an_app(graph, database)
    await graph(REGENERATE, as_=me)
    kept = await owner.fetchval("select backup_code_hashes from auth.mfa_settings")

    assert codes(await answer(REGENERATE, as_=me)) == ["RATE_LIMITED"]

    assert await owner.fetchval("select backup_code_hashes from auth.mfa_settings") == kept
