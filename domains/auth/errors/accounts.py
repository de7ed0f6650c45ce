"""Why auth refuses what concerns an account."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class PasswordTooShort(UserError):
    """The password has fewer characters than are needed."""

    message: str = "The password is too short."

    minimum: int
    """How many characters it needs at least."""


@prose.output
class PasswordTooLong(UserError):
    """The password has more characters than are read."""

    message: str = "The password is too long."

    maximum: int
    """How many characters it may have at most."""


@prose.output
class PasswordTooCommon(UserError):
    """The password is one of those that guessers try first."""

    message: str = "This password is easy to guess. Choose another."


@prose.output
class PasswordTooSimilar(UserError):
    """The password is much like the person's name or address."""

    message: str = "This password is too much like your name or address. Choose another."


@prose.output
class PasswordTooWeak(UserError):
    """The password could be guessed by somebody who knows how people make passwords."""

    message: str = "This password is too easy to guess. Make it longer, or less regular."

    score: int
    """How hard it is to guess, from 0 to 4; 3 is enough."""

    suggestions: list[str]
    """What would make it better, for the person at the screen; in English."""


@prose.output
class NameInvalid(UserError):
    """The name is too short, too long, or holds characters that cannot be shown."""

    message: str = "This name cannot be used."

    minimum: int
    """How many characters it needs at least."""

    maximum: int
    """How many characters it may have at most."""


@prose.output
class TokenInvalid(UserError):
    """The secret of the link was used, has run out, was replaced by a newer one, or never was."""

    message: str = "This link is not valid any more. Ask for a new one."


@prose.output
class EmailUnchanged(UserError):
    """The account has this address already."""

    message: str = "This is your address already."


@prose.output
class EmailTaken(UserError):
    """Another account has this address by now. Only who reads the mailbox is told so."""

    message: str = "Another account has this address."


@prose.output
class AvatarInvalid(UserError):
    """The text is not the address of a picture that browsers would show on a safe page."""

    message: str = "Enter an address that begins with https://."

    maximum: int
    """How many characters it may have at most."""


@prose.output
class TextInvalid(UserError):
    """The text is too long, or holds characters that cannot be shown."""

    message: str = "This text cannot be used."

    maximum: int
    """How many characters it may have at most."""


@prose.output
class TimezoneUnknown(UserError):
    """The text is no name of the time zone database, such as `Africa/Johannesburg`."""

    message: str = "There is no such time zone."


@prose.output
class LanguageInvalid(UserError):
    """The text is no language tag, such as `en` or `zh-Hant-TW`."""

    message: str = "There is no such language."


@prose.output
class DetailsInvalid(UserError):
    """The value is no object, is too large or too deep, or has keys of a form that is not kept."""

    message: str = "These details cannot be kept."

    maximum_bytes: int
    """How long it may be as compact JSON in UTF-8."""

    maximum_depth: int
    """How many objects and lists may stand inside one another."""


@prose.output
class AccountInUse(UserError):
    """Something is still to be settled with others before the account can go."""

    message: str = "Settle what is still open first."

    reasons: list[str]
    """What it is, in sentences for the person at the screen; all of it."""
