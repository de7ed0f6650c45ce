"""What the mutations of sessions take and answer."""

from datetime import datetime
from typing import Any

import strawberry

from domains.auth.service.sessions import OpenedSession
from domains.kernel import prose
from domains.kernel.context import Context
from domains.kernel.mutation import Payload
from domains.kernel.node import keyed
from domains.kernel.scalars import EmailAddress, OpenJSON

from .factors import SecondFactor
from .nodes import Session, User


@prose.output
class TokensPayload(Payload):
    """What a mutation answers that opens or renews a session."""

    access_token: str | None = None
    """To be sent as `Authorization: Bearer …`. It is told this once."""

    expires_at: datetime | None = None
    """When the access token ends."""

    refresh_token: str | None = None
    """Renews the session, by `sessionRefresh`. It is told this once, and works once; null also for
    a browser that keeps it in a cookie."""

    refresh_expires_at: datetime | None = None
    """When the refresh token ends, if it is not used before."""

    session: Session | None = None
    """The session, now open."""

    user: User | None = None
    """Who is signed in."""


def told(context: Context, opened: OpenedSession) -> dict[str, Any]:
    """The fields of such a payload; what a browser keeps in a cookie is put there instead."""
    secret, until, viewer = opened.refresh_token, opened.refresh_expires_at, opened.viewer
    if context.cookie is not None and secret is not None and until is not None:
        context.cookie.keep(secret, until)
        secret = None
    return {
        "access_token": opened.token,
        "expires_at": opened.expires_at,
        "refresh_token": secret,
        "refresh_expires_at": until,
        "session": keyed("Session", viewer.session_id, viewer),
        "user": keyed("User", viewer.user_id, viewer),
    }


@prose.input
class SessionCreateInput:
    """Who signs in."""

    email: EmailAddress
    """The address of the account."""

    password: str
    """Its password."""


@prose.output
class SignInChallenge:
    """What is left to prove after the password. It stands for no session."""

    token: str
    """To be given to `mfaVerify` along with a code."""

    factors: list[SecondFactor]
    """By what the sign-in can be completed; what the person prefers comes first."""

    expires_at: datetime
    """When it has to be answered by."""


@prose.output
class SessionCreatePayload(TokensPayload):
    """What `sessionCreate` answers."""

    challenge: SignInChallenge | None = None
    """Asked of somebody who has a second factor, instead of opening a session."""

    restore_token: str | None = None
    """Beside `DeletionPending`: with it `accountRestore` keeps the account, within a quarter of an
    hour. Null for somebody who has a second factor: their way back is the mailed link."""


@prose.input
class SessionRefreshInput:
    """What renews a session."""

    refresh_token: str | None = None
    """The newest one of the session; left out by a browser that keeps it in a cookie."""


@prose.output
class SessionRefreshPayload(TokensPayload):
    """What `sessionRefresh` answers."""


@prose.input
class SessionStepUpInput:
    """One proof: the password, or a code and its method, or a passkey and its challenge."""

    password: str | None = None
    """The password of the account."""

    method: SecondFactor | None = None
    """What the code is of."""

    code: str | None = None
    """A code of a second factor."""

    challenge: str | None = None
    """What `passkeySignInBegin` gave."""

    credential: OpenJSON | None = None
    """What the browser made of it, as JSON."""


@prose.output
class SessionStepUpPayload(TokensPayload):
    """What `sessionStepUp` answers: the session's tokens are other ones from then on."""


@prose.input
class SessionRevokeInput:
    """Which session to end."""

    id: strawberry.ID | None = None
    """One of the viewer's own; the current one if left out."""


@prose.output
class SessionRevokePayload(Payload):
    """What `sessionRevoke` answers."""

    session: Session | None = None
    """The session, now ended."""


@prose.output
class SessionRevokeOthersPayload(Payload):
    """What `sessionRevokeOthers` answers."""

    revoked: int = 0
    """How many sessions have ended."""


@prose.output
class SessionRevokeAllPayload(Payload):
    """What `sessionRevokeAll` answers."""

    revoked: int = 0
    """How many sessions have ended, the current one among them."""
