"""What a stake earns: exact to the last unit, and the same however often it is claimed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from domains.mint.engine.staking import accrued, rate_of
from domains.mint.engine.units import amount_of, units_of

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("amount", "rate", "days", "earned"),
    [
        ("100", "0.05", 30, "0.41095890"),
        ("100", "0.10", 90, "2.46575342"),
        ("100", "0.15", 365, "15"),
        ("0.00000001", "0.05", 365, "0"),
        ("9999999999.99999999", "0.15", 1825, "7499999999.99999999"),
        ("100", "0.05", 0, "0"),
        ("100", "0.05", -1, "0"),
    ],
)
def test_a_stake_earns_simple_interest_rounded_down(
    amount: str, rate: str, days: int, earned: str
) -> None:
    until = START + timedelta(days=days)
    units = accrued(units_of(Decimal(amount)), Decimal(rate), START, until)
    assert amount_of(units) == Decimal(earned)


@pytest.mark.parametrize(
    ("days", "rate"),
    [(1, "0.05"), (89, "0.05"), (90, "0.10"), (364, "0.10"), (365, "0.15"), (1825, "0.15")],
)
def test_a_longer_term_earns_more(days: int, rate: str) -> None:
    assert rate_of(days) == Decimal(rate)


def test_ten_thousand_ways_of_claiming_all_bring_what_one_claim_does() -> None:
    random = Random(17)  # noqa: S311 (not for secrets)
    for _ in range(10_000):
        amount = random.randrange(1, 10 ** random.randrange(1, 18))
        rate = Decimal(random.randrange(10_001)).scaleb(-4)
        lasted = random.randrange(1, 5 * YEAR // timedelta(microseconds=1))
        splits = sorted(random.randrange(lasted) for _ in range(random.randrange(12)))
        paid = 0
        for moment in (*splits, lasted):
            due = accrued(amount, rate, START, START + timedelta(microseconds=moment)) - paid
            assert due >= 0
            paid += due
        exact = Fraction(amount) * Fraction(rate) * lasted / (YEAR // timedelta(microseconds=1))
        assert paid == exact.__floor__()


def test_units_leave_nothing_out_and_add_nothing() -> None:
    assert units_of(Decimal("9999999999.99999999")) == 10**18 - 1
    assert amount_of(10**18 - 1) == Decimal("9999999999.99999999")
    assert units_of(Decimal("0.000000019")) == 1
