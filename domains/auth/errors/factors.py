"""Why auth refuses what concerns a second factor."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class CodeInvalid(UserError):
    """The code is wrong, too old, was used before, or was tried too often."""

    message: str = "This code is not valid. Use a new one."


@prose.output
class ChallengeInvalid(UserError):
    """The challenge was answered, has run out, or was answered wrongly too often."""

    message: str = "This sign-in has ended. Begin again."


@prose.output
class FactorNotOffered(UserError):
    """The person cannot prove who they are by this."""

    message: str = "This method is not available. Choose another."


@prose.output
class FactorNotFound(UserError):
    """There is no such factor, or none that waits to be confirmed."""

    message: str = "There is no such second factor."


@prose.output
class PhoneInvalid(UserError):
    """The text is no number of a mobile phone with its country, such as +27821234567."""

    message: str = "Enter the number of a mobile phone, from the + and the country on."


@prose.output
class PhoneNotServed(UserError):
    """Codes are not sent to this country."""

    message: str = "Codes cannot be sent to this country. Choose another method."
