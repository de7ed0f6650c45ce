"""For which site passkeys are made, as the settings say."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from domains.auth.public import Site
from gateway.settings import Settings, WrongSettings

LOCAL = "localhost"
"""Browsers make passkeys for names and never for addresses, and for this one without TLS."""


def site_of(settings: Settings) -> Site:
    """The domain that passkeys are for, and the pages that may use them."""
    url = urlsplit(settings.public_url or f"http://{LOCAL}:{settings.port}")
    host = _name(url.hostname or LOCAL)
    port = f":{url.port}" if url.port else ""
    id = settings.passkey_rp_id or host
    origins = sorted(settings.passkey_origins or {f"{url.scheme}://{host}{port}"})
    for origin in origins:
        page = urlsplit(origin).hostname or ""
        if page != id and not page.endswith(f".{id}"):
            raise WrongSettings("AZORA_PASSKEY_ORIGINS: expected pages of AZORA_PASSKEY_RP_ID")
    return Site(id, tuple(origins))


def _name(host: str) -> str:
    try:
        ip_address(host)
    except ValueError:
        return host
    return LOCAL
