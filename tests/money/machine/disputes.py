"""Disagreeing about work, and ending that: every outcome, tried by everybody."""

from collections.abc import Sequence
from datetime import timedelta

from domains.forge.jobs import escalate_dispute

from .base import Base, anyone, pick, picks
from .cast import ADMINS, EMPLOYERS, JUDGE
from .contracts import BPS, HELD, Contracts, working
from .jobs import budgets, divided, freelancers, parts
from .model import Dispute, Milestone
from .steps import step

PRESSING = timedelta(days=7)
OPEN = {"open", "escalated"}
outcomes = ["RELEASE", "REFUND", "SPLIT", "SPLIT", "REWORK"]
awards = [0, 1, 3333, 5000, 9999, BPS, BPS + 1, -1]
begun = ["funded", "submitted", "changes_requested"]
ways = {
    "funded": ("milestoneFund",),
    "submitted": ("milestoneFund", "milestoneSubmit"),
    "changes_requested": ("milestoneFund", "milestoneSubmit", "milestoneRequestChanges"),
}


def quarrelling(machine: Base) -> bool:
    return bool(machine.model.disputes)


class Disputes(Contracts):
    """What can happen while two disagree."""

    @step(when=working, given=anyone, number=picks, by_employer=(False, True))
    def object(self, given: str | None, number: int, by_employer: bool) -> None:  # noqa: FBT001
        part = pick(self.model.milestones, number)
        right = part.contract.employer if by_employer else part.contract.freelancer
        if right not in self.model.gone:
            self.dispute(self.actor(given, right), part)

    def dispute(self, person: str, part: Milestone) -> None:
        why = set() if part.status in HELD else {"MilestoneNotInState"}
        if person not in {part.contract.employer, part.contract.freelancer}:
            why = self.stranger(person, part.contract.offer, "MilestoneNotFound", "NotTheEmployer")
        known = ("Milestone", part.id)
        given = {"milestoneId": known, "reason": "This is not what we have agreed on."}
        if answer := self.once(why, "disputeRaise", person, "dispute", **given):
            assert answer.id
            moment = self.town.clock.moment
            before = ((each.milestone, each.raised_by, each.status) for each in self.model.disputes)
            again = (part, person, "withdrawn") in before
            status = "escalated" if again else "open"
            self.model.disputes.append(Dispute(answer.id, part, person, moment, status))
            part.disputed_from, part.status = part.status, "disputed"
            part.contract.status = "disputed"

    @step(
        2,
        employer=EMPLOYERS,
        freelancer=freelancers,
        budget=budgets,
        weights=parts,
        state=begun,
        complainant=["", "employer", "freelancer"],
    )
    def begin_in_the_middle(
        self,
        employer: str,
        freelancer: str,
        budget: int,
        weights: Sequence[int],
        state: str,
        complainant: str,
    ) -> None:
        """Chance alone seldom comes as far as work, and less often to a dispute of it."""
        if {employer, freelancer} & self.model.gone:
            return
        job = self.post_job(employer, budget)
        offer = self.offer(freelancer, job, budget) if job else None
        contract = self.agree(employer, offer, divided(budget, weights)) if offer else None
        if contract is None:
            return
        part = contract.parts[0]
        for act in ways[state]:
            side = "freelancer" if act == "milestoneSubmit" else "employer"
            self.perform(act, getattr(contract, side), part)
        if part.status == state and complainant:
            self.dispute(getattr(contract, complainant), part)

    @step(when=quarrelling, given=anyone, number=picks)
    def withdraw(self, given: str | None, number: int) -> None:
        dispute = pick(self.model.disputes[::-1], number)
        part, moment = dispute.milestone, self.town.clock.moment
        if dispute.raised_by in self.model.gone:
            return
        person = self.actor(given, dispute.raised_by)
        why = set() if dispute.status in OPEN else {"DisputeNotOpen"}
        if person != dispute.raised_by:
            offer = part.contract.offer
            why = self.stranger(person, offer, "DisputeNotFound", "NotTheComplainant")
        known = ("Dispute", dispute.id)
        if self.do(why, "disputeWithdraw", person, "dispute", disputeId=known):
            self._end(dispute, "withdrawn")
            part.status = part.disputed_from
            if part.due:
                part.due += moment - dispute.since

    @step(3, when=quarrelling, given=anyone, number=picks, outcome=outcomes, award=awards)
    def decide(self, given: str | None, number: int, outcome: str, award: int | None) -> None:
        dispute = pick(self.model.disputes[::-1], number)
        admin, part = self.actor(given, JUDGE), dispute.milestone
        bps = {"RELEASE": BPS, "REFUND": 0, "SPLIT": award}.get(outcome)
        why = set()
        if dispute.status in OPEN and bps is not None and 0 <= bps <= BPS:
            why = self.model.why_not(self.shares(part, bps))
        if dispute.status not in OPEN:
            why = {"DisputeNotOpen"}
        if admin in {part.contract.employer, part.contract.freelancer}:
            why = {"NotImpartial"}
        if (outcome == "SPLIT") is not (award is not None and 0 <= award <= BPS) or (
            outcome != "SPLIT" and award is not None
        ):
            why = {"AwardInvalid"}
        if admin not in ADMINS:
            why = {"FORBIDDEN"}
        known = ("Dispute", dispute.id)
        told = {"outcome": outcome, "awardBps": award, "resolution": "So it is."}
        if self.once(why, "disputeResolve", admin, "dispute", disputeId=known, **told):
            self._end(dispute, "resolved")
            self._carry_decision_out(part, bps)

    def _carry_decision_out(self, part: Milestone, bps: int | None) -> None:
        if bps is not None:
            self.settle(part, "resolved", bps)
            return
        part.status = "funded" if part.disputed_from == "funded" else "changes_requested"
        part.due = None

    def _end(self, dispute: Dispute, status: str) -> None:
        dispute.status, contract = status, dispute.milestone.contract
        others = [
            each
            for each in self.model.disputes
            if each.status in OPEN and each.milestone.contract is contract
        ]
        contract.status = "disputed" if others else "active"

    @step(when=quarrelling, number=picks)
    def it_takes_long(self, number: int) -> None:
        """The background looks at a dispute; no money moves of that."""
        dispute = pick(self.model.disputes, number)
        self.town.call(escalate_dispute, {"dispute_id": str(dispute.id)})
        if dispute.status == "open" and dispute.since <= self.town.clock.moment - PRESSING:
            dispute.status = "escalated"
