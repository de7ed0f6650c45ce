"""Second factors of people in tests, set up through the graph."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp

from domains.auth.models import TokenType, User
from domains.auth.repository import tokens
from domains.kernel.clock import MovedClock, now
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM, Viewer
from tests.auth.people import signed_in

STEP = timedelta(seconds=30)

ENROLL_APP = "mutation { totpEnroll { secret otpauthUri qrCode userErrors { __typename } } }"
CONFIRM_APP = """
mutation ($code: String!) {
  totpConfirm(input: {code: $code}) {
    mfaSettings { enabledAt method totpConfirmedAt recoveryCodesLeft }
    recoveryCodes
    userErrors { __typename path }
  }
}
"""
REMOVE_APP = """
mutation {
  totpRemove {
    mfaSettings { enabledAt totpConfirmedAt recoveryCodesLeft } userErrors { __typename path }
  }
}
"""
VERIFY = """
mutation ($token: String!, $method: SecondFactor!, $code: String!) {
  mfaVerify(input: {challengeToken: $token, method: $method, code: $code}) {
    accessToken refreshToken
    session { aal methods user { email } }
    recoveryCodesLeft
    userErrors { __typename path }
  }
}
"""
SEND = """
mutation ($method: MFAMethod!, $token: String) {
  mfaCodeSend(input: {method: $method, challengeToken: $token}) {
    sent userErrors { __typename path }
  }
}
"""


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app, and the recovery codes that came with it."""

    secret: str
    recovery_codes: list[str]
    confirmed_by: str
    """The code that was shown first."""

    def code(self, steps: int = 0) -> str:
        """What it shows so many steps from now."""
        return pyotp.TOTP(self.secret).at(now() + steps * STEP)


def to_the_start_of_a_step(clock: MovedClock) -> None:
    """So that none ends while a test looks at it."""
    clock.move(STEP - timedelta(seconds=now().timestamp() % STEP.total_seconds() - 1))


async def an_app(graph: Any, me: Viewer) -> App:
    """An app that counts; the code of this moment is used up."""
    secret = (await graph(ENROLL_APP, as_=me))["totpEnroll"]["secret"]
    code = pyotp.TOTP(secret).at(now())
    confirmed = (await graph(CONFIRM_APP, as_=me, code=code))["totpConfirm"]
    assert confirmed["userErrors"] == []
    return App(secret, confirmed["recoveryCodes"], code)


async def a_challenge(graph: Any) -> str:
    """What a right password leads to."""
    challenge = (await signed_in(graph))["challenge"]
    return str(challenge["token"])


async def challenges(database: Database, user: User, number: int) -> list[str]:
    """So many at once, past the limits of passwords."""
    async with database.session(SYSTEM) as session:
        given = (session, user.id, TokenType.MFA_CHALLENGE)
        return [await tokens.issue(*given, lifetime=10 * STEP) for _ in range(number)]


async def verified(graph: Any, token: str, method: str, code: str) -> dict[str, Any]:
    """What `mfaVerify` answers."""
    payload: dict[str, Any] = (await graph(VERIFY, token=token, method=method, code=code))[
        "mfaVerify"
    ]
    return payload


def refusals(payload: dict[str, Any]) -> list[str]:
    """The names of a payload's errors."""
    return [error["__typename"] for error in payload["userErrors"]]
