"""Employers and freelancers are told of jobs and contracts, in words that fit each side."""

from dataclasses import dataclass, fields
from uuid import UUID

import asyncpg
import pytest

from domains.auth.models import UserRole
from domains.forge import events
from domains.forge.models import ContractStatus
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.events import Event
from tests.forge.makers import Agreement, a_job, a_skill_profile, an_agreement
from tests.makers import a_user
from tests.notifications.news import Told, heard

FREELANCER, EMPLOYER = "freelancer", "employer"


@dataclass(frozen=True, slots=True)
class Scene:
    """A contract that was rated, and those whom it concerns."""

    agreement: Agreement
    people: dict[str, UUID]

    def of(self, event: type[Event]) -> Event:
        """An event of this contract, whichever fields it has."""
        known = {
            "job_id": self.agreement.job.id,
            "application_id": self.agreement.application.id,
            "contract_id": self.agreement.contract.id,
            "employer_id": self.people[EMPLOYER],
            "freelancer_id": self.people[FREELANCER],
        }
        names = [field.name for field in fields(event)]
        return event(**{name: known[name] for name in names})


@pytest.fixture
async def scene(database: Database) -> Scene:
    employer = await a_user(database, UserRole.EMPLOYER, name="Mensah")
    freelancer = await a_user(database, name="Secret Surname")
    await a_skill_profile(database, freelancer, name="Ada")
    job = await a_job(database, employer, title="Translate a book")
    ended = {"status": ContractStatus.COMPLETED, "ended_at": now(), "rating": 4}
    agreement = await an_agreement(database, job, freelancer, **ended)
    return Scene(agreement, {EMPLOYER: employer.id, FREELANCER: freelancer.id})


DONE = "All of “Translate a book” is settled."
ENDED = "The contract about “Translate a book” ended before any money had moved."

NEWS: dict[type[Event], dict[str, Told]] = {
    events.ApplicationSubmitted: {
        EMPLOYER: ("info", "New application", "Ada applies for “Translate a book”."),
    },
    events.ApplicationWithdrawn: {
        EMPLOYER: (
            "info",
            "Application withdrawn",
            "Ada does not want “Translate a book” any more.",
        ),
    },
    events.ApplicationRejected: {
        FREELANCER: ("info", "Application declined", "“Translate a book” did not go to you."),
    },
    events.ContractStarted: {
        FREELANCER: (
            "success",
            "You got the job",
            "Mensah wants you for “Translate a book”. Begin once its money is in escrow.",
        ),
    },
    events.ContractCompleted: {
        FREELANCER: ("success", "Contract completed", DONE),
        EMPLOYER: (
            "success",
            "Contract completed",
            f"{DONE} Say what you thought of the work.",
        ),
    },
    events.ContractCancelled: {
        FREELANCER: ("info", "Contract cancelled", ENDED),
        EMPLOYER: ("info", "Contract cancelled", ENDED),
    },
    events.ContractRated: {
        FREELANCER: (
            "info",
            "Your work was rated",
            "Mensah gave you 4 of 5 for “Translate a book”.",
        ),
    },
}


@pytest.mark.parametrize("event", NEWS)
async def test_each_side_hears_what_concerns_it_once(
    database: Database, owner: asyncpg.Connection, scene: Scene, event: type[Event]
) -> None:
    told = await heard(database, owner, scene.of(event), scene.people)
    assert told == {who: [news] for who, news in NEWS[event].items()}


async def test_who_says_nothing_of_themselves_is_a_freelancer(
    database: Database, owner: asyncpg.Connection, scene: Scene
) -> None:
    await owner.execute("delete from forge.skill_profiles")
    told = await heard(database, owner, scene.of(events.ApplicationSubmitted), scene.people)
    assert told[EMPLOYER][0][2] == "A freelancer applies for “Translate a book”."
