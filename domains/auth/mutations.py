"""Auth's fields of `Mutation`."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed

from . import errors, service
from .models import UserRole
from .types import (
    SessionCreateInput,
    SessionCreatePayload,
    SessionRevokeInput,
    SessionRevokePayload,
    UserSignUpInput,
    UserSignUpPayload,
)


@prose.output
class AuthMutation:
    """Signing up, in and out."""

    @mutation(
        refuses=[
            errors.NameInvalid,
            errors.PasswordTooShort,
            errors.PasswordTooLong,
            errors.PasswordTooCommon,
        ]
    )
    async def user_sign_up(self, info: Info, input: UserSignUpInput) -> UserSignUpPayload | None:
        """Make an account.

        The answer is the same whether or not the address has an account already.
        """
        new = service.NewUser(
            email=input.email,
            password=input.password,
            name=input.name,
            role=UserRole(input.role.value),
        )
        await service.sign_up(info.context.database, info.context.client, new)
        return UserSignUpPayload(ok=True)

    @mutation(refuses=[errors.InvalidCredentials])
    async def session_create(
        self, info: Info, input: SessionCreateInput
    ) -> SessionCreatePayload | None:
        """Sign in with an address and a password."""
        opened = await service.sign_in(
            info.context.database, info.context.client, input.email, input.password
        )
        viewer = opened.viewer
        return SessionCreatePayload(
            access_token=opened.token,
            expires_at=opened.expires_at,
            session=keyed("Session", viewer.session_id, viewer),
            user=keyed("User", viewer.user_id, viewer),
        )

    @mutation(refuses=[errors.SessionNotFound])
    async def session_revoke(
        self, info: Info, input: SessionRevokeInput
    ) -> SessionRevokePayload | None:
        """Sign out: end the current session, or another of the viewer's own."""
        viewer = info.context.viewer
        id = viewer.session_id if input.id is None else key_of("Session", input.id)
        await service.revoke_session(info.context.database, info.context.client, viewer, id)
        return SessionRevokePayload(session=keyed("Session", id))
