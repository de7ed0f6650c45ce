"""People are told what becomes of their money: how much, and by whom if everybody may know them."""

from uuid import UUID

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.kernel.database import Database
from domains.kernel.events import Event
from domains.kernel.row import uuid7
from domains.kernel.viewer import SYSTEM
from domains.mint import events
from domains.mint import public as mint
from tests.makers import a_user
from tests.mint.bank import Bank
from tests.notifications.news import News, heard

STAKE = """
with transaction as (select id, from_id as wallet_id, currency from mint.transactions limit 1)
insert into mint.stakes
  (id, user_id, wallet_id, transaction_id, currency, amount, started_at, unlocks_at)
select $1, $2, $3, id, currency, 100, now(), now() + interval '1 day' from transaction
"""
RECORD = """
insert into mint.mining_records
  (id, number, user_id, wallet_id, transaction_id, activity_type, activity_id, currency,
   tokens_earned, difficulty, score, proof_hash)
select $1, 1, $2, $3, id, $4, $1, currency, 7.25, 1, 100, '' from mint.transactions limit 1
"""

STOPPED = "An admin stopped your AZR wallet. Nothing goes in or out until it is opened again."


@pytest.fixture
async def bank(database: Database) -> Bank:
    return await Bank.opened(database)


async def hears(bank: Bank, owner: asyncpg.Connection, event: Event) -> News:
    people = {"ada": bank.ada.id, "bob": bank.bob.id}
    return await heard(bank.database, owner, event, people)


async def moved(bank: Bank, amount: str, reason: str | None = None) -> UUID:
    [movement] = await bank.post(bank.leg(amount, reason=reason))
    return movement.id


async def sent(bank: Bank, amount: str, reason: str | None = None) -> Event:
    return events.MoneyTransferred(
        transaction_id=await moved(bank, amount, reason),
        actor_id=bank.ada.id,
        recipient_id=bank.bob.id,
        session_id=uuid7(),
    )


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("12.50000000", "12.5 AZR"), ("100", "100 AZR"), ("0.00000001", "0.00000001 AZR")],
)
async def test_both_hear_of_a_transfer_and_not_who_the_sender_is(
    bank: Bank, owner: asyncpg.Connection, amount: str, shown: str
) -> None:
    assert await hears(bank, owner, await sent(bank, amount)) == {
        "ada": [("info", f"You sent {shown}", f"{shown} left your wallet.")],
        "bob": [("success", f"You received {shown}", f"Somebody sent you {shown}.")],
    }


async def test_a_sender_whom_everybody_may_know_is_named_and_their_reason_told(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    await owner.execute("update auth.users set role = 'educator' where id = $1", bank.ada.id)
    told = await hears(bank, owner, await sent(bank, "3", "Rent {for} May"))
    assert told["bob"] == [
        ("success", "You received 3 AZR", "Ada sent you 3 AZR: “Rent {for} May”.")
    ]
    assert told["ada"] == [("info", "You sent 3 AZR", "3 AZR left your wallet: “Rent {for} May”.")]


async def test_the_admin_who_sends_the_platforms_money_is_not_who_sent_it(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    async with bank.database.session(SYSTEM) as session:
        platform = await mint.platform(session)
    await bank.post(bank.leg("9", to_id=platform))
    [movement] = await bank.post(bank.leg("9", from_id=platform))
    made = events.MoneyTransferred(
        transaction_id=movement.id,
        actor_id=bank.ada.id,
        recipient_id=bank.bob.id,
        session_id=uuid7(),
    )
    assert await hears(bank, owner, made) == {
        "bob": [("success", "You received 9 AZR", "The platform sent you 9 AZR.")]
    }


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            events.MoneyMinted,
            ("success", "You received 5 AZR", "An admin put 5 AZR into your wallet: “Prize”."),
        ),
        (
            events.MoneyBurned,
            (
                "warning",
                "5 AZR left your wallet",
                "An admin took 5 AZR out of your wallet: “Prize”.",
            ),
        ),
    ],
)
async def test_the_owner_hears_what_an_admin_made_or_ended(
    bank: Bank,
    owner: asyncpg.Connection,
    event: type[events.MoneyMinted | events.MoneyBurned],
    told: tuple[str, str, str],
) -> None:
    admin = await a_user(bank.database, UserRole.ADMIN)
    id = await moved(bank, "5", "Prize")
    made = event(transaction_id=id, actor_id=admin.id, wallet_id=bank.bobs)
    assert await hears(bank, owner, made) == {"bob": [told]}


async def test_of_the_platforms_own_wallet_nobody_hears(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    issuance = await owner.fetchval("select id from mint.wallets where kind = 'ISSUANCE'")
    made = events.MoneyMinted(
        transaction_id=await moved(bank, "5"), actor_id=bank.ada.id, wallet_id=issuance
    )
    assert await hears(bank, owner, made) == {}


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            events.WalletFrozen,
            (
                "warning",
                "Your wallet is frozen",
                STOPPED,
            ),
        ),
        (
            events.WalletUnfrozen,
            (
                "success",
                "Your wallet can be used again",
                "An admin opened your AZR wallet again.",
            ),
        ),
    ],
)
async def test_the_owner_hears_that_a_wallet_was_stopped_and_opened(
    bank: Bank,
    owner: asyncpg.Connection,
    event: type[events.WalletFrozen | events.WalletUnfrozen],
    told: tuple[str, str, str],
) -> None:
    made = event(wallet_id=bank.bobs, actor_id=bank.ada.id)
    assert await hears(bank, owner, made) == {"bob": [told]}


@pytest.mark.parametrize(
    ("activity", "words"),
    [
        ("course_completion", "a course that you completed"),
        ("skill_assessment", "an assessment that you passed"),
        ("job_completion", "a job that you completed"),
    ],
)
async def test_who_mined_hears_for_what_and_how_much(
    bank: Bank, owner: asyncpg.Connection, activity: str, words: str
) -> None:
    id = uuid7()
    await owner.execute(RECORD, id, bank.bob.id, bank.bobs, activity)
    told = await hears(bank, owner, events.RewardMined(record_id=id, user_id=bank.bob.id))
    assert told == {
        "bob": [("success", "You earned 7.25 AZR", f"Your reward for {words} is in your wallet.")]
    }


async def test_who_staked_hears_when_the_term_has_ended(
    bank: Bank, owner: asyncpg.Connection
) -> None:
    id = uuid7()
    await moved(bank, "1")
    await owner.execute(STAKE, id, bank.ada.id, bank.adas)
    told = await hears(bank, owner, events.StakeMatured(stake_id=id, user_id=bank.ada.id))
    message = "You can take 100 AZR and their reward back. Until you do, they go on earning."
    assert told == {"ada": [("info", "The term of your stake has ended", message)]}
