"""What auth needs of an operator's settings: lifetimes, links, and the server's keys."""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from domains.auth.public import choices
from domains.kernel import clock, keys
from domains.kernel.keys import KEY_BYTES, Keyring
from gateway.passkeys import site_of
from gateway.settings import Profile, Settings, WrongSettings

KEYS_FILE = "keys"
"""In the data folder: keys of a server that nobody gave any."""


def configure_identity(settings: Settings) -> None:
    """Prepare this process to check and make secrets."""
    choices.access_lifetime = timedelta(minutes=settings.access_minutes)
    choices.session_lifetime = timedelta(days=settings.session_days)
    choices.idle_lifetime = timedelta(days=settings.idle_days)
    choices.reuse_grace = timedelta(seconds=settings.refresh_reuse_grace_s)
    choices.step_up_window = timedelta(minutes=settings.step_up_minutes)
    choices.rates = settings.rates
    choices.password_minimum = settings.password_minimum
    choices.deletion_grace = timedelta(days=settings.deletion_days)
    choices.audit_retention = timedelta(days=settings.audit_days)
    choices.passkey_site = site_of(settings)
    choices.sms_countries = served_countries(settings)
    keys.use(_ring(settings, "keys"), _ring(settings, "peppers"))
    clock.allow_moving(allowed=settings.profile is Profile.TEST)


def served_countries(settings: Settings) -> frozenset[str] | None:
    """To which countries codes go; in production to none that nobody named, for messages cost."""
    if not settings.sms_countries and settings.profile is not Profile.PRODUCTION:
        return None
    return settings.sms_countries


def new_key(id: str) -> str:
    """A key as the settings take it."""
    return f"{id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _ring(settings: Settings, name: str) -> Keyring:
    given: str | None = getattr(settings, name)
    if given is None and settings.profile is Profile.PRODUCTION:
        raise WrongSettings(f"AZORA_{name.upper()}: the production profile needs keys of its own")
    return _parsed(given or _kept(settings.data_dir / f"{KEYS_FILE}-{name}"), name)


def _parsed(text: str, name: str) -> Keyring:
    try:
        pairs = (entry.strip().split(":", 1) for entry in text.split(","))
        return Keyring({id: base64.b64decode(key, validate=True) for id, key in pairs})
    except (ValueError, binascii.Error):
        expected = f"expected id:key pairs, the key {KEY_BYTES} bytes in base64"
        raise WrongSettings(f"AZORA_{name.upper()}: {expected}") from None


def _kept(file: Path) -> str:
    """The key of a file, made if there is none; of two processes at once one makes it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}-{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(new_key("local"))
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    return file.read_text()
