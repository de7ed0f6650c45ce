"""Each invariant sees what it is there for, in a town where all kinds of money have moved."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domains.forge.service.choices import choices
from domains.kernel.invariants import declared
from gateway.execution import Gateway
from tests.money.conftest import FEE_BPS
from tests.money.machine.cast import UNIT
from tests.money.machine.clock import StoppedClock
from tests.money.machine.leaving import Everything
from tests.money.machine.town import Town
from tests.postgres import Urls, beside_the_loop

RELEASED, HELD = "status = 'released'", "status = 'funded'"

FOUND: dict[str, tuple[str, set[str]]] = {
    "a stake that is more than was locked": (
        "update mint.stakes set amount = amount + 1 where status = 'active'",
        {"I7", "I7l"},
    ),
    "a stake that is closed and was not paid back": (
        "update mint.stakes set status = 'completed', closed_at = now() where status = 'active'",
        {"I7", "I10"},
    ),
    "a stake of another wallet": (
        (
            "update mint.stakes set wallet_id = (select id from mint.wallets"
            " where kind = 'ISSUANCE' and currency = 'AZR') where status = 'active'"
        ),
        {"I7l"},
    ),
    "a reward that was not paid": (
        "update mint.stakes set reward_paid = reward_paid + 1 where reward_paid > 0",
        {"I10"},
    ),
    "a claim that was not counted": (
        "update mint.stakes set claims = claims - 1 where claims > 0",
        {"I10"},
    ),
    "a stake that was forgotten": (
        "delete from mint.stakes where claims = 1",
        {"I7", "I7l", "I10"},
    ),
    "a proof that paid more": (
        "update mint.mining_records set tokens_earned = tokens_earned + 1",
        {"I11"},
    ),
    "a proof that was forgotten": ("delete from mint.mining_records", {"I11"}),
    "a gap in the proofs": ("update mint.mining_records set number = number + 1", {"I11n"}),
    "a day of too much mining": (
        "update mint.mining_records set tokens_earned = 1001",
        {"I11", "I11c"},
    ),
    "money in escrow of a milestone that is settled": (
        f"update forge.milestones set status = 'pending' where {HELD}",
        {"I8", "I9"},
    ),
    "a contract without its escrow": (
        "update forge.contracts set escrow_wallet_id = null where status = 'active'",
        {"I8", "I9"},
    ),
    "a milestone that released more": (
        (
            "update forge.milestones set released = released + 1, refunded = refunded - 1"
            " where status = 'resolved'"
        ),
        {"I9", "I18"},
    ),
    "a milestone that was settled by another movement": (
        (
            "update forge.milestones set settlement_transaction_id ="
            f" (select id from mint.transactions order by id limit 1) where {RELEASED}"
        ),
        {"I9"},
    ),
    "a fee that is not the contract's": (
        "update forge.contracts set fee_bps = fee_bps + 1000 where status = 'completed'",
        {"I9"},
    ),
    "a payment for work out of nobody's milestone": (
        (
            "update mint.postings set idempotency_key = concat(idempotency_key, 'd')"
            " where idempotency_key like 'forge:%:settle'"
        ),
        {"I6", "I9", "I9m"},
    ),
    "work that was paid to somebody else": (
        "update forge.milestones set freelancer_id = employer_id",
        {"I9m"},
    ),
    "a dispute that stops nothing": (
        (
            "update forge.milestones set status = 'funded', disputed_from = null"
            " where status = 'disputed'"
        ),
        {"I13"},
    ),
    "a dispute that nobody has ended": (
        (
            "update forge.disputes set status = 'open', outcome = null, award_bps = null,"
            " resolution = null, resolved_by_id = null, resolved_at = null"
            " where status = 'resolved'"
        ),
        {"I13"},
    ),
    "a contract in dispute over nothing": (
        "update forge.contracts set status = 'disputed' where status = 'active'",
        {"I13"},
    ),
    "milestones of more than was agreed": (
        "update forge.contracts set amount = amount / 2 where status = 'completed'",
        {"I17"},
    ),
    "a contract that ended too early": (
        "update forge.contracts set status = 'completed', ended_at = now() where status = 'active'",
        {"I17"},
    ),
    "a freelancer who has done more": (
        "update forge.skill_profiles set jobs_completed = jobs_completed + 1",
        {"I18"},
    ),
    "a freelancer who has earned more": (
        "update forge.skill_profiles set total_earned = total_earned + 1",
        {"I18"},
    ),
    "a rating that was never given": (
        (
            "update forge.skill_profiles set rating_count = rating_count + 1,"
            " rating_total = rating_total + 5"
        ),
        {"I18"},
    ),
    "a place that was never paid for": (
        "delete from education.transactions where type = 'payment'",
        {"I14", "I14m"},
    ),
    "a place at another price": (
        "update education.enrollments set price = price + 1 where status = 'completed'",
        {"I14"},
    ),
    "a place that is kept although it was paid back": (
        "update education.enrollments set status = 'active' where status = 'dropped'",
        {"I14"},
    ),
    "a payment by somebody else": (
        (
            "update education.transactions set wallet_id = (select wallets.id"
            " from education.wallets where wallets.id <> wallet_id limit 1)"
            " where type = 'payment'"
        ),
        {"I14m"},
    ),
    "a figure of the economy": (
        (
            "update mint.economic_metrics set circulating_supply = circulating_supply + 1,"
            " total_supply = total_supply + 1, total_minted = total_minted + 1"
        ),
        {"I16"},
    ),
    "a number of the economy": (
        "update mint.economic_metrics set transactions = transactions + 1",
        {"I16"},
    ),
    "a volume of the economy": (
        "update mint.economic_metrics set daily_volume = daily_volume + 1",
        {"I16"},
    ),
}

OF_THE_LEDGER = {"I1", "I2", "I3", "I4", "I5", "I6", "I6h", "I12", "I15"}
"""Those that the ledger's own rows are held to, as `test_invariants` shows."""


