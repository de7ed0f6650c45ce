"""How the money of a milestone is divided: exactly, whatever the parts are."""

from dataclasses import dataclass
from decimal import Decimal

from domains.forge.models import BASIS_POINTS
from domains.mint import public as mint


@dataclass(frozen=True, slots=True)
class Shares:
    """What becomes of an amount; no digit of it is lost or made."""

    freelancer: Decimal
    platform: Decimal
    employer: Decimal

    @property
    def released(self) -> Decimal:
        """What the work is worth: what came to the freelancer, and the fee that they paid."""
        return self.freelancer + self.platform


def divided(amount: Decimal, award_bps: int, fee_bps: int) -> Shares:
    """Divide an amount by what part of it is for the work, and what part of that is the fee.

    Both parts are rounded down, so that the fee is never too much, and what an award leaves over
    is the employer's.
    """
    units = mint.units_of(amount)
    released = units * award_bps // BASIS_POINTS
    fee = released * fee_bps // BASIS_POINTS
    return Shares(*map(mint.amount_of_units, (released - fee, fee, units - released)))
