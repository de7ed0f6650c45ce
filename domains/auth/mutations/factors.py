"""The mutations of second factors."""

from typing import Any

from domains.auth.errors import factors as errors
from domains.auth.errors import sessions as session_errors
from domains.auth.models import MFAMethod
from domains.auth.service import challenges, enrollment, factors, recovery
from domains.auth.types.challenges import MfaVerifyInput, MfaVerifyPayload
from domains.auth.types.factors import (
    EmailFactorConfirmInput,
    EmailFactorConfirmPayload,
    EmailFactorEnrollPayload,
    EmailFactorRemovePayload,
    MfaCodeSendInput,
    MfaCodeSendPayload,
    MfaPreferenceSetInput,
    MfaPreferenceSetPayload,
    RecoveryCodesRegeneratePayload,
    SecondFactor,
    SmsFactorConfirmInput,
    SmsFactorConfirmPayload,
    SmsFactorEnrollInput,
    SmsFactorEnrollPayload,
    SmsFactorRemovePayload,
    TotpConfirmInput,
    TotpConfirmPayload,
    TotpEnrollPayload,
    TotpRemovePayload,
)
from domains.auth.types.sessions import told
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import keyed

SMS_WARNING = (
    "Whoever takes over your number gets these codes. "
    "An authenticator app or a passkey protects your account better."
)

CONFIRM_REFUSALS = [errors.CodeInvalid, errors.FactorNotFound]
NOT_ENTERED = [
    session_errors.InvalidCredentials,
    session_errors.EmailNotVerified,
    session_errors.AccountDisabled,
    session_errors.DeletionPending,
]
"""Why somebody is not let in although all that they showed was right."""


