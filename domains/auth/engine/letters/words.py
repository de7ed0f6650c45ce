"""How letters write names, times and places, and what is left of text that a person gave."""

import re
import unicodedata
from datetime import UTC, datetime
from ipaddress import ip_address
from textwrap import fill, shorten

WIDTH = 72
LONGEST_NAME = 40
MOST_WORDS_OF_A_NAME = 5
LONGEST_SENTENCE = 200

JOINERS = "\u200c\u200d"
"""They cannot be seen, but some scripts need them to write a name."""

BINDING = re.compile(r"[.,:;!?](?=\S)")
"""A mark inside a word, as addresses have it: mail programs make links of such words unasked."""

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
"""What a browser calls itself and its name; those that also claim to be another stand first."""

SYSTEMS = {
    "Android": "Android",
    "iPhone": "an iPhone",
    "iPad": "an iPad",
    "Windows": "Windows",
    "Macintosh": "a Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
FACTORS = {
    "totp": "an authenticator app",
    "sms": "codes by text message",
    "email": "codes by email",
    "passkey": "a passkey",
    "recovery": "recovery codes",
}
ROLES = {
    "student": "student",
    "educator": "educator",
    "employer": "employer",
    "admin": "administrator",
}


def name(given: str | None) -> str | None:
    """A name to greet with; none if it could be anything else, such as an address or a message."""
    if not given or len(given) > LONGEST_NAME or len(given.split()) > MOST_WORDS_OF_A_NAME:
        return None
    return given if all(map(_of_a_name, given)) and not BINDING.search(given) else None


def sentence(given: str) -> str:
    """What somebody wrote, as one line from which no mail program can make a link."""
    parted = BINDING.sub(" ", given)
    kept = "".join(char if _of_a_sentence(char) else " " for char in parted)
    return shorten(kept, LONGEST_SENTENCE, placeholder=" …")


def device(user_agent: str | None) -> str:
    """A browser and a system in our words: what a client calls itself is not ours to pass on."""
    agent = user_agent or ""
    browser = next((word for mark, word in BROWSERS.items() if mark in agent), None)
    system = next((word for mark, word in SYSTEMS.items() if mark in agent), None)
    if browser is None and system is None:
        return "an unknown device"
    return f"{browser or 'an app'} on {system or 'an unknown device'}"


def network(address: str | None) -> str:
    """The address of a client."""
    try:
        return ip_address(address or "").compressed
    except ValueError:
        return "an unknown address"


def masked(address: str) -> str:
    """Enough of a mail address for whoever knows it already."""
    local, _, domain = address.rpartition("@")
    ending = domain.rpartition(".")[2]
    return f"{local[:1]}***@{domain[:1]}***.{ending}"


def moment(at: datetime) -> str:
    """A time to the minute."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def factor(kind: str) -> str:
    """A way to prove who one is."""
    return FACTORS[kind]


def role(role: str) -> str:
    """What a person is on the platform."""
    return ROLES[role]


def wrapped(paragraph: str) -> str:
    """Plain text in lines of a readable length."""
    text = " ".join(paragraph.split())
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _of_a_name(char: str) -> bool:
    return char.isalpha() or char in f" '\u2019-.,{JOINERS}" or unicodedata.category(char)[0] == "M"


def _of_a_sentence(char: str) -> bool:
    return char.isdecimal() or char in ":;!?()" or _of_a_name(char)
