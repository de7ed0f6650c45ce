"""Who leaves while something is agreed on with them: one of the two happens, and the other not."""

import asyncio
from typing import Any

from domains.auth.models import UserRole
from domains.kernel.viewer import Viewer
from tests.auth.sessions import a_session
from tests.makers import a_user
from tests.operations import codes

from .makers import a_job, a_skill_profile, an_application
from .market import Market, global_id, key, verdict

LEAVE = "mutation { accountDelete { userErrors { __typename } } }"
ROUNDS = 6

LEFT_BEHIND = """
select count(*) from auth.users leaver
where deletion_requested_at is not null and (
  exists (select from forge.jobs where employer_id = leaver.id and status = 'open')
  or exists (select from forge.applications where freelancer_id = leaver.id and status = 'pending')
  or exists (select from forge.contracts where leaver.id in (employer_id, freelancer_id)
             and status in ('active', 'disputed')))
"""


async def leaves(market: Market, me: Viewer) -> str:
    """How somebody's wish to leave ends."""
    body = await market.operations.answer(LEAVE, as_=me)
    if found := codes(body):
        return found[0]
    errors = body["data"]["accountDelete"]["userErrors"]
    return str(errors[0]["__typename"]) if errors else "done"


def ended(body: dict[str, Any]) -> str:
    """How the other's wish ended."""
    return next(iter(codes(body)), None) or verdict(body)


async def test_nobody_leaves_with_what_they_begin_at_the_same_time(crowd: Market) -> None:
    outcomes = set()
    for number in range(ROUNDS):
        person = await a_user(crowd.database, UserRole.EMPLOYER)
        await a_skill_profile(crowd.database, person)
        _, me, _ = await a_session(crowd.database, person)
        job = await a_job(crowd.database, crowd.users[crowd.employer])
        offer = {"jobId": global_id(job), "proposal": "I can.", "bid": "1"}
        work = {"title": "Work", "description": "Work.", "category": "Work", "budget": "1"}
        begun = [
            crowd.ask("jobApply", me, idempotencyKey=key(), **offer),
            *(crowd.ask("jobCreate", me, idempotencyKey=key(), **work) for _ in range(5)),
        ]
        place = number % len(begun)
        answers: list[Any] = await asyncio.gather(*begun[:place], leaves(crowd, me), *begun[place:])
        assert answers.pop(place) == "done"
        outcomes |= {ended(answer) for answer in answers}
        assert await crowd.owner.fetchval(LEFT_BEHIND) == 0
    assert outcomes <= {"done", "UNAUTHENTICATED"}


async def test_a_job_goes_to_nobody_who_leaves_at_the_same_time(crowd: Market) -> None:
    for _ in range(ROUNDS):
        person = await a_user(crowd.database)
        _, me, _ = await a_session(crowd.database, person)
        job = await a_job(crowd.database, crowd.users[crowd.employer])
        offer = await an_application(crowd.database, job, person)
        parts = [{"description": "All of it.", "amount": "500"}]
        accepted, left = await asyncio.gather(
            crowd.ask(
                "applicationAccept",
                crowd.employer,
                idempotencyKey=key(),
                applicationId=global_id(offer),
                milestones=parts,
            ),
            leaves(crowd, me),
        )
        agreed = verdict(accepted)
        assert (agreed, left) in {
            ("done", "AccountInUse"),
            ("FreelancerUnavailable", "done"),
            ("ApplicationNotPending", "done"),
        }
        assert await crowd.owner.fetchval(LEFT_BEHIND) == 0
