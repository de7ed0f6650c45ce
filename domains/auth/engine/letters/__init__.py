"""What auth writes to people: one template a letter, from which both its parts are made.

Values that a person gave pass a filter of `words` wherever a template shows them, so that nobody
can use our letters to send a stranger a link or a message of their own.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import words

TEMPLATES = Path(__file__).parent / "templates"
PARTS = ("paragraph", "action", "large", "details")
FILTERS = ("name", "sentence", "device", "network", "masked", "moment", "factor", "role")
OPTIONAL = ("name", "at", "address", "user_agent", "by_admin")


class Letter(StrEnum):
    """What a letter is about."""

    VERIFY_EMAIL = "verify_email"
    ACCOUNT_EXISTS = "account_exists"
    RESET_PASSWORD = "reset_password"  # noqa: S105 (the name of a letter)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (the same)
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    EMAIL_CHANGE_NOTICE = "email_change_notice"
    SIGN_IN_CODE = "sign_in_code"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    TOKEN_REUSED = "token_reused"  # noqa: S105 (the same)
    DELETION_REQUESTED = "deletion_requested"
    ACCOUNT_RESTORED = "account_restored"
    ACCOUNT_ERASED = "account_erased"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ROLE_CHANGED = "role_changed"
    IMPERSONATION_STARTED = "impersonation_started"


class Rendered(NamedTuple):
    """A letter as it is sent."""

    subject: str
    text: str
    html: str


def render(letter: Letter, values: Mapping[str, Any]) -> Rendered:
    """Write a letter. What its template needs and `values` lacks is an error, not a gap."""
    subject = subject_of(letter)
    # The page's title is the subject, too.
    given = dict.fromkeys(OPTIONAL) | dict(values) | {"subject": subject}
    plain, rich = (_environment(kind).get_template(f"{letter}.jinja") for kind in ("text", "html"))
    return Rendered(subject, _tidy(plain.render(given)), rich.render(given))


def subject_of(letter: Letter) -> str:
    """The line that a mailbox lists, and that a locked screen shows: it holds no value."""
    template = _environment("text").get_template(f"{letter}.jinja")
    return "".join(template.blocks["subject"](template.new_context()))


@cache
def _environment(kind: str) -> Environment:
    """The same letters, put into the layout and the parts of a kind."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=kind == "html",  # noqa: S701 (the other kind is plain text)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(words, name) for name in (*FILTERS, "wrapped")}
    environment.globals["layout"] = f"layout.{kind}.jinja"
    parts = environment.get_template(f"parts.{kind}.jinja").module
    environment.globals |= {name: getattr(parts, name) for name in PARTS}
    return environment


def _tidy(text: str) -> str:
    """At most one empty line between what stands apart."""
    blocks = (block.strip("\n") for block in text.split("\n\n"))
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def code_message(code: str, minutes: int) -> str:
    """A code as a text message, which has to be short."""
    return f"{code} is your Azora code. It works once, for {minutes} minutes. Give it to nobody."
