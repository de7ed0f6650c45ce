"""Reading the family, and what people talk about with it."""

from typing import Any

import asyncpg
import pytest

from domains.auth.models import User, UserRole
from domains.family.models import FamilyInteraction, InteractionKind, Sentiment
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.viewer import ANONYMOUS
from seed import family as seeded
from tests.makers import a_conversation, a_family_member, a_user, put, viewer
from tests.statements import Statements

MEMBERS = "{ familyMembers { name } }"

TALKS = """
query ($order: ConversationOrder! = RECENT, $where: ConversationFilter) {
  conversations(orderBy: $order, where: $where) {
    totalCount
    nodes { member { name } messages(last: 2) { totalCount nodes { seq role content } } }
  }
}
"""

SAID = """
query ($where: FamilyMessageFilter!) {
  familyMessages(where: $where) { nodes { content member { name } conversation { id } } }
}
"""

MOMENTS = """
query ($where: FamilyInteractionFilter) {
  familyInteractions(where: $where) { nodes { interaction sentiment } }
}
"""

OWN = """
query ($id: ID!, $member: ID!) {
  node(id: $id) {
    ... on User { conversations { totalCount } familyInteractions { totalCount } }
  }
  familyMember(id: $member) {
    name traits temperature relationships
    conversations { totalCount } interactions { totalCount }
  }
}
"""


@pytest.fixture
async def talker(database: Database) -> User:
    """Talks with a mother and a grandfather; so does somebody else with the mother."""
    talker, other = await a_user(database), await a_user(database)
    mother = await a_family_member(
        database,
        name="Elara",
        traits=["wise", "proud"],
        relationships={"father": ["Sankofa"]},
    )
    grandfather = await a_family_member(database, name="Sankofa")
    await a_conversation(database, talker, mother, "I passed!", "I am so proud.", "Thank you.")
    await a_conversation(database, talker, grandfather, "Tell me of the old stars.")
    await a_conversation(database, other, mother, "The stars are mine.")
    parts: dict[str, Any] = {"user_id": talker.id, "member_id": mother.id}
    await put(
        database,
        FamilyInteraction(interaction=InteractionKind.GREETING, **parts),
        FamilyInteraction(
            interaction=InteractionKind.CELEBRATION, sentiment=Sentiment.POSITIVE, **parts
        ),
    )
    return talker


async def test_the_family_comes_in_its_order_to_everybody(graph: Any, database: Database) -> None:
    for name, position in (("Second", 2), ("Third", 3), ("First", 1)):
        await a_family_member(database, name=name, position=position)
    data = await graph(MEMBERS, as_=ANONYMOUS)
    assert [member["name"] for member in data["familyMembers"]] == ["First", "Second", "Third"]


async def test_one_finds_what_was_said_last_in_ones_own_conversations(
    graph: Any, talker: User
) -> None:
    data = await graph(TALKS, as_=viewer(talker))
    assert data["conversations"] == {
        "totalCount": 2,
        "nodes": [
            {
                "member": {"name": "Sankofa"},
                "messages": {
                    "totalCount": 1,
                    "nodes": [{"seq": 1, "role": "USER", "content": "Tell me of the old stars."}],
                },
            },
            {
                "member": {"name": "Elara"},
                "messages": {
                    "totalCount": 3,
                    "nodes": [
                        {"seq": 2, "role": "ASSISTANT", "content": "I am so proud."},
                        {"seq": 3, "role": "USER", "content": "Thank you."},
                    ],
                },
            },
        ],
    }


async def test_nobody_finds_the_conversations_of_others_but_admins(
    graph: Any, database: Database, talker: User
) -> None:
    admin = await a_user(database, UserRole.ADMIN)
    found = [
        (await graph(TALKS, as_=who))["conversations"]["totalCount"]
        for who in (ANONYMOUS, viewer(await a_user(database)), viewer(admin))
    ]
    assert found == [0, 0, 3]


