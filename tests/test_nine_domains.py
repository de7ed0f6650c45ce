"""One query through all nine domains is one statement, and tells every caller what is theirs."""

from dataclasses import dataclass
from typing import Any

import pytest

from domains.education.models import Course
from domains.family.models import FamilyMember
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS, Viewer
from tests.makers import viewer
from tests.operations import Operations
from tests.statements import Statements, reads
from tests.world import CALLERS, People, everybody

EVERYTHING = """
query Everything {
  viewer {
    name
    profile { language }
    student {
      enrollments(first: 5) {
        nodes { status progress course { title modules(first: 5) { position } } }
      }
      learningProgress(first: 5) { nodes { minutesSpent module { position } } }
      tutoringSessions(first: 5) { nodes { topic messages(first: 5) { nodes { content } } } }
    }
    courses(first: 5) { nodes { title enrollments(first: 5) { totalCount } } }
    wallets(first: 3) {
      nodes {
        balance { amount }
        transactions(first: 9) { nodes { type amount { amount } } }
      }
    }
    contracts(first: 5) {
      nodes { escrow { balance { amount } } milestones { position status } }
    }
    recommendations(first: 5) { nodes { type course { title } } }
    conversations(first: 5) {
      nodes { member { name } messages(first: 5) { nodes { content } } }
    }
    notifications(first: 5) { totalCount }
  }
  serviceLogs(first: 5) { nodes { level service } }
}
"""

NOTHING: dict[str, Any] = {
    "profile": {"language": "en"},
    "student": None,
    "courses": [],
    "wallets": [],
    "contracts": [],
    "recommendations": [],
    "conversations": [],
    "notifications": {"totalCount": 0},
}

TALK = {
    "topic": "Loops",
    "messages": [{"content": "What is a loop?"}, {"content": "What repeats."}],
}
CONTRACT = {
    "escrow": {"balance": {"amount": "50"}},
    "milestones": [{"position": 1, "status": "DISPUTED"}, {"position": 2, "status": "PENDING"}],
}
LOGS = [{"level": level, "service": "gateway"} for level in ("FATAL", "WARN", "DEBUG")]


@dataclass(frozen=True, slots=True)
class Expected:
    """What each caller is to be told, in the names of this run's rows."""

    people: People

    def of(self, caller: str) -> dict[str, Any]:
        if caller == "anonymous":
            return {"viewer": None, "serviceLogs": []}
        told = NOTHING | {"name": getattr(self.people, caller).name} | getattr(self, caller)()
        return {"viewer": told, "serviceLogs": LOGS if caller == "admin" else []}

    def student(self) -> dict[str, Any]:
        mother, grandfather = self.people.made(FamilyMember)
        return {
            "student": {
                "enrollments": [self._place(1, [1]), self._place(0, [1, 2])],
                "learningProgress": [_began(1), _began(1)],
                "tutoringSessions": [TALK, TALK],
            },
            "wallets": [_wallet("75", MINING_REWARD="5", STAKE="10", PAYMENT="20", REWARD="100")],
            "contracts": [CONTRACT],
            "recommendations": [
                {"type": "FEATURE", "course": None},
                {"type": "COURSE", "course": {"title": self._title(0)}},
            ],
            "conversations": [
                _talk(grandfather, "Tell me a story."),
                _talk(mother, "Hello.", "Good to see you."),
            ],
            "notifications": {"totalCount": 1},
        }

    def peer(self) -> dict[str, Any]:
        mother, _ = self.people.made(FamilyMember)
        return {
            "student": {
                "enrollments": [self._place(0, [1, 2])],
                "learningProgress": [_began(1)],
                "tutoringSessions": [TALK],
            },
            "wallets": [_wallet("100", REWARD="100")],
            "recommendations": [{"type": "COURSE", "course": {"title": self._title(0)}}],
            "conversations": [_talk(mother, "Good morning.")],
            "notifications": {"totalCount": 1},
        }

    def educator(self) -> dict[str, Any]:
        taught = [(2, 0), (1, 1), (0, 2)]
        return {
            "courses": [
                {"title": self._title(number), "enrollments": {"totalCount": students}}
                for number, students in taught
            ],
            "wallets": [_wallet("20", PAYMENT="20")],
        }

    def colleague(self) -> dict[str, Any]:
        return {}

    def employer(self) -> dict[str, Any]:
        return {"wallets": [_wallet("50", ESCROW_FUND="50", MINT="100")], "contracts": [CONTRACT]}

    def rival(self) -> dict[str, Any]:
        return {}

    def admin(self) -> dict[str, Any]:
        return {}

    def _title(self, number: int) -> str:
        return self.people.made(Course)[number].title

    def _place(self, number: int, modules: list[int]) -> dict[str, Any]:
        course = {"title": self._title(number), "modules": [{"position": each} for each in modules]}
        return {"status": "ACTIVE", "progress": "0", "course": course}


def _began(position: int) -> dict[str, Any]:
    return {"minutesSpent": 0, "module": {"position": position}}


def _wallet(balance: str, **moved: str) -> dict[str, Any]:
    """A wallet and what moved in and out, newest first."""
    return {
        "balance": {"amount": balance},
        "transactions": [
            {"type": type, "amount": {"amount": amount}} for type, amount in moved.items()
        ],
    }


def _talk(member: FamilyMember, *said: str) -> dict[str, Any]:
    return {"member": {"name": member.name}, "messages": [{"content": text} for text in said]}


def flat(value: Any) -> Any:
    """An answer with lists in the place of connections whose items alone were asked for."""
    if isinstance(value, dict):
        whole = {key: flat(item) for key, item in value.items()}
        return whole["nodes"] if [*whole] == ["nodes"] else whole
    return [flat(each) for each in value] if isinstance(value, list) else value


@pytest.fixture
async def people(database: Database) -> People:
    return await everybody(database)


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_caller_is_told_what_is_theirs_in_one_statement(
    operations: Operations, people: People, statements: Statements, caller: str
) -> None:
    as_: Viewer = ANONYMOUS if caller == "anonymous" else viewer(getattr(people, caller))
    data = await operations.data(EVERYTHING, as_=as_)
    assert flat(data) == Expected(people).of(caller)
    assert len(reads(statements)) == 1
