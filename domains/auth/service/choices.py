"""What the operator may choose; set once, before the first request."""

from dataclasses import dataclass, field
from datetime import timedelta

from domains.auth.engine.passkeys import LOCAL_SITE, Site

from .rates import Rates


@dataclass(slots=True)
class Choices:
    """How long things last, and where links lead."""

    access_lifetime: timedelta = timedelta(minutes=15)
    session_lifetime: timedelta = timedelta(days=30)
    """However often it is renewed."""

    idle_lifetime: timedelta = timedelta(days=7)
    """How long a session lasts that nobody renews."""

    reuse_grace: timedelta = timedelta(0)
    """How long a client whose answer was lost may renew its session with the same token again."""

    step_up_window: timedelta = timedelta(minutes=10)
    """How long a proof of who one is lasts for acts that want a recent one."""

    password_minimum: int = 12
    """Characters. NIST SP 800-63B asks for 15 where a password is the only factor."""

    deletion_grace: timedelta = timedelta(days=30)
    """How long an account can be restored after its owner asked for it to be deleted."""

    rates: Rates = field(default_factory=Rates)
    audit_retention: timedelta = timedelta(days=400)
    """How long what was done to accounts is kept."""

    sms_countries: frozenset[str] | None = None
    """To which countries codes are sent by text message; None for all."""

    passkey_site: Site = LOCAL_SITE
    """For whom passkeys are made."""

    links_url: str = "http://127.0.0.1:8000"
    """Where the pages are to which mails link; a request's Host is never asked."""


choices = Choices()