@pytest.fixture(scope="module")
def busy(gateway: Gateway, urls: Urls) -> Iterator[Everything]:
    """People have staked and mined, learned and left, worked, quarrelled and been paid."""
    with pytest.MonkeyPatch.context() as changes, StoppedClock() as clock:
        changes.setattr(choices, "fee_bps", FEE_BPS)
        town = beside_the_loop(Town, gateway, urls, clock)
        yield beside_the_loop(_busy, town)
        beside_the_loop(town.close)


def _busy(town: Town) -> Everything:
    Everything.town = town
    machine = Everything()
    for share in ("half", "a third"):
        machine.lock(None, "ada", "AZR", share, 30)
    machine.time_passes(timedelta(days=31))
    machine.claim(None, 0)
    machine.close(None, 0, modest=False)
    machine.claim(None, 1)
    for course in ("cheap", "free"):
        machine.take("bob", course, None)
    machine.finish(None, 0, (0, 1))
    machine.mine(None, 0)
    machine.take("ada", "dear", None)
    machine.leave(None, 2, anyway=False)
    _work(machine)
    town.run(town.owner.execute("select mint.record_metrics()"))
    machine.both_worlds_agree()
    machine.everything_adds_up()
    return machine


def _work(machine: Everything) -> None:
    """One contract is done, after a dispute; one is in dispute, and one in work."""
    machine.begin_in_the_middle("emma", "ada", 10 * UNIT + 3, [1, 2], "submitted", "employer")
    machine.decide(None, 0, "SPLIT", 3333)
    for _ in range(3):
        machine.go_the_usual_way(1)
    machine.rate(None, 0, 5)
    machine.begin_in_the_middle("emma", "bob", 10 * UNIT, [1], "funded", "freelancer")
    machine.begin_in_the_middle("root", "bob", 10 * UNIT, [1], "funded", "")


def test_the_busy_town_has_all_kinds_of_money(busy: Everything) -> None:
    model = busy.model

    assert [stake.status for stake in model.stakes] == ["completed", "active"]
    assert [seat.status for seat in model.seats] == ["completed", "active", "dropped"]
    assert [contract.status for contract in model.contracts] == ["completed", "disputed", "active"]
    assert [part.status for part in model.milestones] == [
        "resolved",
        "released",
        "disputed",
        "funded",
    ]
    assert len(model.mined) == 1


@pytest.mark.parametrize(("statement", "codes"), FOUND.values(), ids=FOUND)
def test_what_does_not_add_up_is_found(busy: Everything, statement: str, codes: set[str]) -> None:
    assert beside_the_loop(busy.town.would_find, statement) == codes


def test_each_invariant_has_something_to_find() -> None:
    seen = set[str]().union(*(codes for _, codes in FOUND.values())) | OF_THE_LEDGER

    assert seen == {invariant.code for invariant in declared()}
