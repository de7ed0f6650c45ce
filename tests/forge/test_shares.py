"""The division of a milestone's money, to the last digit."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.forge.engine.shares import Shares, divided

UNIT = Decimal("0.00000001")
MOST = Decimal("9999999999.99999999")


@pytest.mark.parametrize(
    ("amount", "award", "fee", "freelancer", "platform", "employer"),
    [
        ("100", 10_000, 0, "100", "0", "0"),
        ("100", 10_000, 250, "97.5", "2.5", "0"),
        ("100", 0, 250, "0", "0", "100"),
        ("100", 10_000, 10_000, "0", "100", "0"),
        ("0.00000001", 3333, 0, "0", "0", "0.00000001"),
        ("0.00000001", 10_000, 9999, "0.00000001", "0", "0"),
        ("0.00000001", 10_000, 10_000, "0", "0.00000001", "0"),
        ("0.00000003", 3334, 5000, "0.00000001", "0", "0.00000002"),
        ("0.00000007", 5000, 5000, "0.00000002", "0.00000001", "0.00000004"),
        ("0.1", 3333, 333, "0.03222012", "0.00110988", "0.06667"),
        ("9999999999.99999999", 1, 1, "999900", "99.99999999", "9999000000"),
    ],
)
def test_each_gets_their_part_rounded_down_and_the_employer_the_rest(
    amount: str, award: int, fee: int, freelancer: str, platform: str, employer: str
) -> None:
    shares = divided(Decimal(amount), award, fee)
    assert shares == Shares(*map(Decimal, (freelancer, platform, employer)))


@given(
    st.decimals(min_value=UNIT, max_value=MOST, places=8),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_nothing_is_lost_or_made(amount: Decimal, award: int, fee: int) -> None:
    shares = divided(amount, award, fee)
    exact = (shares.freelancer, shares.platform, shares.employer)
    assert sum(map(Fraction, exact)) == Fraction(amount)
    assert min(exact) >= 0
    assert all(each == each.quantize(UNIT) for each in exact)
    released = floor(Fraction(amount) / Fraction(UNIT) * award / 10_000)
    assert Fraction(shares.released) == released * Fraction(UNIT)
    assert Fraction(shares.platform) == floor(Fraction(released * fee, 10_000)) * Fraction(UNIT)
