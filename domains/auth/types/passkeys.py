"""What the mutations of passkeys take and answer."""

import strawberry

from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import OpenJSON

from .nodes import Passkey
from .sessions import TokensPayload


@prose.output
class PasskeyRegistrationBeginPayload(Payload):
    """What `passkeyRegistrationBegin` answers."""

    options: OpenJSON | None = None
    """To be given to `PublicKeyCredential.parseCreationOptionsFromJSON()`, and the outcome to
    `navigator.credentials.create()`. Good once, for five minutes."""


@prose.input
class PasskeyRegisterInput:
    """A new passkey."""

    credential: OpenJSON
    """What `navigator.credentials.create()` brought, by its `toJSON()`."""

    name: str
    """What to call it, such as the device; 1 to 100 characters."""


@prose.output
class PasskeyRegisterPayload(Payload):
    """What `passkeyRegister` answers."""

    passkey: Passkey | None = None
    """The passkey, which counts from now on."""

    recovery_codes: list[str] | None = None
    """Codes for whoever loses their other factors, each good once. Told once, with the first
    factor of an account; null with every later one. Have the person write them down."""


@prose.input
class PasskeyRenameInput:
    """Another name for a passkey."""

    id: strawberry.ID
    """One of the viewer's own."""

    name: str
    """What to call it; 1 to 100 characters."""


@prose.output
class PasskeyRenamePayload(Payload):
    """What `passkeyRename` answers."""

    passkey: Passkey | None = None
    """The passkey, as it is called now."""


@prose.input
class PasskeyRemoveInput:
    """Which passkey to take away."""

    id: strawberry.ID
    """One of the viewer's own."""


@prose.output
class PasskeyRemovePayload(Payload):
    """What `passkeyRemove` answers."""

    removed: bool = False
    """Whether the passkey is of no use any more."""


@prose.output
class PasskeySignInBeginPayload(Payload):
    """What `passkeySignInBegin` answers."""

    challenge_token: str | None = None
    """To be given back with the answer. Good once, for five minutes."""

    options: OpenJSON | None = None
    """To be given to `PublicKeyCredential.parseRequestOptionsFromJSON()`, and the outcome to
    `navigator.credentials.get()`."""


@prose.input
class PasskeySignInInput:
    """What a device answered."""

    challenge_token: str
    """The `challengeToken` of `passkeySignInBegin`."""

    credential: OpenJSON
    """What `navigator.credentials.get()` brought, by its `toJSON()`."""


@prose.output
class PasskeySignInPayload(TokensPayload):
    """What `passkeySignIn` answers."""


@prose.input
class MfaPasskeyVerifyInput:
    """A passkey that completes a sign-in."""

    challenge_token: str
    """The `challenge.token` of `sessionCreate`."""

    passkey_token: str
    """The `challengeToken` of `passkeySignInBegin`."""

    credential: OpenJSON
    """What `navigator.credentials.get()` brought, by its `toJSON()`."""


@prose.output
class MfaPasskeyVerifyPayload(TokensPayload):
    """What `mfaPasskeyVerify` answers."""