@prose.output
class FactorMutation:
    """Second factors."""

    @mutation(refuses=[])
    async def totp_enroll(self, info: Info) -> TotpEnrollPayload | None:
        """Set up an authenticator app.

        It counts once `totpConfirm` has taken a code of it; an app before it counts until
        then. Wants a recent proof of who one is.
        """
        context = info.context
        app = await enrollment.enroll_app(context.database, context.client, context.viewer)
        return TotpEnrollPayload(secret=app.secret, otpauth_uri=app.link, qr_code=app.picture)

    @mutation(refuses=CONFIRM_REFUSALS)
    async def totp_confirm(self, info: Info, input: TotpConfirmInput) -> TotpConfirmPayload | None:
        """Have the app count that was set up.

        With an account's first factor all other sessions end. Wants a recent proof of who
        one is.
        """
        return TotpConfirmPayload(**await _confirmed(info, MFAMethod.TOTP, input.code))

    @mutation(refuses=[errors.FactorNotFound])
    async def totp_remove(self, info: Info) -> TotpRemovePayload | None:
        """Take the authenticator app away. Wants a recent proof of who one is."""
        return TotpRemovePayload(**await _removed(info, MFAMethod.TOTP))

    @mutation(refuses=[errors.PhoneInvalid, errors.PhoneNotServed])
    async def sms_factor_enroll(
        self, info: Info, input: SmsFactorEnrollInput
    ) -> SmsFactorEnrollPayload | None:
        """Send a code to a phone.

        The phone counts once `smsFactorConfirm` has taken the code. Wants a recent proof of
        who one is.
        """
        context = info.context
        await enrollment.enroll_phone(context.database, context.client, context.viewer, input.phone)
        stronger = [SecondFactor.PASSKEY, SecondFactor.TOTP]
        return SmsFactorEnrollPayload(sent=True, warning=SMS_WARNING, stronger=stronger)

    @mutation(refuses=CONFIRM_REFUSALS)
    async def sms_factor_confirm(
        self, info: Info, input: SmsFactorConfirmInput
    ) -> SmsFactorConfirmPayload | None:
        """Have the phone count to which a code was sent.

        With an account's first factor all other sessions end. Wants a recent proof of who
        one is.
        """
        return SmsFactorConfirmPayload(**await _confirmed(info, MFAMethod.SMS, input.code))

    @mutation(refuses=[errors.FactorNotFound])
    async def sms_factor_remove(self, info: Info) -> SmsFactorRemovePayload | None:
        """Have no more codes sent to the phone. Wants a recent proof of who one is."""
        return SmsFactorRemovePayload(**await _removed(info, MFAMethod.SMS))

    @mutation(refuses=[])
    async def email_factor_enroll(self, info: Info) -> EmailFactorEnrollPayload | None:
        """Mail a code to the account's address.

        Codes by mail count once `emailFactorConfirm` has taken it. Wants a recent proof of
        who one is.
        """
        context = info.context
        await enrollment.enroll_mailbox(context.database, context.client, context.viewer)
        return EmailFactorEnrollPayload(sent=True)

    @mutation(refuses=CONFIRM_REFUSALS)
    async def email_factor_confirm(
        self, info: Info, input: EmailFactorConfirmInput
    ) -> EmailFactorConfirmPayload | None:
        """Have codes by mail count.

        With an account's first factor all other sessions end. Wants a recent proof of who
        one is.
        """
        return EmailFactorConfirmPayload(**await _confirmed(info, MFAMethod.EMAIL, input.code))

    @mutation(refuses=[errors.FactorNotFound])
    async def email_factor_remove(self, info: Info) -> EmailFactorRemovePayload | None:
        """Have no more codes mailed. Wants a recent proof of who one is."""
        return EmailFactorRemovePayload(**await _removed(info, MFAMethod.EMAIL))

    @mutation(refuses=[errors.FactorNotOffered])
    async def mfa_preference_set(
        self, info: Info, input: MfaPreferenceSetInput
    ) -> MfaPreferenceSetPayload | None:
        """Say which factor is offered first."""
        context = info.context
        id = await factors.prefer(context.database, context.viewer, input.method)
        return MfaPreferenceSetPayload(mfa_settings=keyed("MFASettings", id))

    @mutation(refuses=[errors.FactorNotFound])
    async def recovery_codes_regenerate(self, info: Info) -> RecoveryCodesRegeneratePayload | None:
        """Make new recovery codes for somebody who has a second factor.

        All older ones are worth nothing from then on. Wants a recent proof of who one is.
        """
        context = info.context
        codes = await recovery.regenerate(context.database, context.client, context.viewer)
        return RecoveryCodesRegeneratePayload(recovery_codes=list(codes))

    @mutation(refuses=[errors.ChallengeInvalid, errors.FactorNotOffered])
    async def mfa_code_send(self, info: Info, input: MfaCodeSendInput) -> MfaCodeSendPayload | None:
        """Send a code, to complete a sign-in or for `sessionStepUp`.

        It is good for five minutes, in that sign-in or session alone; the one before it no
        longer is.
        """
        context = info.context
        asked = (context.viewer, input.challenge_token, input.method)
        await challenges.send_code(context.database, context.client, *asked)
        return MfaCodeSendPayload(sent=True)

    @mutation(
        refuses=[
            errors.CodeInvalid,
            errors.ChallengeInvalid,
            errors.FactorNotOffered,
            *NOT_ENTERED,
        ]
    )
    async def mfa_verify(self, info: Info, input: MfaVerifyInput) -> MfaVerifyPayload | None:
        """Complete a sign-in by a code.

        The challenge can be answered five times, and once rightly.
        """
        context = info.context
        shown = (input.challenge_token, input.method, input.code)
        answered = await challenges.answer(context.database, context.client, *shown)
        left = answered.recovery_codes_left
        return MfaVerifyPayload(**told(context, answered.opened), recovery_codes_left=left)


async def _confirmed(info: Info, method: MFAMethod, code: str) -> dict[str, Any]:
    """The fields of a payload."""
    context = info.context
    asked = (context.database, context.client, context.viewer, method)
    confirmed = await enrollment.confirm(*asked, code)
    return {
        "mfa_settings": keyed("MFASettings", confirmed.settings_id),
        "recovery_codes": list(confirmed.recovery_codes) or None,
    }


async def _removed(info: Info, method: MFAMethod) -> dict[str, Any]:
    """The fields of a payload."""
    context = info.context
    asked = (context.database, context.client, context.viewer, method)
    return {"mfa_settings": keyed("MFASettings", await enrollment.remove(*asked))}
