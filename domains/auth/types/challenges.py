"""What the mutations take and answer that complete a sign-in."""

from domains.kernel import prose

from .factors import SecondFactor
from .sessions import TokensPayload


@prose.input
class MfaVerifyInput:
    """What is left to prove after the password."""

    challenge_token: str
    """The `challenge.token` of `sessionCreate`."""

    method: SecondFactor
    """What the code is of; a passkey needs `mfaPasskeyVerify`."""

    code: str
    """The code. In a recovery code neither capital letters nor the hyphen matter."""


@prose.output
class MfaVerifyPayload(TokensPayload):
    """What `mfaVerify` answers."""

    recovery_codes_left: int | None = None
    """After a recovery code, how many are left; at three or less have the person make new ones by
    `recoveryCodesRegenerate`."""
