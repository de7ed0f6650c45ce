"""`python -m tests.money.mutants [words of names …]`: which mutants are noticed, and by what."""

import sys
import tempfile
from pathlib import Path

from . import of_mint, of_others
from .runner import laboratory


def main(*words: str) -> int:
    """Try those whose names have one of the words; all, if there is none."""
    known = (*of_mint.MUTANTS, *of_others.MUTANTS)
    chosen = [each for each in known if not words or any(word in each.name for word in words)]
    living = 0
    print("| mistake | noticed by |\n| --- | --- |", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory() as folder, laboratory(Path(folder)) as lab:
        for mutant in chosen:
            verdict = lab.verdict(mutant)
            living += not verdict.is_fine
            print(verdict, flush=True)  # noqa: T201
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
