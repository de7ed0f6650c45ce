"""Offering work, wanting it, and agreeing on it."""

from collections.abc import Sequence

from domains.kernel.node import decode_id

from .base import Base, anyone, people, pick, picks, text
from .cast import EMPLOYERS, FREELANCERS, ROLES, UNIT
from .model import Contract, Job, Milestone, Offer
from .steps import step

employers = EMPLOYERS
freelancers = FREELANCERS
budgets = [2, UNIT + 1, 10 * UNIT, 10 * UNIT + 3, 100 * UNIT]
parts = [[1], [1, 1], [1, 2], [3, 1, 1]]
"""How the work is divided: the weights of its parts."""


def divided(whole: int, weights: Sequence[int]) -> list[int]:
    """An amount in parts that come to it; the last has what is left over."""
    shares = [max(1, whole * weight // sum(weights)) for weight in weights[:-1]]
    shares = shares if sum(shares) < whole else []
    return [*shares, whole - sum(shares)]


class Jobs(Base):
    """What employers and freelancers do until they have a contract."""

    @step(employer=people, budget=budgets, dollars=[False, False, True])
    def post(self, employer: str, budget: int, dollars: bool) -> None:  # noqa: FBT001
        if employer not in self.model.gone:
            self.post_job(employer, budget, "USD" if dollars else "AZR")

    def post_job(self, employer: str, budget: int, currency: str = "AZR") -> Job | None:
        may = ROLES[employer].value in {"employer", "admin"}
        given = {
            "title": "Some work",
            "description": "What there is to do.",
            "category": "Programming",
            "budget": text(budget),
            "currency": currency,
        }
        answer = self.once(set() if may else {"FORBIDDEN"}, "jobCreate", employer, "job", **given)
        if answer is None or answer.id is None:
            return None
        self.model.jobs.append(Job(answer.id, employer, budget, currency))
        return self.model.jobs[-1]

    @step(2, when=lambda self: self.model.jobs, person=people, number=picks, bid=[None, *budgets])
    def apply(self, person: str, number: int, bid: int | None) -> None:
        if person not in self.model.gone:
            job = pick(self.model.jobs, number)
            self.offer(person, job, bid or job.budget)

    def offer(self, person: str, job: Job, bid: int) -> Offer | None:
        before = [
            each for each in self.model.offers if each.job is job and each.freelancer == person
        ]
        why = set()
        if before and before[0].status != "withdrawn":
            why = {"AlreadyApplied"}
        if person not in FREELANCERS:
            why = {"SkillProfileRequired"}
        if job.status != "open":
            why = {"JobNotOpen"} if self.sees(person, job) else {"JobNotFound"}
        if person == job.employer:
            why = {"OwnJob"}
        given = {"jobId": ("Job", job.id), "proposal": "I have done this.", "bid": text(bid)}
        answer = self.once(why, "jobApply", person, "application", **given)
        if answer is None or answer.id is None:
            return None
        if before:
            before[0].status, before[0].bid = "pending", bid
            return before[0]
        self.model.offers.append(Offer(answer.id, job, person, bid))
        return self.model.offers[-1]

    def sees(self, person: str, job: Job) -> bool:
        """Whether somebody knows of a job that is open no more."""
        applied = any(each.job is job and each.freelancer == person for each in self.model.offers)
        return person == job.employer or ROLES[person].value == "admin" or applied

    @step(
        2,
        when=lambda self: self.model.offers,
        given=anyone,
        number=picks,
        weights=parts,
        wrong=[0, 0, 0, 1, -1],
    )
    def accept(self, given: str | None, number: int, weights: list[int], wrong: int) -> None:
        offer = pick(self.model.offers, number)
        amounts = divided(offer.bid, weights)
        amounts[-1] += wrong
        if offer.job.employer not in self.model.gone:
            self.agree(self.actor(given, offer.job.employer), offer, amounts)

    def agree(self, employer: str, offer: Offer, amounts: Sequence[int]) -> Contract | None:
        ways = {
            "ApplicationNotPending": offer.status != "pending",
            "JobNotOpen": offer.job.status != "open",
            "FreelancerUnavailable": offer.freelancer in self.model.gone,
            "MilestonesUnequal": sum(amounts) != offer.bid,
            "AmountInvalid": min(amounts) <= 0,
        }
        why = {reason for reason, applies in ways.items() if applies}
        if employer != offer.job.employer:
            why = self.stranger(employer, offer, "ApplicationNotFound", "NotTheEmployer")
        told = [{"description": "A part of it.", "amount": text(amount)} for amount in amounts]
        answer = self.do(
            why,
            "applicationAccept",
            employer,
            "contract",
            "id milestones(first: 50) { id }",
            applicationId=("JobApplication", offer.id),
            milestones=told,
            idempotencyKey=self.key(employer),
        )
        if answer is None or answer.id is None or answer.thing is None:
            return None
        contract = Contract(answer.id, offer)
        ids = [decode_id(part["id"])[1] for part in answer.thing["milestones"]]
        contract.parts = [
            Milestone(id, contract, amount) for id, amount in zip(ids, amounts, strict=True)
        ]
        self._began(contract)
        return contract

    def _began(self, contract: Contract) -> None:
        self.model.contracts.append(contract)
        job = contract.offer.job
        job.status = "in_progress"
        self.decline_all(job)
        contract.offer.status = "accepted"

    def decline_all(self, job: Job) -> None:
        """Everybody who still waits hears that they do not get a job."""
        for offer in self.model.offers:
            if offer.job is job and offer.status == "pending":
                offer.status = "rejected"

    def stranger(self, person: str, offer: Offer, hidden: str, seen: str) -> set[str]:
        """Why somebody may not do what is between two others, or the other one's turn."""
        knows = person in {offer.freelancer, offer.job.employer}
        return {seen} if knows or ROLES[person].value == "admin" else {hidden}

    @step(when=lambda self: self.model.offers, given=anyone, number=picks, withdraw=(False, True))
    def take_back_or_decline(self, given: str | None, number: int, withdraw: bool) -> None:  # noqa: FBT001
        offer = pick(self.model.offers, number)
        right = offer.freelancer if withdraw else offer.job.employer
        if right in self.model.gone:
            return
        person = self.actor(given, right)
        why = set() if offer.status == "pending" else {"ApplicationNotPending"}
        if person != right:
            missing = "NotTheFreelancer" if withdraw else "NotTheEmployer"
            why = self.stranger(person, offer, "ApplicationNotFound", missing)
        act = "applicationWithdraw" if withdraw else "applicationReject"
        known = ("JobApplication", offer.id)
        if self.do(why, act, person, "application", applicationId=known):
            offer.status = "withdrawn" if withdraw else "rejected"

    @step(when=lambda self: self.model.jobs, given=anyone, number=picks)
    def give_up(self, given: str | None, number: int) -> None:
        job = pick(self.model.jobs, number)
        if job.employer in self.model.gone:
            return
        person = self.actor(given, job.employer)
        why = set() if job.status == "open" else {"JobNotOpen"}
        if person != job.employer:
            hidden = job.status != "open" and not self.sees(person, job)
            why = {"JobNotFound"} if hidden else {"NotTheEmployer"}
        if self.do(why, "jobCancel", person, "job", jobId=("Job", job.id)):
            job.status = "cancelled"
            self.decline_all(job)
