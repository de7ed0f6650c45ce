"""Two characters; the student talks with both of them, the peer with one."""

from domains.family.models import FamilyInteraction, InteractionKind
from domains.kernel.database import Database
from tests.makers import a_conversation, a_family_member

from . import People

# anonymous, student, peer, educator, colleague, employer, rival, admin, everything
VISIBLE = {
    "family.conversations":       (0, 2, 1, 0, 0, 0, 0, 3, 3),
    "family.family_interactions": (0, 1, 0, 0, 0, 1, 0, 2, 2),
    "family.family_members":      (2, 2, 2, 2, 2, 2, 2, 2, 2),
    "family.messages":            (0, 3, 1, 0, 0, 0, 0, 4, 4),
}  # fmt: skip


async def populate(database: Database, people: People) -> None:
    mother, grandfather = [await a_family_member(database) for _ in range(2)]
    people.rows.extend((mother, grandfather))
    await a_conversation(database, people.student, mother, "Hello.", "Good to see you.")
    await a_conversation(database, people.student, grandfather, "Tell me a story.")
    await a_conversation(database, people.peer, mother, "Good morning.")
    for user in (people.student, people.employer):
        greeting = FamilyInteraction(
            user_id=user.id, member_id=mother.id, interaction=InteractionKind.GREETING
        )
        await people.keep(database, greeting)
