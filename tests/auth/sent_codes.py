"""Phones and mailboxes of people in tests, to which codes are sent."""

from datetime import timedelta
from typing import Any

from domains.auth.models import User
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from tests.auth.people import EMAIL, somebody
from tests.auth.second_factors import (
    SEND,
    refusals,
)
from tests.auth.sessions import a_session
from tests.mailbox import Mailbox
from tests.worker import work_off

PHONE = "+27821234567"

ANOTHER = "+27829876543"

MINUTE = timedelta(minutes=1)

ENROLL_PHONE = """
mutation ($phone: String!) {
  smsFactorEnroll(input: {phone: $phone}) {
    sent warning stronger userErrors { __typename path }
  }
}
"""

CONFIRM_PHONE = """
mutation ($code: String!) {
  smsFactorConfirm(input: {code: $code}) {
    mfaSettings { method phone smsConfirmedAt } recoveryCodes userErrors { __typename path }
  }
}
"""

ENROLL_MAILBOX = "mutation { emailFactorEnroll { sent userErrors { __typename } } }"

CONFIRM_MAILBOX = """
mutation ($code: String!) {
  emailFactorConfirm(input: {code: $code}) {
    mfaSettings { emailConfirmedAt } recoveryCodes userErrors { __typename path }
  }
}
"""


async def a_person(database: Database) -> tuple[User, Viewer]:
    user = await somebody(database)
    _, me, _ = await a_session(database, user)
    return user, me


async def with_a_phone(graph: Any, database: Database, mailbox: Mailbox) -> tuple[User, Viewer]:
    """Somebody whose phone counts."""
    user, me = await a_person(database)
    await graph(ENROLL_PHONE, as_=me, phone=PHONE)
    await work_off(database)
    confirmed = await graph(CONFIRM_PHONE, as_=me, code=mailbox.code(to=PHONE))
    assert refusals(confirmed["smsFactorConfirm"]) == []
    mailbox.clear()
    return user, me


async def with_a_mailbox(graph: Any, database: Database, mailbox: Mailbox) -> tuple[User, Viewer]:
    """Somebody to whom codes are mailed."""
    user, me = await a_person(database)
    await graph(ENROLL_MAILBOX, as_=me)
    await work_off(database)
    confirmed = await graph(CONFIRM_MAILBOX, as_=me, code=mailbox.code(to=EMAIL))
    assert refusals(confirmed["emailFactorConfirm"]) == []
    mailbox.clear()
    return user, me


async def sent(graph: Any, database: Database, token: str, method: str = "SMS") -> None:
    assert (await graph(SEND, method=method, token=token))["mfaCodeSend"]["sent"] is True
    await work_off(database)
