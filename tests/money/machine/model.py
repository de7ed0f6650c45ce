"""The world of the machine in whole numbers: what everybody must have after each step."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from .cast import COURSES, FREELANCERS, OPENING, PEOPLE, UNIT

Place = tuple[str, str, str]
"""A wallet by its owner, kind and currency."""

Leg = tuple[Place, Place, int]
ACTIVE, FROZEN, CLOSED = "ACTIVE", "FROZEN", "CLOSED"
CAP = {"AZR": 10**9 * UNIT}
MOST = 10**18 - 1
"""Of any currency that has no cap: the widest number that the ledger keeps."""


def own(person: str, currency: str = "AZR") -> Place:
    return person, "USER", currency


def staked(person: str) -> Place:
    return person, "STAKE", "AZR"


def escrow(contract: UUID, currency: str) -> Place:
    return str(contract), "ESCROW", currency


def issuance(currency: str) -> Place:
    return "ISSUANCE", "ISSUANCE", currency


def platform(currency: str) -> Place:
    return "PLATFORM", "PLATFORM", currency


@dataclass(slots=True)
class Purse:
    balance: int = 0
    status: str = ACTIVE


@dataclass(slots=True)
class Stake:
    id: UUID
    owner: str
    amount: int
    rate: int
    """In hundredths of a percent."""

    started: datetime
    unlocks: datetime
    paid: int = 0
    status: str = "active"

    def accrued(self, moment: datetime) -> int:
        lasted = int((moment - self.started).total_seconds()) * 10**6
        return self.amount * self.rate * lasted // (10**4 * 365 * 24 * 3600 * 10**6)


@dataclass(slots=True)
class Seat:
    """A place in a course."""

    id: UUID
    student: str
    course: str
    price: int
    currency: str
    taken: datetime
    attempt: int = 1
    status: str = "active"
    is_paid: bool = False
    """Whether what was paid for it has not been paid back."""


@dataclass(slots=True)
class Job:
    id: UUID
    employer: str
    budget: int
    currency: str
    status: str = "open"


@dataclass(slots=True)
class Offer:
    id: UUID
    job: Job
    freelancer: str
    bid: int
    status: str = "pending"


@dataclass(slots=True)
class Milestone:
    id: UUID
    contract: "Contract"
    amount: int
    status: str = "pending"
    released: int = 0
    refunded: int = 0
    fee: int = 0
    disputed_from: str = ""
    due: datetime | None = None
    """When silence counts as approval."""


@dataclass(slots=True)
class Contract:
    id: UUID
    offer: Offer
    parts: list[Milestone] = field(default_factory=list)
    status: str = "active"
    rating: int | None = None

    @property
    def employer(self) -> str:
        return self.offer.job.employer

    @property
    def freelancer(self) -> str:
        return self.offer.freelancer

    @property
    def purse(self) -> Place:
        return escrow(self.id, self.offer.job.currency)


@dataclass(slots=True)
class Dispute:
    id: UUID
    milestone: Milestone
    raised_by: str
    since: datetime
    status: str = "open"


@dataclass(slots=True)
class Profile:
    jobs: int = 0
    earned: int = 0
    stars: int = 0
    ratings: int = 0


@dataclass(slots=True)
class Model:
    """All that there is."""

    purses: dict[Place, Purse] = field(default_factory=dict)
    stakes: list[Stake] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    progress: dict[tuple[str, str, int], Decimal] = field(default_factory=dict)
    """Percent by student, course and number of the module."""

    mined: dict[tuple[str, str, UUID], int] = field(default_factory=dict)
    mined_at: dict[tuple[str, str, UUID], datetime] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    @classmethod
    def begun(cls) -> "Model":
        """As `cast.settle` leaves the real world."""
        model = cls()
        for person in PEOPLE:
            model.purse(own(person))
        for (person, currency), coins in OPENING.items():
            model.purse(own(person, currency)).balance += coins * UNIT
            model.purse(issuance(currency)).balance -= coins * UNIT
        model.profiles = {person: Profile() for person in FREELANCERS}
        model.prices = {title: int(price * UNIT) for title, (price, *_) in COURSES.items()}
        return model

    @property
    def here(self) -> list[str]:
        """Who has not left."""
        return [person for person in PEOPLE if person not in self.gone]

    def states(self) -> dict[str, dict[UUID, str]]:
        """Of everything that has no more to compare."""
        return {
            "jobs": {job.id: job.status for job in self.jobs},
            "offers": {offer.id: offer.status for offer in self.offers},
            "disputes": {dispute.id: dispute.status for dispute in self.disputes},
            "contracts": {contract.id: contract.status for contract in self.contracts},
        }

    @property
    def milestones(self) -> list[Milestone]:
        return [part for contract in self.contracts for part in contract.parts]

    def purse(self, place: Place) -> Purse:
        """A wallet, opened if there is none."""
        return self.purses.setdefault(place, Purse())

    def mean(self, seat: Seat) -> Decimal:
        """The progress of a place: the mean of its two modules, complete only if both are."""
        if seat.status == "completed":
            return Decimal(100)
        both = [
            self.progress.get((seat.student, seat.course, number), Decimal(0)) for number in (0, 1)
        ]
        return sum(both, Decimal(0)) / 2

    def why_not(self, legs: Iterable[Leg]) -> set[str]:
        """Why the ledger would refuse a posting: the first leg that fails decides."""
        balances = {place: purse.balance for place, purse in self.purses.items()}
        for source, target, amount in legs:
            why = self._why_not(source, target, amount, balances.get(source, 0))
            if why:
                return why
            balances[source] = balances.get(source, 0) - amount
            balances[target] = balances.get(target, 0) + amount
        return set()

    def _why_not(self, source: Place, target: Place, amount: int, balance: int) -> set[str]:
        if source == target:
            return {"SameWallet"}
        if not 0 < amount <= MOST:
            return {"AmountInvalid"}
        why = set()
        if source[2] != target[2]:
            why.add("CurrencyMismatch")
        statuses = {self.purses.get(place, Purse()).status for place in (source, target)}
        if statuses != {ACTIVE}:
            why.add("WalletNotActive")
        if source[1] == "ISSUANCE":
            if balance - amount < -CAP.get(source[2], MOST):
                why.add("SupplyExhausted")
        elif balance < amount:
            why.add("InsufficientFunds")
        return why

    def move(self, *legs: Leg) -> None:
        """Do what the ledger must have done."""
        assert not self.why_not(legs)
        for source, target, amount in legs:
            self.purse(source).balance -= amount
            self.purse(target).balance += amount
