"""The real world as one statement sees it, in the form of the model."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from .cast import Cast

OBSERVED = """
select json_build_object(
  'wallets', (select json_agg(json_build_array(
      id, user_id, payer_id, kind, currency, status, balance::text)) from mint.wallets),
  'stakes', (select json_agg(json_build_array(id, status, reward_paid::text)) from mint.stakes),
  'mined', (select json_agg(json_build_array(
      user_id, activity_type, activity_id, tokens_earned::text)) from mint.mining_records),
  'places', (select json_agg(json_build_array(
      places.id, status, attempt, progress::text, price::text)) from education.enrollments places),
  'jobs', (select json_agg(json_build_array(id, status)) from forge.jobs),
  'offers', (select json_agg(json_build_array(id, status)) from forge.applications),
  'contracts', (select json_agg(json_build_array(
      id, status, rating, escrow_wallet_id)) from forge.contracts),
  'milestones', (select json_agg(json_build_array(
      id, status, released::text, refunded::text, fee::text)) from forge.milestones),
  'disputes', (select json_agg(json_build_array(id, status)) from forge.disputes),
  'profiles', (select json_agg(json_build_array(
      user_id, jobs_completed, total_earned::text, rating_total, rating_count))
    from forge.skill_profiles)
)::text
"""


def units(amount: str) -> int:
    """An amount in the smallest part of money."""
    whole = Decimal(amount).scaleb(8)
    assert whole == int(whole)
    return int(whole)


class Observed:
    """Everything that the model speaks of, by the names or ids that it uses."""

    def __init__(self, text: str, cast: Cast) -> None:
        self._found: Mapping[str, Any] = json.loads(text)
        self._names = {user.id: name for name, user in cast.users.items()}

    def _rows(self, name: str) -> list[list[Any]]:
        return self._found[name] or []

    def purses(self) -> dict[tuple[str, str, str], tuple[str, int]]:
        """State and balance by owner, kind and currency; an escrow's owner is its contract."""
        contracts = {row[3]: row[0] for row in self._rows("contracts")}
        found = {}
        for id, user_id, payer_id, kind, currency, status, balance in self._rows("wallets"):
            owner = self._names[UUID(user_id)] if user_id else kind
            if payer_id:
                owner = contracts[id]
            found[owner, kind, currency] = (status, units(balance))
        return found

    def states(self, name: str) -> dict[UUID, str]:
        """States by ids."""
        return {UUID(row[0]): row[1] for row in self._rows(name)}

    def stakes(self) -> dict[UUID, tuple[str, int]]:
        """State and paid rewards."""
        return {UUID(id): (status, units(paid)) for id, status, paid in self._rows("stakes")}

    def mined(self) -> dict[tuple[str, str, UUID], int]:
        """Rewards by person, kind and activity."""
        return {
            (self._names[UUID(user_id)], kind, UUID(id)): units(earned)
            for user_id, kind, id, earned in self._rows("mined")
        }

    def places(self) -> dict[UUID, tuple[str, int, Decimal, int]]:
        """State, attempt, progress and price of places in courses."""
        return {
            UUID(id): (status, attempt, Decimal(progress), units(price))
            for id, status, attempt, progress, price in self._rows("places")
        }

    def ratings(self) -> dict[UUID, int | None]:
        """Of contracts."""
        return {UUID(row[0]): row[2] for row in self._rows("contracts")}

    def milestones(self) -> dict[UUID, tuple[str, int, int, int]]:
        """State, and what was released, refunded and kept as a fee."""
        return {
            UUID(id): (status, units(released), units(refunded), units(fee))
            for id, status, released, refunded, fee in self._rows("milestones")
        }

    def profiles(self) -> dict[str, tuple[int, int, int, int]]:
        """Jobs, earnings, and the sum and number of ratings."""
        return {
            self._names[UUID(user_id)]: (jobs, units(earned), stars, ratings)
            for user_id, jobs, earned, stars, ratings in self._rows("profiles")
        }
