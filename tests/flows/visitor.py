"""People at their clients, who reach Azora by HTTP alone and keep all that they hear."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
from sqlmodel import col, update
from starlette.applications import Starlette

from domains.auth.models import User, UserRole
from domains.kernel.clock import MovedClock
from domains.kernel.database import Database
from domains.kernel.viewer import SYSTEM
from tests.mailbox import Mailbox
from tests.worker import work_off

TOKENS = re.compile(r"az(?:at|rt|ot)_[A-Za-z0-9_-]{43}")
_addresses = count(1)


@dataclass(slots=True)
class Heard:
    """What must be found nowhere, and what was answered."""

    secrets: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def keep(self, *secrets: str) -> None:
        """Something that only a person and their client may know."""
        self.secrets.update(secrets)

    def hear(self, answer: dict[str, Any]) -> None:
        """Keep what an answer tells, and its errors apart."""
        self.keep(*TOKENS.findall(json.dumps(answer)))
        refusals = [
            payload["userErrors"]
            for payload in (answer.get("data") or {}).values()
            if isinstance(payload, dict) and payload.get("userErrors")
        ]
        if "errors" in answer or refusals:
            self.errors.append(json.dumps([answer.get("errors"), refusals]))


@dataclass(slots=True)
class Visitor:
    """Somebody at a client with an address of its own, signed in or not."""

    http: httpx.AsyncClient
    heard: Heard
    access_token: str | None = None
    refresh_token: str | None = None

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to any operation."""
        headers = {}
        if self.access_token is not None:
            headers["authorization"] = f"Bearer {self.access_token}"
        body = {"query": query, "variables": variables}
        response = await self.http.post("/graphql", json=body, headers=headers)
        answer: dict[str, Any] = response.json()
        self.heard.hear(answer)
        return answer

    async def try_(self, field: str, selection: str = "", **input: Any) -> dict[str, Any]:
        """The answer to one mutation."""
        kind = f"{field[0].upper()}{field[1:]}Input!"
        shown = f"{selection} userErrors {{ __typename message path }}"
        if not input:
            return await self.ask(f"mutation {{ {field} {{ {shown} }} }}")
        query = f"mutation ($input: {kind}) {{ {field}(input: $input) {{ {shown} }} }}"
        return await self.ask(query, input=input)

    async def do(self, field: str, selection: str = "", **input: Any) -> dict[str, Any]:
        """The payload of a mutation that succeeds."""
        answer = await self.try_(field, selection, **input)
        assert "errors" not in answer, answer
        payload: dict[str, Any] = answer["data"][field]
        assert payload["userErrors"] == [], payload
        return payload

    async def refused(self, field: str, selection: str = "", **input: Any) -> list[str]:
        """Why a mutation was refused: types of user errors, or codes."""
        answer = await self.try_(field, selection, **input)
        if "errors" in answer:
            return [error["extensions"]["code"] for error in answer["errors"]]
        return [error["__typename"] for error in answer["data"][field]["userErrors"]]

    async def me(self) -> dict[str, Any] | None:
        """Who Azora says this is; a token that is worth nothing any more is thrown away."""
        answer: dict[str, Any] = await self.ask("{ viewer { id name email role } }")
        if "errors" not in answer:
            viewer: dict[str, Any] | None = answer["data"]["viewer"]
            return viewer
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
        self.access_token = None
        return None

    def take(self, payload: dict[str, Any]) -> None:
        """Keep the tokens of a session just opened."""
        self.access_token = payload["accessToken"]
        self.refresh_token = payload["refreshToken"]


@dataclass(slots=True)
class Town:
    """One Azora, its mail and its time, and those who visit it."""

    app: Starlette
    database: Database
    mailbox: Mailbox
    clock: MovedClock
    heard: Heard = field(default_factory=Heard)
    before_work: Callable[[], Awaitable[None]] | None = None
    """What else is done while tasks still wait in the queue."""

    def visitor(self) -> Visitor:
        """A client at an address where nobody was before."""
        number = next(_addresses)
        address = (f"203.0.{number // 250}.{number % 250 + 1}", 4000)
        transport = httpx.ASGITransport(self.app, client=address)
        http = httpx.AsyncClient(transport=transport, base_url="http://azora.example")
        return Visitor(http, self.heard)

    async def appoint(self, email: str) -> None:
        """Make somebody an admin, as only an operator or another admin can."""
        async with self.database.session(SYSTEM) as session:
            chosen = update(User).where(col(User.email) == email)
            await session.exec(chosen.values(role=UserRole.ADMIN))

    async def work(self) -> None:
        """Let the workers do all that is due: mails arrive."""
        if self.before_work is not None:
            await self.before_work()
        await work_off(self.database)
        self.heard.keep(*TOKENS.findall("".join(mail.text for mail in self.mailbox.letters)))

    def pass_(self, **time: float) -> None:
        """Let time pass, as `minutes=5`."""
        self.clock.move(timedelta(**time))