async def test_words_are_found_in_all_of_ones_own_conversations_only(
    graph: Any, talker: User
) -> None:
    data = await graph(SAID, where={"search": "star"}, as_=viewer(talker))
    [message] = data["familyMessages"]["nodes"]
    assert message["content"] == "Tell me of the old stars."
    assert message["member"] == {"name": "Sankofa"}


async def test_conversations_are_found_by_what_was_said_in_them(graph: Any, talker: User) -> None:
    where = {"messages": {"search": "proud", "role": "ASSISTANT"}}
    data = await graph(TALKS, where=where, as_=viewer(talker))
    assert [talk["member"]["name"] for talk in data["conversations"]["nodes"]] == ["Elara"]


@pytest.mark.parametrize(
    ("where", "kinds"),
    [
        ({"interaction": "GREETING"}, ["GREETING"]),
        ({"interactions": ["GREETING", "CELEBRATION"]}, ["CELEBRATION", "GREETING"]),
        ({"sentiment": "POSITIVE"}, ["CELEBRATION"]),
        ({"interactions": []}, []),
        ({"createdAt": {"until": "2020-01-01T00:00:00Z"}}, []),
    ],
)
async def test_moments_are_filtered(
    graph: Any, talker: User, where: dict[str, Any], kinds: list[str]
) -> None:
    data = await graph(MOMENTS, where=where, as_=viewer(talker))
    assert [each["interaction"] for each in data["familyInteractions"]["nodes"]] == kinds


async def test_a_person_and_a_member_lead_to_what_they_share_in_one_statement(
    graph: Any, database: Database, talker: User, statements: Statements
) -> None:
    mother = await a_family_member(database, name="Abeni", relationships={"friends": ["Elara"]})
    await a_conversation(database, talker, mother)
    ids = {"id": encode_id("User", talker.id), "member": encode_id("FamilyMember", mother.id)}
    # The driver asks for the types that it has not met.
    await graph(OWN, **ids, as_=viewer(talker))
    statements.clear()
    data = await graph(OWN, **ids, as_=viewer(talker))
    assert len(statements) == 1
    assert data == {
        "node": {"conversations": {"totalCount": 3}, "familyInteractions": {"totalCount": 2}},
        "familyMember": {
            "name": "Abeni",
            "traits": [],
            "temperature": "0.8",
            "relationships": {"friends": ["Elara"]},
            "conversations": {"totalCount": 1},
            "interactions": {"totalCount": 0},
        },
    }


async def test_a_person_has_one_conversation_with_a_member(database: Database) -> None:
    user, member = await a_user(database), await a_family_member(database)
    await a_conversation(database, user, member)
    with pytest.raises(Exception, match="conversations_user_id_member_id_key"):
        await a_conversation(database, user, member)


@pytest.mark.parametrize(
    "change",
    [
        "update family.messages set user_id = gen_random_uuid()",
        "update family.messages set member_id = gen_random_uuid()",
    ],
)
async def test_a_message_belongs_to_those_of_its_conversation(
    database: Database, owner: asyncpg.Connection, change: str
) -> None:
    await a_conversation(database, await a_user(database), await a_family_member(database), "Hi.")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute(change)


async def test_a_person_that_is_erased_takes_their_conversations_along(
    database: Database, owner: asyncpg.Connection, talker: User
) -> None:
    await owner.execute("delete from auth.users where id = $1", talker.id)
    counts = "select (select count(*) from family.conversations), count(*) from family.messages"
    assert tuple(await owner.fetchrow(counts) or ()) == (1, 1)
    assert await owner.fetchval("select count(*) from family.family_interactions") == 0


def test_kin_is_kin_from_both_sides() -> None:
    kin = {character.name: character.relationships for character in seeded.FAMILY}
    assert len(kin) == 11
    mentioned = {name for of in kin.values() for names in of.values() for name in names}
    assert mentioned <= {*kin}
    for children in kin["Elara"]["children"]:
        assert kin[children]["mother"] == ["Elara"]
    for one, kind in (
        ("friends", "friends"),
        ("colleagues", "colleagues"),
        ("siblings", "siblings"),
    ):
        for name, of in kin.items():
            assert all(name in kin[other][kind] for other in of.get(one, ()))
