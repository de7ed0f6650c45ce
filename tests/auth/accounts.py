"""What tests ask of accounts, and from where."""

import json
from collections.abc import Mapping
from typing import Any

from domains.auth.models import User
from domains.kernel.context import Client, Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS, Viewer
from gateway.execution import GraphQLRequest
from tests.auth.sessions import a_session
from tests.operations import Operations


def document(field: str, selection: str = "ok", kind: str | None = None) -> str:
    """A mutation with one input, whose payload says why it refuses."""
    input = kind or field[0].upper() + field[1:] + "Input"
    return f"""
mutation ($input: {input}!) {{
  {field}(input: $input) {{ {selection} userErrors {{ __typename message path }} }}
}}
"""


SIGN_UP = document("userSignUp")
VERIFY = document("emailVerify")
RESEND = document("emailVerificationResend")
CHANGE_PASSWORD = document(
    "passwordChange", "accessToken refreshToken expiresAt session { id } user { email }"
)
REQUEST_RESET = document("passwordResetRequest")
RESET = document("passwordReset")
CHANGE_EMAIL = document("emailChange")
CONFIRM = document("emailChangeConfirm")
UNDO = document("emailChangeUndo")
UPDATE = document(
    "profileUpdate",
    "user { name profile { avatar bio location timezone language details } }",
)
RESTORE = document("accountRestore")
DELETE = """
mutation { accountDelete { purgeAt userErrors { __typename message path } } }
"""

DONE: Mapping[str, Any] = {"ok": True, "userErrors": []}

NEW_PASSWORD = "seven grey herons wait"


async def ask(
    operations: Operations,
    operation: str,
    *,
    address: str = "192.0.2.1",
    as_: Viewer = ANONYMOUS,
    **given: Any,
) -> dict[str, Any]:
    """The whole response to a client of this address."""
    client = Client(address, "Firefox/145", "test-request")
    context = Context(operations.database, as_, "test-request", client)
    variables = {"input": given} if given else {}
    answer = await operations.gateway.execute(GraphQLRequest(operation, None, variables), context)
    body: dict[str, Any] = json.loads(answer.body)
    return body


async def told(operations: Operations, operation: str, **given: Any) -> dict[str, Any]:
    """The payload of a mutation; a fault fails the test."""
    body = await ask(operations, operation, **given)
    assert "errors" not in body, body["errors"]
    [payload] = body["data"].values()
    return dict(payload)


def refusals(payload: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Why a mutation refuses, and where."""
    return [(error["__typename"], error["path"]) for error in payload["userErrors"]]


async def at_home(database: Database, user: User, **values: Any) -> Viewer:
    """Somebody who has just signed in."""
    return (await a_session(database, user, **values))[1]
