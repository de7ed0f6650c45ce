"""People who give and want work, and what they ask of the graph."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg

from domains.auth.models import User, UserRole
from domains.forge.models import Application, Contract, Job, JobStatus, SkillProfile
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import Viewer
from tests.makers import a_user, viewer
from tests.operations import Operations

from .deals import Deal
from .makers import a_job, a_skill_profile, an_agreement

CONTRACT = """
id status amount { amount currency } job { id status } application { status }
milestones { position description status amount { amount currency } dueAt }
"""
SHOWN = {
    "jobCreate": ("job", "id title skills status budget { amount currency } deadline"),
    "jobUpdate": ("job", "id title description skills status budget { amount currency } deadline"),
    "jobCancel": ("job", "id status applications { nodes { status } }"),
    "jobApply": ("application", "id status proposal bid { amount currency } job { id }"),
    "applicationWithdraw": ("application", "id status"),
    "applicationReject": ("application", "id status"),
    "applicationAccept": ("contract", CONTRACT),
    "contractCancel": ("contract", "id status job { status } milestones { status }"),
    "contractRate": ("contract", "id rating skillProfile { rating ratingCount }"),
    "skillProfileCreate": ("skillProfile", "id name headline skills rating jobsCompleted"),
    "skillProfileUpdate": ("skillProfile", "id name headline skills"),
}
"""What each mutation answers with, and what a test sees of it."""

REFUSALS = """
__typename message path
... on WordingInvalid { minimum maximum } ... on SkillsInvalid { maximum longest }
... on JobNotOpen { jobStatus: status } ... on ApplicationNotPending { offerStatus: status }
... on AlreadyApplied { application { id status } }
... on SkillProfileExists { skillProfile { id } }
... on MilestonesUnequal { expected { amount currency } given { amount currency } }
... on MilestoneCountInvalid { minimum maximum }
... on ContractNotActive { contractStatus: status }
... on ContractNotCompleted { contractStatus: status }
... on AlreadyRated { rated: rating } ... on RatingInvalid { minimum maximum }
"""

TABLES = ("jobs", "applications", "contracts", "milestones", "disputes", "skill_profiles")

_keys = count(1)


def key() -> str:
    """An idempotency key that nobody has used."""
    return f"key {next(_keys)}"


def global_id(row: Job | Application | Contract | SkillProfile) -> str:
    """By what the graph knows a row."""
    name = "JobApplication" if isinstance(row, Application) else type(row).__name__
    return encode_id(name, row.id)


@dataclass(slots=True)
class Market:
    """An employer and a rival, two freelancers with profiles, a student without, and an admin."""

    operations: Operations
    owner: asyncpg.Connection
    users: dict[Viewer, User]
    employer: Viewer
    rival: Viewer
    ada: Viewer
    bob: Viewer
    student: Viewer
    admin: Viewer

    @classmethod
    async def opened(cls, operations: Operations, owner: asyncpg.Connection) -> "Market":
        """A market of new people."""
        database = operations.database
        people = [
            await a_user(database, UserRole.EMPLOYER, name="Mensah"),
            await a_user(database, UserRole.EMPLOYER, name="Okafor"),
            await a_user(database, name="Ada Lovelace"),
            await a_user(database, name="Bob Builder"),
            await a_user(database, name="Cy Student"),
            await a_user(database, UserRole.ADMIN, name="Solomon"),
        ]
        for person in people[2:4]:
            await a_skill_profile(database, person, skills=["Go"])
        viewers = [viewer(person) for person in people]
        users = dict(zip(viewers, people, strict=True))
        return cls(operations, owner, users, *viewers)

    @property
    def database(self) -> Database:
        return self.operations.database

    async def ask(self, name: str, as_: Viewer, /, **given: Any) -> dict[str, Any]:
        """The whole answer to a mutation."""
        thing, shown = SHOWN[name]
        title = name[0].upper() + name[1:]
        operation = (
            f"mutation ($input: {title}Input!) {{ answer: {name}(input: $input)"
            f" {{ {thing} {{ {shown} }} userErrors {{ {REFUSALS} }} }} }}"
        )
        return await self.operations.answer(operation, as_=as_, input=given)

    async def do(self, name: str, as_: Viewer, /, **given: Any) -> dict[str, Any]:
        """What a mutation that succeeds answers with."""
        body = await self.ask(name, as_, **given)
        assert "errors" not in body, body["errors"]
        answer = body["data"]["answer"]
        assert answer["userErrors"] == []
        done: dict[str, Any] = answer[SHOWN[name][0]]
        return done

    async def refused(self, name: str, as_: Viewer, /, **given: Any) -> list[Any]:
        """Why a mutation refuses, which changes nothing: its user errors, or its faults' codes."""
        before = await records(self.owner)
        body = await self.ask(name, as_, **given)
        assert await records(self.owner) == before
        if "errors" in body:
            return [error["extensions"]["code"] for error in body["errors"]]
        answer = body["data"]["answer"]
        assert answer[SHOWN[name][0]] is None
        found: list[dict[str, Any]] = answer["userErrors"]
        assert found
        return [
            {name: value for name, value in each.items() if name != "message"} for each in found
        ]

    def posing_as(self, as_: Viewer) -> Viewer:
        """The admin, who acts as somebody."""
        return Viewer(as_.user_id, as_.role, uuid4(), impersonator_id=self.admin.user_id)

    async def deal(self, *amounts: str, **values: Any) -> Deal:
        """A new contract of the employer with Ada in parts of these amounts, none funded."""
        employer, ada = self.users[self.employer], self.users[self.ada]
        budget = sum(map(Decimal, amounts), Decimal(0))
        shared = {name: values.pop(name) for name in ("currency",) if name in values}
        job = await a_job(
            self.database, employer, status=JobStatus.IN_PROGRESS, budget=budget, **shared
        )
        parts = [{"amount": Decimal(amount)} for amount in amounts]
        agreement = await an_agreement(self.database, job, ada, *parts, **values)
        people = (self.employer, self.ada, self.admin, self.student)
        return Deal(self.operations, *people, agreement, employer, ada)

    async def count(self, table: str, condition: str = "true") -> int:
        """How many rows of a table there are, past all policies."""
        query = f"select count(*) from forge.{table} where {condition}"
        found: int = await self.owner.fetchval(query)
        return found


async def records(owner: asyncpg.Connection) -> list[str]:
    """All that is written of the forge, of requests and of news."""
    tables = [*(f"forge.{name}" for name in TABLES), "kernel.requests", "kernel.outbox"]
    query = " union all ".join(f"select row::text from {table} row" for table in tables)
    return sorted(row[0] for row in await owner.fetch(query))


async def told(owner: asyncpg.Connection, *topics: str) -> list[tuple[str, str]]:
    """Whom news under these topics is about, in order."""
    rows = await owner.fetch(
        "select topic, aggregate_id::text from kernel.outbox where topic = any($1)"
        " order by position",
        topics,
    )
    return [(row["topic"], row["aggregate_id"]) for row in rows]


def verdict(body: dict[str, Any]) -> str:
    """How a mutation ended: the first of its user errors, or `done`."""
    assert "errors" not in body, body
    errors = body["data"]["answer"]["userErrors"]
    return str(errors[0]["__typename"]) if errors else "done"
