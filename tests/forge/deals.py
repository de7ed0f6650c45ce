"""A contract with its money, the people around it, and short ways to what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg

from domains.auth.models import User, UserRole
from domains.forge.models import JobStatus
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import SYSTEM, Viewer
from domains.mint import public as mint
from tests.auth.sessions import a_session
from tests.makers import a_user, a_wallet, viewer
from tests.operations import Operations, codes

from .makers import Agreement, a_job, a_skill_profile, an_agreement

REASON = "This is not what we had agreed on."

MILESTONE = """
mutation Act($input: Milestone%(name)sInput!) {
  did: milestone%(name)s(input: $input) {
    milestone {
      id status amount { amount currency } released { amount } fee { amount } refunded { amount }
      autoReleaseAt settlement { id } contract { status }
    }
    userErrors {
      __typename message path ... on MilestoneNotInState { status expected }
    }
  }
}
"""
DISPUTE = """
mutation Act($input: Dispute%(name)sInput!) {
  did: dispute%(name)s(input: $input) {
    dispute {
      id status outcome awardBps resolution
      milestone { id status released { amount } fee { amount } refunded { amount } autoReleaseAt }
    }
    userErrors {
      __typename message path
      ... on MilestoneNotInState { status expected } ... on DisputeNotOpen { over: status }
    }
  }
}
"""
STATES = "select array_agg(status::text order by position) from forge.milestones"

WALLETS = """
select case kind
    when 'USER' then case user_id when $1 then 'employer' when $2 then 'freelancer' else 'other' end
    else lower(kind::text) end,
  sum(balance)
from mint.wallets where kind <> 'ISSUANCE' group by 1
"""


@dataclass(frozen=True, slots=True)
class Deal:
    """An employer with 1000 of the currency, a freelancer, and what they agreed on."""

    operations: Operations
    employer: Viewer
    freelancer: Viewer
    admin: Viewer
    """Has just proved who they are."""

    stranger: Viewer
    agreement: Agreement
    client: User
    """The employer's account."""

    worker: User
    """The freelancer's."""

    @property
    def ids(self) -> list[str]:
        """The milestones, in order."""
        return [encode_id("Milestone", each.id) for each in self.agreement.milestones]

    @property
    def people(self) -> dict[str, Viewer]:
        """Who may try something."""
        return {
            "employer": self.employer,
            "freelancer": self.freelancer,
            "admin": self.admin,
            "stranger": self.stranger,
        }

    def beside(self, database: Database) -> "Deal":
        """The same over other connections."""
        return replace(self, operations=replace(self.operations, database=database))

    async def tried(self, name: str, by: Viewer, number: int = 0, **more: Any) -> dict[str, Any]:
        """The payload of a mutation of a milestone, refused or not."""
        given = {"milestoneId": self.ids[number], "idempotencyKey": str(uuid4())} | more
        if name == "Cancel":
            del given["idempotencyKey"]
        return await self._did(MILESTONE % {"name": name}, by, given)

    async def does(self, name: str, by: Viewer, number: int = 0, **more: Any) -> dict[str, Any]:
        """The milestone after a mutation that must succeed."""
        return _granted(await self.tried(name, by, number, **more), "milestone")

    async def raised(self, by: Viewer, number: int = 0, **more: Any) -> dict[str, Any]:
        """The payload of a dispute that somebody raises."""
        given = {"milestoneId": self.ids[number], "reason": REASON} | more
        return await self._did(
            DISPUTE % {"name": "Raise"}, by, {"idempotencyKey": str(uuid4())} | given
        )

    async def dispute(self, by: Viewer, number: int = 0) -> str:
        """The id of a dispute that somebody raised."""
        id: str = _granted(await self.raised(by, number), "dispute")["id"]
        return id

    async def withdrawn(self, by: Viewer, id: str) -> dict[str, Any]:
        """The payload of a dispute that somebody takes back."""
        return await self._did(DISPUTE % {"name": "Withdraw"}, by, {"disputeId": id})

    async def resolved(self, id: str, outcome: str, **more: Any) -> dict[str, Any]:
        """The payload of a dispute that an admin decides."""
        by = more.pop("by", self.admin)
        given = {"disputeId": id, "outcome": outcome, "resolution": "So be it."} | more
        return await self._did(
            DISPUTE % {"name": "Resolve"}, by, {"idempotencyKey": str(uuid4())} | given
        )

    async def brought_to(self, state: str, number: int = 0) -> str | None:
        """Bring a pending milestone into a state as people would; gives its dispute, if any."""
        if state == "cancelled":
            await self.does("Cancel", self.employer, number)
        elif state != "pending":
            await self.does("Fund", self.employer, number)
        return await self._brought_on(state, number)

    async def _brought_on(self, state: str, number: int) -> str | None:
        if state in {"submitted", "changes_requested", "released"}:
            await self.does("Submit", self.freelancer, number)
        if state == "changes_requested":
            await self.does("RequestChanges", self.employer, number)
        if state == "released":
            await self.does("Approve", self.employer, number)
        if state == "refunded":
            await self.does("Refund", self.freelancer, number)
        if state not in {"disputed", "resolved"}:
            return None
        id = await self.dispute(self.employer, number)
        if state == "resolved":
            _granted(await self.resolved(id, "SPLIT", awardBps=5000), "dispute")
        return id

    async def money(self, owner: asyncpg.Connection) -> dict[str, Decimal]:
        """What all who are not nobody hold."""
        parties = self.employer.user_id, self.freelancer.user_id
        return {who: held for who, held in await owner.fetch(WALLETS, *parties) if held}

    async def _did(self, mutation: str, by: Viewer, given: dict[str, Any]) -> dict[str, Any]:
        body = await self.operations.answer(mutation, as_=by, input=given)
        if found := codes(body):
            return {"codes": found}
        payload: dict[str, Any] = body["data"]["did"]
        return payload


