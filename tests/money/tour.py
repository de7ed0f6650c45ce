"""The story of money on the platform, told by people at their clients, over HTTP alone."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from domains.auth.engine.letters import Letter
from tests.flows.visitor import Town, Visitor

_people = count(1)
_keys = count(1)

AMOUNTS = ("100", "120", "80")
"""Of the milestones; together what the freelancer asked for."""

MONEY = "amount currency"


def key() -> str:
    """An idempotency key that nobody has used."""
    return f"tour {next(_keys)}"


@dataclass(slots=True)
class Citizen:
    """Somebody who is signed in, and their wallet."""

    visitor: Visitor
    name: str
    wallet: str

    async def do(self, field: str, selection: str = "", **input: Any) -> dict[str, Any]:
        return await self.visitor.do(field, selection, **input)

    async def read(self, query: str, **variables: Any) -> Any:
        """The value of a query's one field."""
        answer = await self.visitor.ask(query, **variables)
        assert "errors" not in answer, answer
        [value] = answer["data"].values()
        return value

    async def balance(self) -> str:
        found: str = (await self.read(BALANCE, id=self.wallet))["balance"]["amount"]
        return found

    async def news(self) -> list[str]:
        """The titles of what they were told, the oldest first."""
        told = await self.read("{ viewer { notifications(first: 50) { nodes { title } } } }")
        return [each["title"] for each in reversed(told["notifications"]["nodes"])]


BALANCE = "query ($id: ID!) { wallet(id: $id) { balance { amount } } }"


async def arrives(
    town: Town, name: str, role: str = "STUDENT", *, runs_it: bool = False
) -> Citizen:
    """Somebody signs up, proves their address, signs in and opens a wallet."""
    visitor, number = town.visitor(), next(_people)
    person = {
        "email": f"{name.lower()}{number}@tour.example.org",
        "password": f"{number} lanterns over quiet harbours",
    }
    await visitor.do("userSignUp", "ok", **person, name=name, role=role)
    await town.work()
    token = town.mailbox.token(Letter.VERIFY_EMAIL, to=person["email"])
    await visitor.do("emailVerify", "ok", token=token, password=person["password"])
    await town.work()
    if runs_it:
        await town.appoint(person["email"])
    visitor.take(await visitor.do("sessionCreate", "accessToken refreshToken", **person))
    opened = await visitor.do("walletOpen", "wallet { id }", currency="AZR")
    return Citizen(visitor, name, opened["wallet"]["id"])


@dataclass(slots=True)
class Tour:
    """Those who meet, and what they make together."""

    town: Town
    admin: Citizen
    educator: Citizen
    employer: Citizen
    ada: Citizen
    """Learns first, and then works."""

    course: str = ""
    job: str = ""
    contract: str = ""

    @classmethod
    async def begun(cls, town: Town) -> "Tour":
        """Everybody is there, and has nothing."""
        admin = await arrives(town, "Solomon", runs_it=True)
        educator = await arrives(town, "Naledi", "EDUCATOR")
        employer = await arrives(town, "Mensah", "EMPLOYER")
        return cls(town, admin, educator, employer, await arrives(town, "Ada"))

    async def pay_in(self, who: Citizen, amount: str) -> None:
        """The admin makes money in a wallet."""
        given = {"walletId": who.wallet, "amount": amount, "reason": "Paid in at the counter"}
        await self.admin.do("walletMint", "transaction { id }", idempotencyKey=key(), **given)

    async def teach(self, price: str, modules: int = 2) -> None:
        """The educator writes a course, and publishes it."""
        about = {
            "title": "Letters of the old coast",
            "description": "How to read and translate them.",
            "category": "Languages",
            "level": "BEGINNER",
            "durationHours": 3,
            "price": price,
        }
        made = await self.educator.do(
            "courseCreate", "course { id }", idempotencyKey=key(), **about
        )
        self.course = made["course"]["id"]
        for number in range(1, modules + 1):
            part = {"courseId": self.course, "title": f"Part {number}", "content": {"lessons": []}}
            await self.educator.do("moduleAdd", "module { id }", idempotencyKey=key(), **part)
        await self.educator.do("coursePublish", "course { id }", courseId=self.course)

    async def learn(self, maximum: str) -> dict[str, Any]:
        """Ada takes the course, and completes every module; gives her place in it."""
        place = {"courseId": self.course, "maximumPrice": maximum}
        await self.ada.do("courseEnroll", "enrollment { id }", idempotencyKey=key(), **place)
        course = await self.ada.read(MODULES, id=self.course)
        for module in course["modules"]:
            done = await self.ada.do("moduleComplete", DONE, moduleId=module["id"], minutesSpent=30)
        await self.town.work()
        enrollment: dict[str, Any] = done["enrollment"]
        return enrollment

    async def offer(self, budget: str) -> None:
        """The employer posts a job."""
        about = {
            "title": "Translate a box of letters",
            "description": "Three dozen, in an old hand.",
            "category": "Languages",
            "skills": ["Translation", "Palaeography"],
            "budget": budget,
        }
        made = await self.employer.do("jobCreate", "job { id }", idempotencyKey=key(), **about)
        self.job = made["job"]["id"]

    async def apply(self, bid: str) -> str:
        """Ada offers to do it; gives her application."""
        offer = {"jobId": self.job, "proposal": "I have read such letters before.", "bid": bid}
        made = await self.ada.do("jobApply", "application { id }", idempotencyKey=key(), **offer)
        application: str = made["application"]["id"]
        return application

    async def accept(self, application: str) -> list[str]:
        """The employer takes her, in three milestones, and funds them all; gives these."""
        parts = [{"description": f"A dozen letters for {each}", "amount": each} for each in AMOUNTS]
        given = {"applicationId": application, "milestones": parts}
        made = await self.employer.do(
            "applicationAccept", "contract { id milestones { id } }", idempotencyKey=key(), **given
        )
        self.contract = made["contract"]["id"]
        milestones = [each["id"] for each in made["contract"]["milestones"]]
        for each in milestones:
            await self.step("Fund", self.employer, each)
        return milestones

    async def step(self, name: str, who: Citizen, milestone: str) -> str:
        """One step of a milestone; gives where it stands then."""
        given = {"idempotencyKey": key(), "milestoneId": milestone}
        done = await who.do(f"milestone{name}", "milestone { status }", **given)
        status: str = done["milestone"]["status"]
        return status

    async def quarrel(self, milestone: str, award_bps: int) -> dict[str, Any]:
        """The employer is not content, and the admin divides the money; gives the dispute."""
        given = {"milestoneId": milestone, "reason": "Half of the letters are missing here."}
        raised = await self.employer.do(
            "disputeRaise", "dispute { id }", idempotencyKey=key(), **given
        )
        decision = {
            "disputeId": raised["dispute"]["id"],
            "outcome": "SPLIT",
            "awardBps": award_bps,
            "resolution": "Half of the work is there.",
        }
        decided = await self.admin.do("disputeResolve", SETTLED, idempotencyKey=key(), **decision)
        dispute: dict[str, Any] = decided["dispute"]
        return dispute


MODULES = "query ($id: ID!) { course(id: $id) { modules { id } } }"
DONE = "enrollment { status progress }"
SETTLED = """
dispute {
  status awardBps
  milestone { status released { amount } fee { amount } refunded { amount } }
}
"""
