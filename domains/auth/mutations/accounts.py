"""The mutations of accounts."""

from typing import Any

import strawberry

from domains.auth.errors import accounts as errors
from domains.auth.errors.administration import LastAdmin
from domains.auth.errors.sessions import InvalidCredentials, PasswordWrong
from domains.auth.models import UserRole
from domains.auth.service import accounts, addresses, deletion, passwords, profiles
from domains.auth.types.accounts import (
    AccountDeletePayload,
    AccountRestoreInput,
    AccountRestorePayload,
    EmailChangeConfirmInput,
    EmailChangeConfirmPayload,
    EmailChangeInput,
    EmailChangePayload,
    EmailChangeUndoInput,
    EmailChangeUndoPayload,
    EmailVerificationResendInput,
    EmailVerificationResendPayload,
    EmailVerifyInput,
    EmailVerifyPayload,
    PasswordChangeInput,
    PasswordChangePayload,
    PasswordResetInput,
    PasswordResetPayload,
    PasswordResetRequestInput,
    PasswordResetRequestPayload,
    ProfileUpdateInput,
    ProfileUpdatePayload,
    UserSignUpInput,
    UserSignUpPayload,
)
from domains.auth.types.sessions import told
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import keyed

PASSWORD_FLAWS = [
    errors.PasswordTooShort,
    errors.PasswordTooLong,
    errors.PasswordTooSimilar,
    errors.PasswordTooCommon,
    errors.PasswordTooWeak,
]


@prose.output
class AccountMutation:
    """Accounts."""

    @mutation(refuses=[errors.NameInvalid, *PASSWORD_FLAWS])
    async def user_sign_up(self, info: Info, input: UserSignUpInput) -> UserSignUpPayload | None:
        """Make an account, which opens once `emailVerify` has proved its address.

        The answer is the same whether or not the address has an account already. Another sign-up
        with an address that nobody has proved takes the place of the one before.
        """
        new = accounts.NewUser(
            email=input.email,
            password=input.password,
            name=input.name,
            role=UserRole(input.role.value),
        )
        await accounts.sign_up(info.context.database, info.context.client, new)
        return UserSignUpPayload(ok=True)

    @mutation(refuses=[errors.TokenInvalid, InvalidCredentials])
    async def email_verify(self, info: Info, input: EmailVerifyInput) -> EmailVerifyPayload | None:
        """Prove that the address of a new account is one's own.

        It takes the mailed token and the password of the sign-up, and signs nobody in.
        """
        context = info.context
        await accounts.verify_email(context.database, context.client, input.token, input.password)
        return EmailVerifyPayload(ok=True)

    @mutation(refuses=[])
    async def email_verification_resend(
        self, info: Info, input: EmailVerificationResendInput
    ) -> EmailVerificationResendPayload | None:
        """Have the link for `emailVerify` mailed again; the one before then works no more."""
        context = info.context
        await accounts.resend_verification(context.database, context.client, input.email)
        return EmailVerificationResendPayload(ok=True)

    @mutation(refuses=[PasswordWrong, *PASSWORD_FLAWS])
    async def password_change(
        self, info: Info, input: PasswordChangeInput
    ) -> PasswordChangePayload | None:
        """Choose another password. All other sessions end, and this one goes on with new tokens.

        Needs a proof of who one is from the last minutes; see `sessionStepUp`.
        """
        context = info.context
        opened = await passwords.change(
            context.database,
            context.client,
            context.viewer,
            input.current_password,
            input.new_password,
        )
        return PasswordChangePayload(**told(context, opened))

    @mutation(refuses=[])
    async def password_reset_request(
        self, info: Info, input: PasswordResetRequestInput
    ) -> PasswordResetRequestPayload | None:
        """Have a link for `passwordReset` mailed to an address, if it has an account."""
        context = info.context
        await passwords.request_reset(context.database, context.client, input.email)
        return PasswordResetRequestPayload(ok=True)

    @mutation(refuses=[errors.TokenInvalid, *PASSWORD_FLAWS])
    async def password_reset(
        self, info: Info, input: PasswordResetInput
    ) -> PasswordResetPayload | None:
        """Set a new password with the mailed token. All sessions end.

        It proves the address as well, but signs nobody in, and leaves second factors as they are.
        """
        context = info.context
        await passwords.reset(context.database, context.client, input.token, input.new_password)
        return PasswordResetPayload(ok=True)

    @mutation(refuses=[errors.EmailUnchanged])
    async def email_change(self, info: Info, input: EmailChangeInput) -> EmailChangePayload | None:
        """Ask for another address. Nothing changes until `emailChangeConfirm`.

        Needs a proof of who one is from the last minutes; see `sessionStepUp`.
        """
        context = info.context
        await addresses.request(context.database, context.client, context.viewer, input.new_email)
        return EmailChangePayload(ok=True)

    @mutation(refuses=[errors.TokenInvalid, errors.EmailTaken])
    async def email_change_confirm(
        self, info: Info, input: EmailChangeConfirmInput
    ) -> EmailChangeConfirmPayload | None:
        """Give the account its new address, by the token that was mailed there."""
        await addresses.confirm(info.context.database, info.context.client, input.token)
        return EmailChangeConfirmPayload(ok=True)

    @mutation(refuses=[errors.TokenInvalid, errors.EmailTaken])
    async def email_change_undo(
        self, info: Info, input: EmailChangeUndoInput
    ) -> EmailChangeUndoPayload | None:
        """Give the account its old address back, by the token that was mailed there.

        All sessions end, and the password has to be set anew.
        """
        await addresses.undo(info.context.database, info.context.client, input.token)
        return EmailChangeUndoPayload(ok=True)

    @mutation(
        refuses=[
            errors.NameInvalid,
            errors.AvatarInvalid,
            errors.TextInvalid,
            errors.TimezoneUnknown,
            errors.LanguageInvalid,
            errors.DetailsInvalid,
        ]
    )
    async def profile_update(
        self, info: Info, input: ProfileUpdateInput
    ) -> ProfileUpdatePayload | None:
        """Change what the viewer tells about themselves."""
        context = info.context
        user_id = await profiles.update(
            context.database, context.client, context.viewer, _given(input)
        )
        return ProfileUpdatePayload(user=keyed("User", user_id))

    @mutation(refuses=[LastAdmin, errors.AccountInUse])
    async def account_delete(self, info: Info) -> AccountDeletePayload | None:
        """Have the viewer's account deleted, and all its sessions ended at once.

        Its owner can change their mind for 30 days, unless the operator says otherwise. Who holds
        money, or owes or is owed something, settles that first.
        Needs a proof of who one is from the last minutes; see `sessionStepUp`.
        """
        context = info.context
        purge_at = await deletion.request(context.database, context.client, context.viewer)
        return AccountDeletePayload(purge_at=purge_at)

    @mutation(refuses=[errors.TokenInvalid])
    async def account_restore(
        self, info: Info, input: AccountRestoreInput
    ) -> AccountRestorePayload | None:
        """Keep an account that was to be deleted. It signs nobody in."""
        await deletion.restore(info.context.database, info.context.client, input.token)
        return AccountRestorePayload(ok=True)


def _given(input: ProfileUpdateInput) -> dict[str, Any]:
    """What is not left out."""
    fields = vars(input).items()
    return {name: some.value for name, some in fields if isinstance(some, strawberry.Some)}
