"""Why auth refuses what concerns a passkey."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class PasskeyInvalid(UserError):
    """What the device answered does not prove that it holds a passkey of this account.

    The challenge was used or is too old, the page is not one of ours, or the person was not asked.
    """

    message: str = "The passkey was not accepted. Try again."


@prose.output
class PasskeyNameInvalid(UserError):
    """The name is empty, too long, or holds characters that cannot be shown."""

    message: str = "This name cannot be used."

    maximum: int
    """How many characters it may have at most."""


@prose.output
class TooManyPasskeys(UserError):
    """The account has as many passkeys as one may have."""

    message: str = "Remove a passkey before you add another."

    maximum: int
    """How many an account may have."""


@prose.output
class PasskeyNotFound(UserError):
    """There is no such passkey, or it is not the viewer's own."""

    message: str = "Passkey not found."
