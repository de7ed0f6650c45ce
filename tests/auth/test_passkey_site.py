"""For which site passkeys are made, and where codes are sent."""

import pytest

from gateway.identity import served_countries
from gateway.passkeys import site_of
from gateway.settings import Profile, Settings, WrongSettings

APP = "https://app.example.org"


def test_a_server_without_a_name_makes_passkeys_for_this_machine() -> None:
    site = site_of(Settings(port=8123))
    assert (site.id, site.origins) == ("localhost", ("http://localhost:8123",))


def test_the_public_address_says_for_whom() -> None:
    site = site_of(Settings(public_url="https://azora.example.org/graph"))
    assert (site.id, site.origins) == ("azora.example.org", ("https://azora.example.org",))


def test_addresses_are_no_names_for_browsers() -> None:
    site = site_of(Settings(public_url="http://127.0.0.1:9000"))
    assert (site.id, site.origins) == ("localhost", ("http://localhost:9000",))


def test_pages_of_the_domain_may_be_named() -> None:
    site = site_of(Settings(passkey_rp_id="example.org", passkey_origins=frozenset({APP})))
    assert (site.id, site.origins) == ("example.org", (APP,))


@pytest.mark.parametrize("id", ["example.com", "ple.org", "p.example.org"])
def test_pages_of_another_domain_are_a_mistake(id: str) -> None:
    with pytest.raises(WrongSettings, match="AZORA_PASSKEY_ORIGINS"):
        site_of(Settings(passkey_rp_id=id, passkey_origins=frozenset({APP})))


def test_countries_are_told_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_SMS_COUNTRIES", "za, DE")
    assert Settings.read().sms_countries == {"ZA", "DE"}


def test_what_is_no_country_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_SMS_COUNTRIES", "ZA,Atlantis")
    with pytest.raises(WrongSettings, match="AZORA_SMS_COUNTRIES: expected countries"):
        Settings.read()


def test_in_production_no_country_is_served_that_nobody_named() -> None:
    served = [served_countries(Settings(profile=profile)) for profile in Profile]

    assert served == [None, frozenset(), None]
