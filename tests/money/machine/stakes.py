"""Locking money for a reward."""

from datetime import timedelta

from .base import Base, anyone, part, people, pick, picks, shares, text
from .model import Leg, Stake, issuance, own, staked
from .steps import step

RATES = ((365, 1500), (90, 1000), (1, 500))
currencies = ["AZR", "AZR", "AZR", "USD"]
terms = [1, 1, 1, 30, 89, 90, 364, 365, 1825, 0, 1826, -1]


class Stakes(Base):
    """What people do with their stakes, and with those of others."""

    @step(2, given=anyone, person=people, currency=currencies, share=shares, days=terms)
    def lock(self, given: str | None, person: str, currency: str, share: str, days: int) -> None:
        place = own(person, currency)
        if place not in self.model.purses or person in self.model.gone:
            return
        owner, amount = self.actor(given, person), part(share, self.model.purse(place).balance)
        legs: list[Leg] = [(place, staked(owner), amount)]
        why = self.model.why_not(legs)
        if currency == "USD":
            why = {"CurrencyNotStakeable"}
        if owner != person:
            why = {"WalletNotFound"}
        if not 1 <= days <= 1825:
            why = {"TermInvalid"}
        wallet = ("Wallet", self.town.wallet_id(place))
        given_ = {"walletId": wallet, "amount": text(amount), "days": days}
        if answer := self.once(why, "stakeCreate", owner, "stake", **given_):
            assert answer.id
            self.model.move(*legs)
            moment = self.town.clock.moment
            rate = next(rate for least, rate in RATES if days >= least)
            unlocks = moment + timedelta(days=days)
            self.model.stakes.append(Stake(answer.id, owner, amount, rate, moment, unlocks))

    @step(when=lambda self: self.model.stakes, given=anyone, number=picks)
    def claim(self, given: str | None, number: int) -> None:
        stake = pick(self.model.stakes, number)
        due = stake.accrued(self.town.clock.moment) - stake.paid
        legs: list[Leg] = [(issuance("AZR"), own(stake.owner), due)]
        why = self.model.why_not(legs) if due else {"NothingToClaim"}
        if self._ask(why, "stakeClaim", given, stake):
            self.model.move(*legs)
            stake.paid += due

    @step(2, when=lambda self: self.model.stakes, given=anyone, number=picks, modest=(False, True))
    def close(self, given: str | None, number: int, modest: bool) -> None:  # noqa: FBT001
        stake = pick(self.model.stakes, number)
        moment = self.town.clock.moment
        due = 0 if modest else stake.accrued(moment) - stake.paid
        legs: list[Leg] = [(issuance("AZR"), own(stake.owner), due)] if due else []
        legs.append((staked(stake.owner), own(stake.owner), stake.amount))
        why = self.model.why_not(legs) if moment >= stake.unlocks else {"StakeLocked"}
        if self._ask(why, "stakeClose", given, stake, withoutReward=modest):
            self.model.move(*legs)
            stake.paid += due
            stake.status = "completed"

    def _ask(self, why: set[str], act: str, given: str | None, stake: Stake, **more: bool) -> bool:
        if stake.owner in self.model.gone:
            return False
        owner = self.actor(given, stake.owner)
        if stake.status != "active":
            why = {"StakeEnded"}
        if owner != stake.owner:
            why = {"StakeNotFound"}
        known = ("Stake", stake.id)
        return self.once(why, act, owner, "stake", stakeId=known, **more) is not None
