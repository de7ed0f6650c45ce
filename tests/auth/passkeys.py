"""Passkeys of people in tests, made by a device of software."""

from dataclasses import dataclass
from typing import Any

from domains.auth.models import User
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.auth.authenticator import Device
from tests.auth.people import EMAIL, somebody
from tests.auth.sessions import a_session

BEGIN = "mutation { passkeyRegistrationBegin { options userErrors { __typename } } }"

REGISTER = """
mutation ($credential: JSON!, $name: String!) {
  passkeyRegister(input: {credential: $credential, name: $name}) {
    passkey { id name backedUp lastUsedAt } recoveryCodes userErrors { __typename path }
  }
}
"""

SIGN_IN_BEGIN = "mutation { passkeySignInBegin { challengeToken options } }"

SIGN_IN = """
mutation ($token: String!, $credential: JSON!) {
  passkeySignIn(input: {challengeToken: $token, credential: $credential}) {
    accessToken refreshToken session { aal methods user { email } } userErrors { __typename path }
  }
}
"""

LIST = "{ viewer { passkeys { nodes { name lastUsedAt } } } }"

REFUSED = [{"__typename": "PasskeyInvalid", "path": ["input", "credential"]}]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a device, and what the device's passkey is called in the graph."""

    user: User
    me: Viewer
    device: Device
    passkey: dict[str, Any]
    recovery_codes: list[str] | None


async def options(graph: Any, me: Viewer) -> dict[str, Any]:
    begun: dict[str, Any] = (await graph(BEGIN, as_=me))["passkeyRegistrationBegin"]["options"]
    return begun


async def register(
    graph: Any, me: Viewer, credential: dict[str, Any], name: str = "Laptop"
) -> dict[str, Any]:
    payload: dict[str, Any] = (await graph(REGISTER, as_=me, credential=credential, name=name))[
        "passkeyRegister"
    ]
    return payload


async def a_holder(graph: Any, database: Database, email: str = EMAIL, **device: bool) -> Holder:
    user = await somebody(database, email=email)
    _, me, _ = await a_session(database, user)
    key = Device(**device)
    added = await register(graph, me, key.made(await options(graph, me)))
    assert added["userErrors"] == []
    return Holder(user, me, key, added["passkey"], added["recoveryCodes"])


async def begun(graph: Any) -> tuple[str, dict[str, Any]]:
    """A challenge to sign in by a passkey."""
    payload = (await graph(SIGN_IN_BEGIN))["passkeySignInBegin"]
    return payload["challengeToken"], payload["options"]


async def sign_in(graph: Any, token: str, credential: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await graph(SIGN_IN, token=token, credential=credential))[
        "passkeySignIn"
    ]
    return payload


def spoilt(credential: dict[str, Any], part: str, value: Any) -> dict[str, Any]:
    """The same but for one part."""
    name, _, inner = part.partition(".")
    return {**credential, name: {**credential[name], inner: value} if inner else value}
