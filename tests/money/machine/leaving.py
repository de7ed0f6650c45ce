"""Closing one's account, which nobody can who holds money or owes something."""

from .base import people
from .cast import ADMINS, EDGAR
from .courses import Courses
from .disputes import Disputes
from .model import CLOSED, FROZEN
from .stakes import Stakes
from .steps import step
from .wallets import Wallets

TIED = (*ADMINS, EDGAR)
"""Those without whom there would be nothing left to try."""


class Everything(Wallets, Stakes, Courses, Disputes):
    """The whole of it."""

    @step(2, person=people)
    def leave_town(self, person: str) -> None:
        if person in self.model.gone or person in TIED:
            return
        is_bound = self._is_bound(person)
        assert self.town.leave(person) == ("AccountInUse" if is_bound else None)
        if not is_bound:
            self._went(person)

    def _went(self, person: str) -> None:
        self.model.gone.add(person)
        for place, purse in self.model.purses.items():
            if place[0] == person:
                purse.status = CLOSED
        for offer in self.model.offers:
            if offer.freelancer == person and offer.status == "pending":
                offer.status = "withdrawn"
        for job in self.model.jobs:
            if job.employer == person and job.status == "open":
                job.status = "cancelled"
                self.decline_all(job)

    def _is_bound(self, person: str) -> bool:
        purses = [
            purse
            for place, purse in self.model.purses.items()
            if place[0] == person and place[1] in {"USER", "STAKE"}
        ]
        running = any(
            contract.status in {"active", "disputed"}
            and person in {contract.employer, contract.freelancer}
            for contract in self.model.contracts
        )
        return running or any(purse.balance or purse.status == FROZEN for purse in purses)
