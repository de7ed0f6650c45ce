"""Mail and text messages to people; the gateway says by what they travel."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter to one address."""

    to: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    """The same words; like the text it may hold a link that nobody else should see."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message to one phone."""

    to: str
    """The number as E.164 writes it: `+`, country, number."""

    body: str = field(repr=False)


class NotSent(Exception):
    """What carries messages did not take this one. Says why, and nothing of what it held."""


class Mailer(Protocol):
    """Carries mail."""

    async def send(self, mail: Mail) -> None:
        """Hand it over, or raise."""


class Texter(Protocol):
    """Carries text messages."""

    async def send(self, message: TextMessage) -> None:
        """Hand it over, or raise."""


@dataclass(slots=True)
class _Couriers:
    """Those of this process, set once before the first message."""

    mailer: Mailer | None = None
    texter: Texter | None = None


_couriers = _Couriers()


def use(mailer: Mailer, texter: Texter) -> None:
    """Send by these from now on."""
    _couriers.mailer, _couriers.texter = mailer, texter


async def mail(letter: Mail) -> None:
    """Send a letter; raises if it was not taken, so that whoever asked can ask again."""
    if _couriers.mailer is None:
        raise RuntimeError("this process has nothing to send mail by")
    await _couriers.mailer.send(letter)


async def text(message: TextMessage) -> None:
    """Send a text message; raises if it was not taken, so that whoever asked can ask again."""
    if _couriers.texter is None:
        raise RuntimeError("this process has nothing to send text messages by")
    await _couriers.texter.send(message)
