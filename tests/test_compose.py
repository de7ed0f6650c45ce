"""compose.yaml is well-formed, starts in the right order, and holds no secret."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

FILE = Path(__file__).parent.parent / "compose.yaml"
COMPOSE: dict[str, Any] = YAML(typ="safe").load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate"}


def check(file: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*command, str(file)], check=False, capture_output=True).returncode  # noqa: S603


def test_it_follows_the_compose_specification() -> None:
    assert check(FILE) == 0


def test_a_misspelt_key_would_be_found(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text(FILE.read_text().replace("healthcheck:", "heathcheck:"))
    assert check(wrong) == 1


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_watched_and_restarted_unless_it_runs_once(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) is (name not in ONE_SHOT)
    assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_waits_for_health_or_for_the_end_of_what_runs_once(name: str) -> None:
    for other, waits in SERVICES[name].get("depends_on", {}).items():
        ends = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert waits["condition"] == ends


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    assert re.search(r":\d+\.\d+", SERVICES[name]["image"])


def test_every_secret_is_a_file_that_some_service_uses() -> None:
    used = {secret for service in SERVICES.values() for secret in service["secrets"]}
    assert used == set(COMPOSE["secrets"])
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_no_address_with_a_password_stands_in_it() -> None:
    assert re.search(r"://[^/\s]*:[^/\s]*@", FILE.read_text()) is None


def test_no_variable_holds_a_secret() -> None:
    for service in SERVICES.values():
        names = [
            name
            for name in service["environment"]
            if re.search("PASSWORD|URL|KEY|PEPPER|TOKEN", name) and name != "AZORA_PUBLIC_URL"
        ]
        assert all(name.endswith("_FILE") for name in names)


def test_only_migrations_can_reach_the_owner_and_the_superuser() -> None:
    for secret in ("azora_admin_database_url", "azora_owner_database_url"):
        users = {name for name, service in SERVICES.items() if secret in service["secrets"]}
        assert users == {"migrate"}


def test_the_one_port_is_open_to_this_machine_alone() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"gateway": ["127.0.0.1:8000:8000"]}
    assert COMPOSE["networks"]["data"] == {"internal": True}
