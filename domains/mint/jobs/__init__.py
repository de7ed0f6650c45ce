"""What the mint does in the background."""

from . import metrics, mining, staking  # noqa: F401 (a task is known once it is imported)
