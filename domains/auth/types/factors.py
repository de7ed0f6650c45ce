"""What the mutations of second factors take and answer."""

from domains.auth.models import MFAMethod
from domains.auth.service.factors import Factor as SecondFactor
from domains.kernel import prose
from domains.kernel.mutation import Payload

from .nodes import MFASettings

__all__ = ["SecondFactor"]

prose.enum(SecondFactor, name="SecondFactor")


@prose.output
class TotpEnrollPayload(Payload):
    """What `totpEnroll` answers. All of it is told this once."""

    secret: str | None = None
    """What to type into an authenticator app that has no camera."""

    otpauth_uri: str | None = None
    """A link that an authenticator app on the same device opens."""

    qr_code: str | None = None
    """The same link for a camera: the `src` of an image, which needs no other request."""


@prose.output
class ConfirmedPayload(Payload):
    """What a mutation answers that has a factor count."""

    mfa_settings: MFASettings | None = None
    """The viewer's factors, as they are now."""

    recovery_codes: list[str] | None = None
    """Codes for whoever loses their other factors, each good once. Told once, with the first
    factor of an account; null with every later one. Have the person write them down."""


@prose.output
class SettingsPayload(Payload):
    """What a mutation answers that changes which factors count."""

    mfa_settings: MFASettings | None = None
    """The viewer's factors, as they are now."""


@prose.input
class TotpConfirmInput:
    """A code of the app that was set up."""

    code: str
    """The six digits that it shows."""


@prose.output
class TotpConfirmPayload(ConfirmedPayload):
    """What `totpConfirm` answers."""


@prose.output
class TotpRemovePayload(SettingsPayload):
    """What `totpRemove` answers."""


@prose.input
class SmsFactorEnrollInput:
    """Where codes are to be sent."""

    phone: str
    """The number of a mobile phone, from the `+` and the country on: `+27 82 123 4567`."""


@prose.output
class SmsFactorEnrollPayload(Payload):
    """What `smsFactorEnroll` answers."""

    sent: bool = False
    """Whether a code is on its way."""

    warning: str | None = None
    """What to tell the person about codes by SMS, in English."""

    stronger: list[SecondFactor] | None = None
    """What to offer them beside it: factors that nobody takes over along with a number."""


@prose.input
class SmsFactorConfirmInput:
    """The code that was sent."""

    code: str
    """Its six digits."""


@prose.output
class SmsFactorConfirmPayload(ConfirmedPayload):
    """What `smsFactorConfirm` answers."""


@prose.output
class SmsFactorRemovePayload(SettingsPayload):
    """What `smsFactorRemove` answers."""


@prose.output
class EmailFactorEnrollPayload(Payload):
    """What `emailFactorEnroll` answers."""

    sent: bool = False
    """Whether a code is on its way to the account's address."""


@prose.input
class EmailFactorConfirmInput:
    """The code that was mailed."""

    code: str
    """Its eight digits."""


@prose.output
class EmailFactorConfirmPayload(ConfirmedPayload):
    """What `emailFactorConfirm` answers."""


@prose.output
class EmailFactorRemovePayload(SettingsPayload):
    """What `emailFactorRemove` answers."""


@prose.input
class MfaPreferenceSetInput:
    """What to offer first."""

    method: MFAMethod
    """One of the factors that count."""


@prose.output
class MfaPreferenceSetPayload(SettingsPayload):
    """What `mfaPreferenceSet` answers."""


@prose.output
class RecoveryCodesRegeneratePayload(Payload):
    """What `recoveryCodesRegenerate` answers."""

    recovery_codes: list[str] | None = None
    """The new codes, told this once. All older ones are worth nothing now."""


@prose.input
class MfaCodeSendInput:
    """Where to send a code, and for what."""

    method: MFAMethod
    """`SMS` or `EMAIL`."""

    challenge_token: str | None = None
    """The challenge of a sign-in. Left out by somebody who is signed in and needs the code for
    `sessionStepUp`."""


@prose.output
class MfaCodeSendPayload(Payload):
    """What `mfaCodeSend` answers."""

    sent: bool = False
    """Whether a code is on its way. Where to is not told."""
