"""The mutations of admins."""

from functools import partial
from typing import Any

from domains.auth.errors import administration as errors
from domains.auth.errors.accounts import DetailsInvalid
from domains.auth.errors.factors import FactorNotFound
from domains.auth.models import UserRole
from domains.auth.service import administration as service
from domains.auth.service import impersonation
from domains.auth.types.administration import (
    ImpersonationEndPayload,
    UserAppMetadataUpdateInput,
    UserAppMetadataUpdatePayload,
    UserDisableInput,
    UserDisablePayload,
    UserEnableInput,
    UserEnablePayload,
    UserFactorRemoveInput,
    UserFactorRemovePayload,
    UserImpersonateInput,
    UserImpersonatePayload,
    UserPasswordResetSendInput,
    UserPasswordResetSendPayload,
    UserRoleChangeInput,
    UserRoleChangePayload,
    UserSessionsRevokeInput,
    UserSessionsRevokePayload,
)
from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed


async def _administered(info: Info, global_id: str, act: service.Act) -> Any:
    """Do it, and give the person."""
    context, id = info.context, key_of("User", global_id)
    await service.administer(context.database, context.client, context.viewer, id, act)
    return keyed("User", id)


@prose.output
class AdministrationMutation:
    """What admins do to accounts.

    Each wants a proof of who they are from the last minutes, or is refused with
    `STEP_UP_REQUIRED`.
    """

    @mutation(refuses=[errors.UserNotFound, errors.LastAdmin, errors.ReasonInvalid])
    async def user_disable(self, info: Info, input: UserDisableInput) -> UserDisablePayload | None:
        """Close an account, as an admin: all its sessions end at once, and nobody can sign in."""
        user = await _administered(info, input.id, partial(service.disable, reason=input.reason))
        return UserDisablePayload(user=user)

    @mutation(refuses=[errors.UserNotFound])
    async def user_enable(self, info: Info, input: UserEnableInput) -> UserEnablePayload | None:
        """Open a closed account again, as an admin."""
        user = await _administered(info, input.id, service.enable)
        return UserEnablePayload(user=user)

    @mutation(refuses=[errors.UserNotFound, errors.LastAdmin])
    async def user_role_change(
        self, info: Info, input: UserRoleChangeInput
    ) -> UserRoleChangePayload | None:
        """Make somebody something else on the platform, as an admin.

        It counts from their next request on.
        """
        user = await _administered(
            info, input.id, partial(service.change_role, role=UserRole(input.role.value))
        )
        return UserRoleChangePayload(user=user)

    @mutation(refuses=[errors.UserNotFound, FactorNotFound])
    async def user_factor_remove(
        self, info: Info, input: UserFactorRemoveInput
    ) -> UserFactorRemovePayload | None:
        """Take a second factor from somebody who lost it, as an admin. The person is told."""
        user = await _administered(
            info, input.id, partial(service.remove_factor, factor=input.factor.value)
        )
        return UserFactorRemovePayload(user=user)

    @mutation(refuses=[errors.UserNotFound])
    async def user_password_reset_send(
        self, info: Info, input: UserPasswordResetSendInput
    ) -> UserPasswordResetSendPayload | None:
        """Mail somebody a link by which they set a new password, as an admin."""
        user = await _administered(info, input.id, service.send_password_reset)
        return UserPasswordResetSendPayload(user=user)

    @mutation(refuses=[errors.UserNotFound])
    async def user_sessions_revoke(
        self, info: Info, input: UserSessionsRevokeInput
    ) -> UserSessionsRevokePayload | None:
        """Sign somebody out everywhere, as an admin."""
        user = await _administered(info, input.id, service.end_sessions)
        return UserSessionsRevokePayload(user=user)

    @mutation(refuses=[errors.UserNotFound, DetailsInvalid])
    async def user_app_metadata_update(
        self, info: Info, input: UserAppMetadataUpdateInput
    ) -> UserAppMetadataUpdatePayload | None:
        """Replace what admins keep of a person, as an admin."""
        user = await _administered(
            info,
            input.id,
            partial(service.set_app_metadata, metadata=input.metadata),
        )
        return UserAppMetadataUpdatePayload(user=user)

    @mutation(refuses=[errors.UserNotFound, errors.ReasonInvalid, errors.ImpersonationRefused])
    async def user_impersonate(
        self, info: Info, input: UserImpersonateInput
    ) -> UserImpersonatePayload | None:
        """Act as somebody else for 15 minutes, as an admin.

        What the audit log tells of these minutes bears both names, nothing secret of the person
        can be changed, and they are told by mail.
        """
        made = impersonation.Impersonation()
        await _administered(
            info, input.id, partial(impersonation.impersonate, reason=input.reason, made=made)
        )
        opened = made.opened
        if opened is None:
            return None
        viewer = opened.viewer
        return UserImpersonatePayload(
            access_token=opened.token,
            expires_at=opened.expires_at,
            session=keyed("Session", viewer.session_id, viewer),
            user=keyed("User", viewer.user_id, viewer),
        )

    @mutation(refuses=[])
    async def impersonation_end(self, info: Info) -> ImpersonationEndPayload | None:
        """Stop acting as somebody else: the session of this token ends."""
        context = info.context
        await impersonation.end_impersonation(context.database, context.client, context.viewer)
        return ImpersonationEndPayload(ok=True)
