"""Amounts as whole numbers of the smallest part of money, so that sums are exact."""

from decimal import ROUND_FLOOR, Decimal

DECIMALS = 8


def units_of(amount: Decimal) -> int:
    """How many units of 1e-8 an amount holds; what is less than one is left out."""
    return int(amount.scaleb(DECIMALS).to_integral_value(ROUND_FLOOR))


def amount_of(units: int) -> Decimal:
    """So many units of 1e-8 as an amount."""
    return Decimal(units).scaleb(-DECIMALS)
