"""Settings are read once, with safe defaults, and a wrong one is named but never shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domains.education import public as education
from domains.forge import public as forge
from gateway.limits import Limits
from gateway.settings import Profile, Settings, WrongSettings, variables
from gateway.terms import configure_terms


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "AZORA_OWNER_DATABASE_URL", "AZORA_PROFILE", "AZORA_PORT"):
        monkeypatch.delenv(name, raising=False)


def mistakes(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as refusal:
        Settings.read()
    return str(refusal.value)


def test_without_any_variable_it_is_a_workplace_on_this_machine() -> None:
    settings = Settings.read()
    assert (settings.host, settings.port, settings.profile) == ("127.0.0.1", 8000, "development")
    assert settings.embedded
    assert settings.limits == Limits()


@pytest.mark.parametrize("profile", Profile)
def test_only_production_closes_what_explores_the_schema(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZORA_PROFILE", profile)
    settings = Settings.read()
    opened = (settings.introspection, settings.graphiql, settings.field_suggestions)
    assert opened == (profile is not Profile.PRODUCTION,) * 3


def test_what_production_closes_can_be_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_PROFILE", "production")
    monkeypatch.setenv("AZORA_INTROSPECTION", "on")
    assert Settings.read().introspection is True


def test_a_limit_is_set_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(Limits.__dataclass_fields__))
    monkeypatch.setenv(f"AZORA_LIMITS__{name.upper()}", "7")
    assert getattr(Settings.read().limits, name) == 7


def test_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "database_url").write_text("postgresql://azora_app:hidden@host/azora\n")
    (tmp_path / "azora_owner_database_url").write_text("postgresql://azora_owner@host/azora")
    monkeypatch.setenv("AZORA_SECRETS_DIR", str(tmp_path))
    settings = Settings.read()
    assert settings.database_url == "postgresql://azora_app:hidden@host/azora"
    assert settings.owner_database_url == "postgresql://azora_owner@host/azora"
    assert "hidden" not in repr(settings)


def test_a_part_of_a_setting_is_read_from_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "azora_mail__password").write_text("hidden\n")
    monkeypatch.setenv("AZORA_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("AZORA_MAIL__HOST", "mx.example.org")
    mail = Settings.read().mail
    assert (mail.host, mail.password) == ("mx.example.org", "hidden")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("AZORA_MAIL__SENDER", "nobody", "expected an address such as Azora <azora@example.org>"),
        ("AZORA_MAIL__SENDER", "a@b.example\nBcc: c@d.example", "expected an address such as"),
        ("AZORA_MAIL__PORT", "0", "input should be greater than or equal to 1"),
        ("AZORA_PUBLIC_URL", "somewhere.example", "expected an address such as https://"),
        ("AZORA_PUBLIC_URL", "javascript:alert(1)", "expected an address such as https://"),
        ("AZORA_SMS__URL", "https://sms.example?x", "expected an address such as https://"),
        ("AZORA_MAIL__HOSTT", "mx", "no such setting, did you mean AZORA_MAIL__HOST?"),
    ],
)
def test_a_wrong_part_is_named_in_full(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    said = mistakes(monkeypatch, **{variable: value})
    assert said.startswith(f"{variable}: {expected}")
    assert value == "0" or value not in said


def test_a_wrong_value_is_named_with_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, AZORA_PORT="many", AZORA_PROFILE="prod")
    assert said.splitlines() == [
        "AZORA_PROFILE: input should be 'development', 'production' or 'test'",
        "AZORA_PORT: input should be a valid integer, unable to parse string as an integer",
    ]


def test_a_wrong_secret_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, DATABASE_URL="mysql://azora_app:hidden@host/azora")
    assert said == "DATABASE_URL: expected an address that begins with postgresql://"


def test_sites_are_listed_with_commas_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZORA_ALLOWED_ORIGINS", "https://app.example.org, http://[::1]:3000")
    monkeypatch.setenv("AZORA_COOKIE_ORIGINS", "https://app.example.org")
    settings = Settings.read()
    assert settings.allowed_origins == {"https://app.example.org", "http://[::1]:3000"}
    assert settings.cookie_origins == {"https://app.example.org"}


@pytest.mark.parametrize(
    "given", ["*", "null", "app.example.org", "https://app.example.org/", "https://*.example.org"]
)
def test_what_names_no_one_site_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, AZORA_ALLOWED_ORIGINS=f"https://example.org,{given}")
    assert said == (
        "AZORA_ALLOWED_ORIGINS: expected sites such as https://app.example.org, "
        "with commas between them"
    )


def test_only_a_site_that_may_ask_may_send_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, AZORA_COOKIE_ORIGINS="https://app.example.org")
    assert said == "AZORA_COOKIE_ORIGINS: expected sites of AZORA_ALLOWED_ORIGINS alone"


def test_a_misspelt_variable_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, AZORA_PROFIL="production")
    assert said == "AZORA_PROFIL: no such setting, did you mean AZORA_PROFILE?"


def test_a_folder_of_secrets_that_is_missing_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    said = mistakes(monkeypatch, AZORA_SECRETS_DIR="nowhere")
    assert said == "AZORA_SECRETS_DIR: expected a folder that can be read"


def test_every_variable_is_documented() -> None:
    text = (Path(__file__).parent.parent / "docs" / "settings.md").read_text()
    assert [name for name in variables() if f"| `{name}` |" not in text] == []


@pytest.fixture
def usual_terms() -> Iterator[None]:
    """What a test changes of them ends with it."""
    yield
    configure_terms(Settings(profile=Profile.TEST))


def test_the_terms_of_learning_and_work_are_what_the_operator_says(
    usual_terms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in TERMS.items():
        monkeypatch.setenv(name, value)

    configure_terms(Settings.read())

    assert (forge.choices.fee_bps, education.choices.refund_progress) == (250, 100)
    assert forge.choices.auto_release == timedelta(days=3)
    assert forge.choices.escalate_after == timedelta(days=10)
    assert education.choices.refund_days == 0


def test_without_a_word_of_the_operator_the_usual_terms_hold(usual_terms: None) -> None:
    configure_terms(Settings.read())
    assert (forge.choices, education.choices) == (type(forge.choices)(), type(education.choices)())


TERMS = {
    "AZORA_PLATFORM_FEE_BPS": "250",
    "AZORA_AUTO_RELEASE_DAYS": "3",
    "AZORA_DISPUTE_ESCALATION_DAYS": "10",
    "AZORA_REFUND_DAYS": "0",
    "AZORA_REFUND_PROGRESS": "100",
}


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("AZORA_PLATFORM_FEE_BPS", "10001", "input should be less than or equal to 10000"),
        ("AZORA_PLATFORM_FEE_BPS", "-1", "input should be greater than or equal to 0"),
        ("AZORA_PLATFORM_FEE_BPS", "2.5", "input should be a valid integer"),
        ("AZORA_AUTO_RELEASE_DAYS", "0", "input should be greater than or equal to 1"),
        ("AZORA_REFUND_DAYS", "-1", "input should be greater than or equal to 0"),
        ("AZORA_REFUND_PROGRESS", "101", "input should be less than or equal to 100"),
    ],
)
def test_terms_that_nobody_could_keep_are_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    assert mistakes(monkeypatch, **{variable: value}).startswith(f"{variable}: {expected}")