def _granted(payload: dict[str, Any], thing: str) -> dict[str, Any]:
    assert payload.get("userErrors") == [], payload
    found: dict[str, Any] = payload[thing]
    return found


def refusals(payload: dict[str, Any]) -> list[str]:
    """Why a mutation changed nothing; none if it did."""
    if "codes" in payload:
        return list(payload["codes"])
    return [error["__typename"] for error in payload["userErrors"]]


async def a_deal(
    operations: Operations, *amounts: str, has: int | str = 1000, **values: Any
) -> Deal:
    """A contract over the amounts, a milestone for each, of which none is funded."""
    database = operations.database
    employer = await a_user(database, UserRole.EMPLOYER)
    freelancer = await a_user(database)
    await a_skill_profile(database, freelancer)
    parts = [{"amount": Decimal(amount)} for amount in amounts or ("100",)]
    agreement = await _agreed(database, employer, freelancer, parts, **values)
    if Decimal(has):
        await a_wallet(database, employer, Decimal(has), agreement.contract.currency)
    _, admin, _ = await a_session(database, await a_user(database, UserRole.ADMIN))
    stranger = viewer(await a_user(database))
    people = (viewer(employer), viewer(freelancer), admin, stranger)
    return Deal(operations, *people, agreement, employer, freelancer)


async def _agreed(
    database: Database,
    employer: User,
    freelancer: User,
    parts: Sequence[dict[str, Any]],
    **values: Any,
) -> Agreement:
    budget = sum((part["amount"] for part in parts), Decimal(0))
    given = {name: values.pop(name) for name in ("currency",) if name in values}
    job = await a_job(database, employer, status=JobStatus.IN_PROGRESS, budget=budget, **given)
    return await an_agreement(database, job, freelancer, *parts, **values)


async def paid_in(database: Database, user: User, amount: str) -> None:
    """New AZR for somebody."""
    async with database.session(SYSTEM) as session:
        ends = await mint.issuance(session), await mint.open_wallet(session, user.id)
        leg = mint.Leg(*ends, Decimal(amount), mint.TransactionType.MINT)
        await mint.post(session, None, str(uuid4()), [leg])


async def row(owner: asyncpg.Connection, query: str, *given: Any) -> tuple[Any, ...]:
    """The one row that a query finds."""
    [found] = await owner.fetch(query, *given)
    return tuple(found)


async def states(owner: asyncpg.Connection) -> list[str]:
    """Where all milestones stand, in order."""
    found: list[str] = await owner.fetchval(STATES)
    return found


async def everything(owner: asyncpg.Connection) -> list[str]:
    """All that is written of money and work, and of requests that were granted."""
    tables = (
        "mint.wallets", "mint.postings", "mint.transactions", "forge.contracts",
        "forge.milestones", "forge.disputes", "forge.skill_profiles", "kernel.outbox",
        "kernel.requests",
    )  # fmt: skip
    granted = "select row::text from auth.audit_logs row where outcome = 'success'"
    query = " union all ".join(
        (granted, *(f"select row::text from {table} row" for table in tables))
    )
    return sorted(row[0] for row in await owner.fetch(query))
