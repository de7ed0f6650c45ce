"""What an operator may choose of how mail and text messages leave."""

from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[int, Field(ge=1, le=300)]


class MailVia(StrEnum):
    """By what mail leaves; console and folder keep it here."""

    SMTP = "smtp"
    CONSOLE = "console"
    FOLDER = "folder"


class TextsVia(StrEnum):
    """By what text messages leave; console and folder keep them here."""

    HTTP = "http"
    CONSOLE = "console"
    FOLDER = "folder"


class Security(StrEnum):
    """How the way to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _one_address(given: str) -> str:
    local, _, domain = parseaddr(given)[1].rpartition("@")
    if local and domain and given.isprintable():
        return given
    raise PydanticCustomError("sender", "expected an address such as Azora <azora@example.org>")


def _web_address(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment):
        return given.rstrip("/")
    raise PydanticCustomError("address", "expected an address such as https://azora.example.org")


Sender = Annotated[str, AfterValidator(_one_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Messages(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    folder: Path | None = None
    timeout_seconds: Seconds = 15


class MailSettings(_Messages):
    """`AZORA_MAIL__…`."""

    via: MailVia | None = None
    host: str | None = None
    port: Port | None = None
    security: Security = Security.STARTTLS
    username: str | None = None
    password: Annotated[str | None, Field(repr=False)] = None
    ca_file: Path | None = None
    sender: Sender | None = None


class TextSettings(_Messages):
    """`AZORA_SMS__…`."""

    via: TextsVia | None = None
    url: WebAddress = "https://api.twilio.com"
    account: str | None = None
    token: Annotated[str | None, Field(repr=False)] = None
    sender: str | None = None
