"""Doing the work of a contract in parts, and paying for it out of escrow."""

from datetime import timedelta
from typing import Any

from domains.forge.jobs import release_milestone
from domains.forge.service.choices import choices

from .base import Base, anyone, pick, picks
from .cast import JUDGE, UNIT
from .jobs import Jobs
from .model import Contract, Leg, Milestone, Profile, issuance, own, platform
from .steps import step

SILENCE = timedelta(days=7)
HELD = {"funded", "submitted", "changes_requested"}
SETTLED = {"released", "refunded", "resolved"}
BPS = 10_000

ACTS = {
    "milestoneFund": ("employer", {"pending"}),
    "milestoneSubmit": ("freelancer", {"funded", "changes_requested"}),
    "milestoneRequestChanges": ("employer", {"submitted"}),
    "milestoneApprove": ("employer", {"submitted"}),
    "milestoneRefund": ("freelancer", HELD),
    "milestoneCancel": ("employer", {"pending"}),
}
"""Whose turn each is, and when."""


def working(machine: Base) -> bool:
    return bool(machine.model.contracts)


def fee_of(released: int) -> int:
    return released * choices.fee_bps // BPS


class Contracts(Jobs):
    """What the two parties of contracts do, and what others try."""

    @step(4, when=working, act=[*ACTS], given=anyone, number=picks)
    def go_on(self, act: str, given: str | None, number: int) -> None:
        part = pick(self.model.milestones, number)
        side, _ = ACTS[act]
        right: str = getattr(part.contract, side)
        if right not in self.model.gone:
            self.perform(act, self.actor(given, right), part)

    @step(3, when=working, act=[*ACTS], number=picks)
    def try_what_is_wrong(self, act: str, number: int) -> None:
        """Whoever's turn it is not, and what comes too early or too late, is refused."""
        part = pick(self.model.milestones, number)
        side, states = ACTS[act]
        right = getattr(part.contract, side)
        for person in (part.contract.employer, part.contract.freelancer, JUDGE):
            if person in self.model.here and (person != right or part.status not in states):
                self.perform(act, person, part)

    @step(8, when=working, number=picks)
    def go_the_usual_way(self, number: int) -> None:
        """The step that an honest pair would do next."""
        usual = {
            "pending": "milestoneFund",
            "funded": "milestoneSubmit",
            "changes_requested": "milestoneSubmit",
            "submitted": "milestoneApprove",
        }
        part = pick(self.model.milestones, number)
        if part.status in usual:
            act = usual[part.status]
            self.perform(act, getattr(part.contract, ACTS[act][0]), part)

    def perform(self, act: str, person: str, part: Milestone) -> None:
        side, states = ACTS[act]
        legs = self._legs(act, part) if part.status in states else []
        why = self.model.why_not(legs)
        if act == "milestoneApprove" and part.status == "submitted" and why:
            # Good work that cannot be paid for now is good all the same.
            assert why == {"WalletNotActive"}
            why = set()
        if part.status not in states:
            why = {"MilestoneNotInState"}
        if person != getattr(part.contract, side):
            seen = "NotTheEmployer" if side == "employer" else "NotTheFreelancer"
            why = self.stranger(person, part.contract.offer, "MilestoneNotFound", seen)
        given: dict[str, Any] = {"milestoneId": ("Milestone", part.id)}
        if act == "milestoneCancel":
            done = self.do(why, act, person, "milestone", **given)
        else:
            done = self.once(why, act, person, "milestone", **given)
        if done:
            self._carry_out(act, part)

    def _legs(self, act: str, part: Milestone) -> list[Leg]:
        contract = part.contract
        currency = contract.offer.job.currency
        if act == "milestoneFund":
            return [(own(contract.employer, currency), contract.purse, part.amount)]
        if act == "milestoneApprove":
            return self.shares(part, BPS)
        if act == "milestoneRefund":
            return self.shares(part, 0)
        return []

    def shares(self, part: Milestone, bps: int) -> list[Leg]:
        """A milestone's money, divided."""
        contract = part.contract
        currency = contract.offer.job.currency
        released = part.amount * bps // BPS
        fee = fee_of(released)
        legs = [
            (contract.purse, own(contract.freelancer, currency), released - fee),
            (contract.purse, platform(currency), fee),
            (contract.purse, own(contract.employer, currency), part.amount - released),
        ]
        return [leg for leg in legs if leg[2]]

    def _carry_out(self, act: str, part: Milestone) -> None:
        match act:
            case "milestoneFund":
                self.model.move(*self._legs(act, part))
                part.status = "funded"
            case "milestoneSubmit":
                part.status, part.due = "submitted", self.town.clock.moment + SILENCE
            case "milestoneRequestChanges":
                part.status, part.due = "changes_requested", None
            case "milestoneApprove":
                self.approved(part)
            case "milestoneRefund":
                self.settle(part, "refunded", 0)
            case "milestoneCancel":
                part.status = "cancelled"
                self.conclude(part.contract)

    def approved(self, part: Milestone) -> None:
        part.status, part.due = "approved", None
        if not self.model.why_not(self.shares(part, BPS)):
            self.settle(part, "released", BPS)

    def settle(self, part: Milestone, status: str, bps: int) -> None:
        self.model.move(*self.shares(part, bps))
        part.released = part.amount * bps // BPS
        part.fee, part.refunded = fee_of(part.released), part.amount - part.released
        part.status, part.due = status, None
        self.conclude(part.contract)

    def conclude(self, contract: Contract) -> None:
        """A contract ends with the last of its parts."""
        states = {part.status for part in contract.parts}
        if contract.status != "active" or not states <= SETTLED | {"cancelled"}:
            return
        done = bool(states & SETTLED)
        contract.status = contract.offer.job.status = "completed" if done else "cancelled"
        released = sum(part.released for part in contract.parts)
        if done and released:
            profile = self.model.profiles[contract.freelancer]
            profile.jobs += 1
            if contract.offer.job.currency == "AZR":
                profile.earned += released - sum(part.fee for part in contract.parts)

    @step(when=working, number=picks)
    def time_is_up(self, number: int) -> None:
        """The background looks at a milestone; it pays what is due, and nothing else."""
        part = pick(self.model.milestones, number)
        self.town.call(release_milestone, {"milestone_id": str(part.id)})
        moment = self.town.clock.moment
        if part.status == "submitted" and part.due and part.due <= moment:
            self.approved(part)
        elif part.status == "approved" and not self.model.why_not(self.shares(part, BPS)):
            self.settle(part, "released", BPS)

    @step(when=working, given=anyone, number=picks, by_employer=(False, True))
    def end_early(self, given: str | None, number: int, by_employer: bool) -> None:  # noqa: FBT001
        contract = pick(self.model.contracts, number)
        right = contract.employer if by_employer else contract.freelancer
        if right in self.model.gone:
            return
        person = self.actor(given, right)
        why = set() if contract.status == "active" else {"ContractNotActive"}
        if {part.status for part in contract.parts} - SETTLED - {"pending", "cancelled"}:
            why = {"ContractHoldsMoney"}
        if person not in {contract.employer, contract.freelancer}:
            why = self.stranger(person, contract.offer, "ContractNotFound", "NotTheEmployer")
        known = ("Contract", contract.id)
        if self.do(why, "contractCancel", person, "contract", contractId=known):
            for part in contract.parts:
                part.status = "cancelled" if part.status == "pending" else part.status
            self.conclude(contract)

    @step(when=working, given=anyone, number=picks, stars=[0, 1, 3, 5, 6])
    def rate(self, given: str | None, number: int, stars: int) -> None:
        contract = pick(self.model.contracts, number)
        if contract.employer in self.model.gone:
            return
        person = self.actor(given, contract.employer)
        why = set() if contract.status == "completed" else {"ContractNotCompleted"}
        if contract.rating is not None:
            why = {"AlreadyRated"}
        if person != contract.employer:
            why = self.stranger(person, contract.offer, "ContractNotFound", "NotTheEmployer")
        if not 1 <= stars <= 5:
            why = {"RatingInvalid"}
        known = ("Contract", contract.id)
        if self.do(why, "contractRate", person, "contract", contractId=known, rating=stars):
            contract.rating = stars
            profile: Profile = self.model.profiles[contract.freelancer]
            profile.stars, profile.ratings = profile.stars + stars, profile.ratings + 1

    @step(when=working, given=anyone, number=picks)
    def mine_work(self, given: str | None, number: int) -> None:
        """Be paid once for a job that was done, unless the same two had one mined lately."""
        contract = pick(self.model.contracts, number)
        if contract.freelancer in self.model.gone:
            return
        person = self.actor(given, contract.freelancer)
        mark = (person, "job_completion", contract.id)
        earned = reward(contract)
        legs: list[Leg] = [(issuance("AZR"), own(person), earned)] if earned else []
        why = self.model.why_not(legs)
        if not earned:
            why = {"NothingToMine", "ActivityNotDone"}
        if self._mined_lately(contract):
            why = {"MinedRecently"}
        if mark in self.model.mined:
            why = {"AlreadyMined"}
        if contract.status != "completed" or person != contract.freelancer:
            why = {"ActivityNotDone"}
        given_: dict[str, Any] = {
            "activityType": "JOB_COMPLETION",
            "activityId": ("Contract", contract.id),
        }
        if self.do(why, "miningClaim", person, "miningRecord", **given_):
            self.model.move(*legs)
            self.model.mined[mark] = earned
            self.model.mined_at[mark] = self.town.clock.moment

    def _mined_lately(self, contract: Contract) -> bool:
        pair = (contract.employer, contract.freelancer)
        others = [
            each.id
            for each in self.model.contracts
            if each is not contract and (each.employer, each.freelancer) == pair
        ]
        since = self.town.clock.moment - timedelta(days=30)
        return any(mark[2] in others and at > since for mark, at in self.model.mined_at.items())


def reward(contract: Contract) -> int:
    """What a job mines: at most 50 AZR and 5 % of what was released, by the part released."""
    released = sum(part.released for part in contract.parts)
    if contract.offer.job.currency != "AZR" or contract.status != "completed" or not released:
        return 0
    score = 100 * 100 * released // contract.offer.bid
    return min(50 * UNIT, released * 5 // 100) * score // (100 * 100)
