"""The real world of the machine: a database, and people who ask the graph for things."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from domains.kernel.database import Database
from domains.kernel.node import decode_id, encode_id
from gateway.execution import Gateway
from tests import postgres
from tests.money.invariants import hold
from tests.money.tampering import would_find
from tests.operations import Operations
from tests.postgres import Urls

from .cast import Cast, settle
from .clock import StoppedClock
from .model import Place
from .observed import OBSERVED, Observed

T = TypeVar("T")

WALLET = """
select id::text, address from mint.wallets
where kind::text = $3 and currency::text = $4 and case kind
  when 'ESCROW' then id = (select escrow_wallet_id from forge.contracts where id::text = $2)
  else user_id is not distinct from $1 end
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for something: why not, or the id of what it made or changed."""

    refusal: str | None
    id: UUID | None = None
    thing: dict[str, Any] | None = None


class Town:
    """One database for all runs of a machine, wiped and settled anew for each."""

    def __init__(self, gateway: Gateway, urls: Urls, clock: StoppedClock) -> None:
        self.clock = clock
        self.cast = Cast()
        self._wallets: dict[Place, tuple[str, str]] = {}
        self._runner = asyncio.Runner()
        self._gateway = gateway
        self._urls = urls
        self.database = Database(urls.app)
        self.operations = Operations(gateway, self.database)
        self.run(self._open())

    async def _open(self) -> None:
        await self.database.open()
        # The statement with all invariants is longer than what is usually kept.
        self.owner = await asyncpg.connect(self._urls.owner, max_cacheable_statement_size=0)
        self._superuser = await asyncpg.connect(self._urls.superuser)
        self._wipe = await postgres.wipe_statement(self._urls.superuser)

    def close(self) -> None:
        self.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        await self.owner.close()
        await self._superuser.close()
        await self.database.close()

    def run(self, work: Awaitable[T]) -> T:
        """Do something, and wait for it."""

        async def waited() -> T:
            return await work

        return self._runner.run(waited())

    def would_find(self, statement: str) -> set[str]:
        """Which invariants would see something that is written past every guard."""
        return self.run(would_find(self._superuser, statement))

    def settle(self) -> None:
        """Begin anew."""
        self.clock.begin_again()
        self.run(self._superuser.execute(self._wipe))
        self.cast = self.run(settle(self.database))
        self._wallets.clear()

    def wallet_id(self, place: Place) -> UUID:
        """The real wallet that the model speaks of."""
        return UUID(self._wallet(place)[0])

    def address(self, place: Place) -> str:
        """Its public name."""
        return self._wallet(place)[1]

    def _wallet(self, place: Place) -> tuple[str, str]:
        if place not in self._wallets:
            owner, kind, currency = place
            user = self.cast.users.get(owner)
            found = self.run(
                self.owner.fetchrow(WALLET, user.id if user else None, owner, kind, currency)
            )
            assert found, place
            self._wallets[place] = (found["id"], found["address"])
        return self._wallets[place]

    def ask(self, name: str, as_: str, thing: str, shown: str = "id", **input: Any) -> Answer:
        """Have somebody ask for a mutation; values of ids are given as `(type, id)`."""
        title = name[0].upper() + name[1:]
        operation = (
            f"mutation ($input: {title}Input!) {{ answer: {name}(input: $input)"
            f" {{ {thing} {{ {shown} }} userErrors {{ __typename }} }} }}"
        )
        given = {
            key: encode_id(*value) if isinstance(value, tuple) else value
            for key, value in input.items()
        }
        viewer = self.cast.viewers[as_]
        body = self.run(self.operations.answer(operation, as_=viewer, input=given))
        return _answer(body, thing)

    def leave(self, person: str) -> str | None:
        """Have somebody close their account; says why not."""
        operation = "mutation { accountDelete { purgeAt userErrors { __typename } } }"
        viewer = self.cast.viewers[person]
        body = self.run(self.operations.answer(operation, as_=viewer))
        assert "errors" not in body, body
        errors = body["data"]["accountDelete"]["userErrors"]
        return errors[0]["__typename"] if errors else None

    def call(self, work: Callable[..., Awaitable[T]], *args: Any) -> T:
        """Do what the background does."""
        return self.run(work(self.database, *args))

    def look(self) -> Observed:
        """How everything stands."""
        return Observed(self.run(self.owner.fetchval(OBSERVED)), self.cast)

    def check(self) -> None:
        """All invariants hold."""
        self.run(hold(self.owner))


def _answer(body: dict[str, Any], thing: str) -> Answer:
    if errors := body.get("errors"):
        assert errors[0]["extensions"]["code"] != "INTERNAL", errors
        return Answer(errors[0]["extensions"]["code"])
    answer = body["data"]["answer"]
    if answer["userErrors"]:
        return Answer(answer["userErrors"][0]["__typename"])
    found = answer[thing]
    return Answer(None, decode_id(found["id"])[1] if found else None, found)
