"""Fixtures of the tests of auth."""

import pytest

from domains.auth.service.choices import choices
from domains.auth.service.rates import Rates


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So high that none stops the test, which is about something else."""
    rates = Rates(second_factor_per_quarter=1000, sign_in_per_account=1000)
    monkeypatch.setattr(choices, "rates", rates)
