"""What an operator may choose, read once from the environment and from secret files."""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from domains.auth.public import Rates
from gateway.limits import Limits
from gateway.settings_mail import MailSettings, TextSettings, WebAddress

PREFIX = "AZORA_"
# Where the secret files are is itself no setting: it must be known before the settings are read.
SECRETS_FOLDER = "AZORA_SECRETS_DIR"
# What pydantic says of a default that depends on a field which is wrong itself.
FOLLOWS_FROM_ANOTHER = "default_factory_not_called"

PostgresUrl = Annotated[str, StringConstraints(pattern=r"^postgres(ql)?://")]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]

ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?")
"""A site as a browser names it: scheme, host and port. `*` and `null` are none."""


class Profile(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class WrongSettings(Exception):
    """Says which variables are wrong and what was expected, and never what they held."""


def _open_by_default(data: Mapping[str, Any]) -> bool:
    return data["profile"] is not Profile.PRODUCTION


def _three_for_each_processor() -> int:
    """More would wait inside of Postgres; and before eight are busy, this process is."""
    return min(max(4, 3 * (os.cpu_count() or 1)), 8)


def _origins(given: object) -> object:
    origins = given.replace(",", " ").split() if isinstance(given, str) else given
    if isinstance(origins, list) and not all(map(ORIGIN.fullmatch, origins)):
        message = "expected sites such as https://app.example.org, with commas between them"
        raise PydanticCustomError("origins", message)
    return origins


Origins = Annotated[frozenset[str], NoDecode, BeforeValidator(_origins)]


def _networks(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return tuple(map(ip_network, given.replace(",", " ").split()))
    except ValueError:
        message = "expected networks such as 10.0.0.0/8, with commas between them"
        raise PydanticCustomError("networks", message) from None


def _countries(given: object) -> object:
    countries = given.replace(",", " ").upper().split() if isinstance(given, str) else given
    if isinstance(countries, list) and not SUPPORTED_REGIONS.issuperset(countries):
        message = "expected countries such as ZA, with commas between them"
        raise PydanticCustomError("countries", message)
    return countries


Countries = Annotated[frozenset[str], NoDecode, BeforeValidator(_countries)]


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        populate_by_name=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    profile: Profile = Profile.DEVELOPMENT
    database_url: Annotated[
        PostgresUrl | None, Field(validation_alias="DATABASE_URL", repr=False)
    ] = None
    owner_database_url: Annotated[PostgresUrl | None, Field(repr=False)] = None
    admin_database_url: Annotated[PostgresUrl | None, Field(repr=False)] = None
    data_dir: Path = Path(".data")
    host: str = "127.0.0.1"
    port: Port = 8000

    introspection: bool = Field(default_factory=_open_by_default)
    graphiql: bool = Field(default_factory=_open_by_default)
    field_suggestions: bool = Field(default_factory=_open_by_default)

    registered_operations_only: bool = False
    shared_cache_seconds: Annotated[int, Field(ge=0)] = 10
    allowed_origins: Origins = frozenset()
    cookie_origins: Origins = frozenset()
    trusted_proxies: Networks = ()

    access_log: bool = Field(default_factory=lambda data: data["profile"] is Profile.DEVELOPMENT)

    read_pool_size: Positive = Field(default_factory=_three_for_each_processor)
    write_pool_size: Positive = 5
    call_pool_size: Positive = 8
    statement_timeout_ms: Positive = 5000
    pool_timeout_ms: Positive = 2000
    max_body_bytes: Positive = 65536
    max_connections: Positive = 5000
    max_connections_per_viewer: Positive = 20
    documents_cached: Positive = 1000
    plans_per_document: Positive = 64
    access_minutes: Positive = 15
    session_days: Positive = 30
    idle_days: Positive = 7
    password_minimum: Annotated[int, Field(ge=8, le=64)] = 12
    deletion_days: Positive = 30
    refresh_reuse_grace_s: Annotated[int, Field(ge=0, le=60)] = 0
    step_up_minutes: Positive = 10
    cookie_sessions: bool = False
    rates: Rates = Rates()
    audit_days: Annotated[int, Field(ge=366)] = 400
    keys: Annotated[str | None, Field(repr=False)] = None
    peppers: Annotated[str | None, Field(repr=False)] = None
    platform_fee_bps: Annotated[int, Field(ge=0, le=10_000)] = 0
    auto_release_days: Positive = 7
    dispute_escalation_days: Positive = 7
    refund_days: Annotated[int, Field(ge=0)] = 14
    refund_progress: Annotated[int, Field(ge=0, le=100)] = 20
    sharded: bool = False
    public_url: WebAddress | None = None
    account_pages: bool = True
    mail: MailSettings = MailSettings()
    sms: TextSettings = TextSettings()
    sms_countries: Countries = frozenset()
    passkey_rp_id: Annotated[str | None, StringConstraints(pattern=r"^[a-z0-9.-]+$")] = None
    passkey_origins: Origins = frozenset()
    limits: Limits = Limits()

    @field_validator("cookie_origins")
    @classmethod
    def _are_allowed(cls, given: frozenset[str], info: ValidationInfo) -> frozenset[str]:
        if given <= info.data.get("allowed_origins", given):
            return given
        raise PydanticCustomError("origins", "expected sites of AZORA_ALLOWED_ORIGINS alone")

    @property
    def embedded(self) -> bool:
        """Whether the database is the project's own, for want of another."""
        return self.database_url is None and self.owner_database_url is None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the library's signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the same)
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual ones; a secret file may also be a part of a setting that has parts."""
        files = NestedSecretsSettingsSource(file_secret_settings)
        return init_settings, env_settings, files

    @classmethod
    def read(cls) -> Self:
        """The settings of this process, or `WrongSettings` with one line a mistake."""
        folder = os.environ.get(SECRETS_FOLDER)
        if folder is not None and not Path(folder).is_dir():
            raise WrongSettings(f"{SECRETS_FOLDER}: expected a folder that can be read")
        unknown = [*_unknown_variables()]
        if unknown:
            raise WrongSettings("\n".join(unknown))
        try:
            return cls(_secrets_dir=folder)
        except ValidationError as error:
            mistakes = [item for item in error.errors() if item["type"] != FOLLOWS_FROM_ANOTHER]
            raise WrongSettings("\n".join(map(_explained, mistakes))) from None


def _variable(field: str) -> str:
    alias = (
        Settings.model_fields[field].validation_alias if field in Settings.model_fields else None
    )
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def variables() -> list[str]:
    fields = Settings.model_fields
    names = (name for field in fields for name in _variables_of(field))
    return [SECRETS_FOLDER, *names]


def _variables_of(field: str) -> list[str]:
    """One variable, or one for each part of a setting that has parts."""
    kind = Settings.model_fields[field].annotation
    parts: Mapping[str, Any] = getattr(
        kind, "model_fields", getattr(kind, "__dataclass_fields__", {})
    )
    return [f"{_variable(field)}__{part.upper()}" for part in parts] or [_variable(field)]


def _unknown_variables() -> list[str]:
    """A misspelt variable would leave a default in place unnoticed, so it is a mistake as well."""
    known = variables()
    names = sorted(name for name in os.environ if name.upper().startswith(PREFIX))
    return [_unknown(name, known) for name in names if name.upper() not in known]


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name.upper(), known, n=1)
    return f"{name}: no such setting" + (f", did you mean {near[0]}?" if near else "")


def _explained(error: Any) -> str:
    field, *inner = map(str, error["loc"])
    name = field if field == field.upper() else _variable(field)
    expected = {"string_pattern_mismatch": "expected an address that begins with postgresql://"}
    message = expected.get(error["type"], error["msg"])
    return f"{'__'.join([name, *map(str.upper, inner)])}: {message[0].lower()}{message[1:]}"
