"""The mutations of passkeys."""

from domains.auth.errors import factors as factor_errors
from domains.auth.errors import passkeys as errors
from domains.auth.service import challenges, passkey_registration, passkeys
from domains.auth.types.passkeys import (
    MfaPasskeyVerifyInput,
    MfaPasskeyVerifyPayload,
    PasskeyRegisterInput,
    PasskeyRegisterPayload,
    PasskeyRegistrationBeginPayload,
    PasskeyRemoveInput,
    PasskeyRemovePayload,
    PasskeyRenameInput,
    PasskeyRenamePayload,
    PasskeySignInBeginPayload,
    PasskeySignInInput,
    PasskeySignInPayload,
)
from domains.auth.types.sessions import told
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.scalars import OpenJSON

from .factors import NOT_ENTERED


@prose.output
class PasskeyMutation:
    """Passkeys."""

    @mutation(refuses=[errors.TooManyPasskeys])
    async def passkey_registration_begin(
        self, info: Info
    ) -> PasskeyRegistrationBeginPayload | None:
        """Ask for what a browser needs to make a passkey. Wants a recent proof of who one is."""
        context = info.context
        options = await passkey_registration.begin(context.database, context.viewer)
        return PasskeyRegistrationBeginPayload(options=OpenJSON(options))

    @mutation(refuses=[errors.PasskeyInvalid, errors.PasskeyNameInvalid, errors.TooManyPasskeys])
    async def passkey_register(
        self, info: Info, input: PasskeyRegisterInput
    ) -> PasskeyRegisterPayload | None:
        """Keep a passkey that was made.

        From then on the account's password alone opens no session. With an account's first
        factor all other sessions end. Wants a recent proof of who one is.
        """
        context = info.context
        made = (context.viewer, input.credential, input.name)
        added = await passkey_registration.register(context.database, context.client, *made)
        return PasskeyRegisterPayload(
            passkey=keyed("Passkey", added.id), recovery_codes=list(added.recovery_codes) or None
        )

    @mutation(refuses=[errors.PasskeyNotFound, errors.PasskeyNameInvalid])
    async def passkey_rename(
        self, info: Info, input: PasskeyRenameInput
    ) -> PasskeyRenamePayload | None:
        """Call a passkey something else. Wants a recent proof of who one is."""
        context, id = info.context, key_of("Passkey", input.id)
        named = (context.viewer, id, input.name)
        await passkey_registration.rename(context.database, context.client, *named)
        return PasskeyRenamePayload(passkey=keyed("Passkey", id))

    @mutation(refuses=[errors.PasskeyNotFound])
    async def passkey_remove(
        self, info: Info, input: PasskeyRemoveInput
    ) -> PasskeyRemovePayload | None:
        """Take a passkey away. Wants a recent proof of who one is."""
        context, id = info.context, key_of("Passkey", input.id)
        await passkey_registration.remove(context.database, context.client, context.viewer, id)
        return PasskeyRemovePayload(removed=True)

    @mutation(refuses=[])
    async def passkey_sign_in_begin(self, info: Info) -> PasskeySignInBeginPayload | None:
        """Ask for what a browser needs to sign somebody in by a passkey.

        It is the same for all, so nobody has to say who they are. Also for
        `mfaPasskeyVerify` and `sessionStepUp`.
        """
        context = info.context
        invitation = await passkeys.begin_sign_in(context.database, context.client)
        return PasskeySignInBeginPayload(
            challenge_token=invitation.challenge, options=OpenJSON(invitation.options)
        )

    @mutation(refuses=[errors.PasskeyInvalid, *NOT_ENTERED])
    async def passkey_sign_in(
        self, info: Info, input: PasskeySignInInput
    ) -> PasskeySignInPayload | None:
        """Sign in by a passkey, which needs no password and no second factor."""
        context = info.context
        shown = (input.challenge_token, input.credential)
        opened = await passkeys.sign_in_with(context.database, context.client, *shown)
        return PasskeySignInPayload(**told(context, opened))

    @mutation(
        refuses=[
            errors.PasskeyInvalid,
            factor_errors.ChallengeInvalid,
            factor_errors.FactorNotOffered,
            *NOT_ENTERED,
        ]
    )
    async def mfa_passkey_verify(
        self, info: Info, input: MfaPasskeyVerifyInput
    ) -> MfaPasskeyVerifyPayload | None:
        """Complete a sign-in by a passkey of the same person."""
        context = info.context
        shown = (input.challenge_token, input.passkey_token, input.credential)
        answered = await challenges.answer_by_passkey(context.database, context.client, *shown)
        return MfaPasskeyVerifyPayload(**told(context, answered.opened))
