"""What an operator may choose, read once from the environment and from secret files."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.limits import Limits

PREFIX = "AZORA_"
# Where the secret files are is itself no setting: it must be known before the settings are read.
SECRETS_FOLDER = "AZORA_SECRETS_DIR"
# What pydantic says of a default that depends on a field which is wrong itself.
FOLLOWS_FROM_ANOTHER = "default_factory_not_called"

PostgresUrl = Annotated[str, StringConstraints(pattern=r"^postgres(ql)?://")]
Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]


class Profile(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class WrongSettings(Exception):
    """Says which variables are wrong and what was expected, and never what they held."""


def _open_by_default(data: Mapping[str, Any]) -> bool:
    return data["profile"] is not Profile.PRODUCTION


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

    access_log: bool = Field(default_factory=lambda data: data["profile"] is Profile.DEVELOPMENT)

    read_pool_size: Positive = 8
    write_pool_size: Positive = 5
    statement_timeout_ms: Positive = 5000
    pool_timeout_ms: Positive = 2000
    max_body_bytes: Positive = 65536
    documents_cached: Positive = 1000
    plans_per_document: Positive = 64
    session_minutes: Positive = 1440
    sharded: bool = False
    limits: Limits = Limits()

    @property
    def embedded(self) -> bool:
        """Whether the database is the project's own, for want of another."""
        return self.database_url is None and self.owner_database_url is None

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
    limits = [f"{PREFIX}LIMITS__{name.upper()}" for name in Limits.__dataclass_fields__]
    others = (_variable(field) for field in Settings.model_fields if field != "limits")
    return [SECRETS_FOLDER, *others, *limits]


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
