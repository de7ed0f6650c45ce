"""The machine's town."""

from collections.abc import Iterator

import pytest

from domains.forge.service.choices import choices
from gateway.execution import Gateway
from tests.money.machine.clock import StoppedClock
from tests.money.machine.town import Town
from tests.postgres import Urls, beside_the_loop

FEE_BPS = 333
"""A fee that leaves remainders."""


@pytest.fixture
def town(gateway: Gateway, urls: Urls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """An empty one, in which time stands still."""
    monkeypatch.setattr(choices, "fee_bps", FEE_BPS)
    with StoppedClock() as clock:
        town = beside_the_loop(Town, gateway, urls, clock)
        yield town
        beside_the_loop(town.close)
