"""Nothing that people try makes money or loses it, and every refusal is foreseen."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.money.machine.base import Base
from tests.money.machine.courses import Courses
from tests.money.machine.disputes import Disputes
from tests.money.machine.leaving import Everything
from tests.money.machine.stakes import Stakes
from tests.money.machine.town import Town
from tests.money.machine.wallets import Stopping, Wallets
from tests.postgres import beside_the_loop

RUNS = int(os.environ.get("MACHINE_RUNS", "100"))
"""Of all the machines together; at night there are many more, and others each time."""

USUAL = 100

SHRINKS = os.environ.get("MACHINE_SHRINKS") != "no"
PHASES = [Phase.generate, Phase.shrink] if SHRINKS else [Phase.generate]
"""Where all that counts is whether there is a mistake, nobody needs the shortest way to it."""


class Money(Wallets, Stakes):
    """Money that stays with its owners."""


class Learning(Stopping, Courses):
    """Money for courses."""


class Work(Stopping, Disputes):
    """Money for work."""


SHARES: dict[type[Base], tuple[int, int]] = {
    Money: (20, 20),
    Learning: (20, 20),
    Work: (35, 20),
    Everything: (25, 25),
}
"""How many of a hundred runs each machine has, and of how many steps."""


@pytest.mark.parametrize("machine", SHARES)
def test_the_world_is_as_the_model_says(machine: type[Base], town: Town) -> None:
    share, steps = SHARES[machine]

    def run() -> None:
        machine.town = town
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=max(1, RUNS * share // 100),
                stateful_step_count=steps,
                deadline=None,
                database=None,
                derandomize=RUNS <= USUAL,
                suppress_health_check=list(HealthCheck),
                phases=PHASES,
            ),
        )

    beside_the_loop(run)
