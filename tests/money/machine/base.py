"""What all steps of the machine have in common: asking, foreseeing, comparing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from .cast import PEOPLE, UNIT
from .model import ACTIVE, Model
from .observed import Observed
from .steps import step, steps_of
from .town import Answer, Town

T = TypeVar("T")

people = PEOPLE
anyone = [None, None, None, None, None, None, *PEOPLE]
"""Nobody in particular stands for whoever has the right."""

picks = range(12)
"""Which of a list, counted around."""

POISON = [
    "0",
    "-1",
    "-0.00000001",
    "0.000000001",
    "NaN",
    "Infinity",
    "1e3",
    "10000000000",
    "",
    "1_0",
]
BEYOND = {"0", "-1", "-0.00000001"}
"""Amounts that are numbers, and no amounts of money."""

shares = ["a unit", "a third", "a third", "half", "all", "more", "an odd sum", "too much"]
"""How much of what somebody has; of all that there can be, that is too much."""

spans = [
    timedelta(seconds=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=15),
    timedelta(days=90),
    timedelta(days=400),
]


def text(amount: int) -> str:
    """So many units as a client writes them."""
    return f"{Decimal(amount).scaleb(-8):f}"


def part(share: str, balance: int) -> int:
    """So much of a balance, in units."""
    given = {
        "a third": balance // 3,
        "half": balance // 2,
        "all": balance,
        "more": balance + 1,
        "an odd sum": UNIT // 7,
        "too much": 10**18 - 1,
    }
    return given.get(share) or 1


def assert_same(what: str, seen: object, expected: object) -> None:
    """What the real world has is what the model has."""
    assert seen == expected, f"{what}: {seen} instead of {expected}"


def pick(things: Sequence[T], number: int) -> T:
    return things[number % len(things)]


@dataclass(frozen=True, slots=True)
class Request:
    """Something that was granted, to be asked for again."""

    name: str
    as_: str
    thing: str
    input: dict[str, Any]
    id: UUID | None


class Base(RuleBasedStateMachine):
    """The machine without anything to do."""

    town: ClassVar[Town]

    def __init__(self) -> None:
        super().__init__()
        self.town.settle()
        self.model = Model.begun()
        self.steps = steps_of(type(self))
        self.granted: list[Request] = []
        self._seeds: Counter[int] = Counter()
        self._numbers = dict.fromkeys(PEOPLE, 0)

    def key(self, person: str) -> str:
        """A person's next key; others have the same, and nobody minds."""
        self._numbers[person] += 1
        return f"key {self._numbers[person]}"

    def actor(self, given: str | None, right: str) -> str:
        """Who does it: whoever has the right, unless it is somebody who is still there."""
        return given if given in self.model.here else right

    def do(
        self, why: set[str], name: str, as_: str, thing: str, shown: str = "id", **input: Any
    ) -> Answer | None:
        """Ask, and be refused for one of the reasons that are foreseen, or not at all."""
        answer = self.town.ask(name, as_, thing, shown, **input)
        if why:
            assert answer.refusal in why, (name, answer.refusal, why)
            return None
        assert answer.refusal is None, (name, answer.refusal)
        if "idempotencyKey" in input:
            self.granted.append(Request(name, as_, thing, input, answer.id))
        return answer

    def once(self, why: set[str], name: str, as_: str, thing: str, **input: Any) -> Answer | None:
        """The same with a new key."""
        return self.do(why, name, as_, thing, **input, idempotencyKey=self.key(as_))

    @rule(seed=st.integers(0, 2**64))
    def something(self, seed: int) -> None:
        """Do something that can be done now."""
        self._seeds[seed] += 1
        random = Random(f"{seed} {self._seeds[seed]}")  # noqa: S311 (not for secrets)
        chosen = random.choice([step for step in self.steps if step.when(self)])
        given = {name: random.choice(values) for name, values in chosen.given.items()}
        note(f"{chosen.name}({', '.join(f'{name}={value!r}' for name, value in given.items())})")
        getattr(self, chosen.name)(**given)

    @step(2, when=lambda self: self.granted, number=picks)
    def ask_again(self, number: int) -> None:
        """What was granted is answered as before, however the world has changed."""
        granted = [each for each in self.granted if each.as_ in self.model.here]
        if not granted:
            return
        # The latest are the likeliest to be sent again.
        again = pick(granted[::-1], number)
        answer = self.town.ask(again.name, again.as_, again.thing, **again.input)
        assert (answer.refusal, answer.id) == (None, again.id), again

    @step(2, span=spans)
    def time_passes(self, span: timedelta) -> None:
        self.town.clock.pass_(span)

    @invariant()
    def both_worlds_agree(self) -> None:
        seen, model = self.town.look(), self.model
        found = seen.purses()
        for place in found.keys() | model.purses.keys():
            purse = model.purses.get(place)
            expected = (purse.status, purse.balance) if purse else (ACTIVE, 0)
            assert_same(f"wallet {place}", found.get(place, (ACTIVE, 0)), expected)
        stakes = {each.id: (each.status, each.paid) for each in model.stakes}
        assert_same("stakes", seen.stakes(), stakes)
        assert_same("mined", seen.mined(), model.mined)
        seats = {
            seat.id: (seat.status, seat.attempt, model.mean(seat), seat.price)
            for seat in model.seats
        }
        assert_same("places", seen.places(), seats)
        self._compare_work(seen)

    def _compare_work(self, seen: Observed) -> None:
        model = self.model
        for name, rows in model.states().items():
            assert_same(name, seen.states(name), rows)
        assert_same("ratings", seen.ratings(), {each.id: each.rating for each in model.contracts})
        parts = {
            part.id: (part.status, part.released, part.refunded, part.fee)
            for part in model.milestones
        }
        assert_same("milestones", seen.milestones(), parts)
        done = {
            person: (profile.jobs, profile.earned, profile.stars, profile.ratings)
            for person, profile in model.profiles.items()
        }
        assert_same("profiles", seen.profiles(), done)

    @invariant()
    def everything_adds_up(self) -> None:
        self.town.check()
