"""The mutations of sessions."""

from domains.auth.errors import sessions as errors
from domains.auth.errors.factors import CodeInvalid
from domains.auth.errors.passkeys import PasskeyInvalid
from domains.auth.service import sessions, sign_in, step_up
from domains.auth.service.sessions import OpenedSession
from domains.auth.service.sign_in import Barred, Challenge
from domains.auth.types.factors import SecondFactor
from domains.auth.types.sessions import (
    SessionCreateInput,
    SessionCreatePayload,
    SessionRefreshInput,
    SessionRefreshPayload,
    SessionRevokeAllPayload,
    SessionRevokeInput,
    SessionRevokeOthersPayload,
    SessionRevokePayload,
    SessionStepUpInput,
    SessionStepUpPayload,
    SignInChallenge,
    told,
)
from domains.kernel import prose
from domains.kernel.context import Context, Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.refusal import Refused, Unauthenticated


@prose.output
class SessionMutation:
    """Signing in and out."""

    @mutation(
        refuses=[
            errors.InvalidCredentials,
            errors.EmailNotVerified,
            errors.AccountDisabled,
            errors.DeletionPending,
        ]
    )
    async def session_create(
        self, info: Info, input: SessionCreateInput
    ) -> SessionCreatePayload | None:
        """Sign in with an address and a password.

        Whoever has a second factor is asked for it by `challenge` instead.
        """
        context = info.context
        entered = await sign_in.sign_in(
            context.database, context.client, input.email, input.password
        )
        if isinstance(entered, Challenge):
            return SessionCreatePayload(challenge=_challenge(entered))
        if isinstance(entered, Barred):
            token = entered.restore_token
            return SessionCreatePayload(user_errors=[entered.reason], restore_token=token)
        return SessionCreatePayload(**told(context, entered))

    @mutation(refuses=[])
    async def session_refresh(
        self, info: Info, input: SessionRefreshInput
    ) -> SessionRefreshPayload | None:
        """Go on in a session with new tokens; those before them end.

        A refresh token works once. One that comes a second time ends its session.
        """
        context = info.context
        try:
            opened = await sessions.refresh(
                context.database, context.client, _presented(context, input)
            )
        except Unauthenticated:
            if context.cookie is not None:
                context.cookie.drop()
            raise
        return SessionRefreshPayload(**told(context, opened))

    @mutation(refuses=[errors.PasswordWrong, errors.ProofMissing, CodeInvalid, PasskeyInvalid])
    async def session_step_up(
        self, info: Info, input: SessionStepUpInput
    ) -> SessionStepUpPayload | None:
        """Prove again who one is, as `STEP_UP_REQUIRED` asks for, within the current session."""
        opened = await _stepped_up(info.context, input)
        return SessionStepUpPayload(**told(info.context, opened))

    @mutation(refuses=[errors.SessionNotFound])
    async def session_revoke(
        self, info: Info, input: SessionRevokeInput
    ) -> SessionRevokePayload | None:
        """Sign out: end the current session, or another of the viewer's own."""
        context, viewer = info.context, info.context.viewer
        id = viewer.session_id if input.id is None else key_of("Session", input.id)
        await sessions.revoke_session(context.database, context.client, viewer, id)
        if id == viewer.session_id and context.cookie is not None:
            context.cookie.drop()
        return SessionRevokePayload(session=keyed("Session", id))

    @mutation(refuses=[])
    async def session_revoke_others(self, info: Info) -> SessionRevokeOthersPayload | None:
        """Sign out everywhere else."""
        context = info.context
        count = await sessions.revoke_others(context.database, context.client, context.viewer)
        return SessionRevokeOthersPayload(revoked=count)

    @mutation(refuses=[])
    async def session_revoke_all(self, info: Info) -> SessionRevokeAllPayload | None:
        """Sign out everywhere, here as well. Wants a recent proof of who one is."""
        context = info.context
        count = await step_up.sign_out_everywhere(context.database, context.client, context.viewer)
        if context.cookie is not None:
            context.cookie.drop()
        return SessionRevokeAllPayload(revoked=count)


async def _stepped_up(context: Context, input: SessionStepUpInput) -> OpenedSession:
    who = (context.database, context.client, context.viewer)
    match {name: value for name, value in vars(input).items() if value is not None}:
        case {"password": password, **others} if not others:
            return await step_up.by_password(*who, password)
        case {"method": method, "code": code, **others} if not others:
            return await step_up.by_code(*who, method.value, code)
        case {"challenge": challenge, "credential": credential, **others} if not others:
            return await step_up.by_passkey(*who, challenge, credential)
    raise Refused(errors.ProofMissing(path=["input"]))


def _challenge(asked: Challenge) -> SignInChallenge:
    return SignInChallenge(
        token=asked.token,
        factors=[SecondFactor(factor) for factor in asked.factors],
        expires_at=asked.expires_at,
    )


def _presented(context: Context, input: SessionRefreshInput) -> str:
    """The token of the input, or else the browser's; text that is no token renews nothing."""
    if input.refresh_token is not None:
        return input.refresh_token
    return (context.cookie and context.cookie.given) or ""
