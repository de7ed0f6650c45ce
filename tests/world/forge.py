"""Three jobs of two employers, one of them under contract and in dispute.

The employer has an open job, which the peer wants, and one that went to the student and not to
the peer. The rival has given a job up that nobody wanted.
"""

from domains.forge.models import ApplicationStatus, JobStatus, MilestoneStatus
from domains.kernel.database import Database
from domains.mint.models import Wallet, WalletKind
from tests.forge.makers import a_dispute, a_job, a_skill_profile, an_agreement, an_application

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "forge.applications":   (0, 1, 2, 0, 0, 3, 0, 3, 3),
    "forge.contracts":      (0, 1, 0, 0, 0, 1, 0, 1, 1),
    "forge.disputes":       (0, 1, 0, 0, 0, 1, 0, 1, 1),
    "forge.jobs":           (1, 2, 2, 1, 1, 2, 2, 3, 3),
    "forge.milestones":     (0, 2, 0, 0, 0, 2, 0, 2, 2),
    "forge.skill_profiles": (0, 1, 1, 0, 0, 2, 2, 2, 2),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    wanted = await a_job(database, people.employer)
    given = await a_job(database, people.employer, status=JobStatus.IN_PROGRESS)
    await a_job(database, people.rival, status=JobStatus.CANCELLED)
    await an_application(database, wanted, people.peer)
    await an_application(database, given, people.peer, status=ApplicationStatus.REJECTED)
    disputed = {"status": MilestoneStatus.DISPUTED, "disputed_from": MilestoneStatus.FUNDED}
    [escrow] = [each for each in people.made(Wallet) if each.kind is WalletKind.ESCROW]
    agreement = await an_agreement(
        database, given, people.student, disputed, {}, escrow_wallet_id=escrow.id
    )
    dispute = await a_dispute(database, agreement.milestones[0])
    profiles = [await a_skill_profile(database, user) for user in (people.student, people.peer)]
    people.rows.extend((wanted, given, agreement.contract, dispute, *profiles))
    people.rows.extend(agreement.milestones)
