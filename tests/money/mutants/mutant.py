"""What a mutant is."""

from dataclasses import dataclass

MACHINE = "tests/money/test_machine.py::test_the_world_is_as_the_model_says[{}]"
MONEY, LEARNING, WORK, EVERYTHING = (
    MACHINE.format(name) for name in ("Money", "Learning", "Work", "Everything")
)
BUSY = "tests/money/test_every_invariant.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one file."""

    name: str
    file: str
    right: str
    """What stands there, once."""

    wrong: str
    tests: tuple[str, ...]
    """Which should notice, the likeliest first."""

    why: str = ""
    """Why nobody can notice, where something else does the same."""
