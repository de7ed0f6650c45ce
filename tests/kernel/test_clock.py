"""The clock of the program, which only tests can move."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domains.kernel.clock import ClockFixed, MovedClock, allow_moving, now
from gateway.identity import configure_identity
from gateway.settings import Profile, Settings

KEYS = "one:" + "A" * 43 + "="


@pytest.fixture
def any_profile() -> Iterator[None]:
    """Whatever profile the test takes, the next one finds its own."""
    yield
    configure_identity(Settings(profile=Profile.TEST))


def test_time_passes_as_a_test_says_and_comes_back() -> None:
    allow_moving(allowed=True)
    with MovedClock() as clock:
        clock.move(timedelta(days=30))
        ahead = now() - datetime.now(UTC)
        assert timedelta(days=29, hours=23) < ahead <= timedelta(days=30)
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=1)


@pytest.mark.parametrize("profile", [Profile.DEVELOPMENT, Profile.PRODUCTION])
def test_in_other_profiles_nothing_moves_it(any_profile: None, profile: Profile) -> None:
    configure_identity(Settings(profile=profile, keys=KEYS, peppers=KEYS))

    with pytest.raises(ClockFixed), MovedClock():
        pass
