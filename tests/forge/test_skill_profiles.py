"""Being a freelancer: one profile, told by oneself, counted by what one does."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domains.kernel.viewer import ANONYMOUS

from .market import Market, key, verdict


def a_profile(**values: Any) -> dict[str, Any]:
    """What somebody may tell of themselves."""
    return {"idempotencyKey": key(), "name": "Cy", "skills": ["Go"]} | values


async def test_anybody_begins_to_offer_work(market: Market) -> None:
    given = a_profile(name=" Cy  builds ", headline="Small things,\nwell.", skills=["Go", " GO "])
    profile = await market.do("skillProfileCreate", market.student, **given)
    id = profile.pop("id")
    assert profile == {
        "name": "Cy builds",
        "headline": "Small things, well.",
        "skills": ["Go"],
        "rating": "0",
        "jobsCompleted": 0,
    }
    assert (await market.do("skillProfileCreate", market.student, **given))["id"] == id
    other = await market.do("skillProfileCreate", market.employer, **a_profile(headline=None))
    assert other["headline"] is None


async def test_a_person_has_one_profile(market: Market) -> None:
    first = await market.do("skillProfileCreate", market.student, **a_profile())
    found = await market.refused("skillProfileCreate", market.student, **a_profile())
    exists = {"__typename": "SkillProfileExists", "path": []}
    assert found == [exists | {"skillProfile": {"id": first["id"]}}]


@pytest.mark.parametrize("name", ["skillProfileCreate", "skillProfileUpdate"])
async def test_nobody_tells_for_somebody_else(market: Market, name: str) -> None:
    given = a_profile() if name.endswith("Create") else {"name": "Cy"}
    assert await market.refused(name, ANONYMOUS, **given) == ["UNAUTHENTICATED"]
    for person in (market.student, market.ada):
        assert await market.refused(name, market.posing_as(person), **given) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": "x"}, {"__typename": "WordingInvalid", "minimum": 2, "maximum": 100}),
        ({"name": "x" * 101}, {"__typename": "WordingInvalid", "minimum": 2, "maximum": 100}),
        ({"headline": ""}, {"__typename": "WordingInvalid", "minimum": 3, "maximum": 200}),
        (
            {"skills": ["Go", ""]},
            {"__typename": "SkillsInvalid", "maximum": 50, "longest": 50},
        ),
    ],
)
@pytest.mark.parametrize("name", ["skillProfileCreate", "skillProfileUpdate"])
async def test_what_cannot_be_told_is_refused_where_it_stands(
    market: Market, name: str, given: dict[str, Any], error: dict[str, Any]
) -> None:
    [place] = given
    asked = a_profile(**given) if name.endswith("Create") else given
    as_ = market.student if name.endswith("Create") else market.ada
    assert await market.refused(name, as_, **asked) == [{"path": ["input", place]} | error]


async def test_what_is_left_out_stays(market: Market) -> None:
    async def told(**given: Any) -> dict[str, Any]:
        profile = await market.do("skillProfileUpdate", market.ada, **given)
        return {name: value for name, value in profile.items() if name != "id"}

    ada = {"name": "Ada Lovelace", "headline": None, "skills": ["Go"]}
    assert await told() == ada
    assert await told(headline="Engines") == ada | {"headline": "Engines"}
    assert await told(skills=["Notes", "Go"]) == ada | {
        "headline": "Engines",
        "skills": ["Notes", "Go"],
    }
    assert await told(headline=None, skills=[], name="A. L.") == {
        "name": "A. L.",
        "headline": None,
        "skills": [],
    }


@pytest.mark.parametrize("given", [{"name": None}, {"skills": None}])
async def test_a_null_where_none_can_be_is_bad_input(market: Market, given: Any) -> None:
    assert await market.refused("skillProfileUpdate", market.ada, **given) == ["BAD_USER_INPUT"]


async def test_who_is_no_freelancer_changes_no_profile(market: Market) -> None:
    found = await market.refused("skillProfileUpdate", market.student, name="Cy")
    assert found == [{"__typename": "SkillProfileRequired", "path": []}]


async def test_of_thirty_profiles_of_one_at_once_one_is_made(crowd: Market) -> None:
    answers = await asyncio.gather(
        *(crowd.ask("skillProfileCreate", crowd.student, **a_profile()) for _ in range(30))
    )
    assert Counter(map(verdict, answers)) == {"done": 1, "SkillProfileExists": 29}
    assert await crowd.count("skill_profiles", f"user_id = '{crowd.student.user_id}'") == 1
