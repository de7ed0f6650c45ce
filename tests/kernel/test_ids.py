"""Global ids are the same from Python and from Postgres, and say what they are not."""

import base64
from uuid import UUID

import asyncpg
import pytest

from domains.kernel.read.ids import decode_id, encode_id, id_text, key_of, type_of_id
from domains.kernel.refusal import BadInput
from domains.kernel.row import uuid7

KEY = UUID("0192f000-0000-7000-8000-0000000000ff")


@pytest.mark.parametrize("name", ["Course", "User", "AssessmentSubmission"])
async def test_postgres_writes_the_same_id(owner: asyncpg.Connection, name: str) -> None:
    text = await owner.fetchval(
        f"select {id_text(name, 'key')} from (select '{KEY}'::uuid as key) keys"
    )
    assert text == encode_id(name, KEY)


def test_an_id_tells_its_type_and_key() -> None:
    assert decode_id(encode_id("Course", KEY)) == ("Course", KEY)
    assert encode_id("Course", KEY) == base64.b64encode(b"Course:" + KEY.bytes).decode()
    assert type_of_id(encode_id("Course", KEY)) == "Course"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        "Q291cnNl",
        "é",
        "Course:" + str(KEY),
        base64.b64encode(b":" + KEY.bytes).decode(),
        base64.b64encode(b"Co urse:" + KEY.bytes).decode(),
        base64.b64encode(b"Course;" + KEY.bytes).decode(),
        base64.b64encode(b"\xff\xfe:" + KEY.bytes).decode(),
        encode_id("Course", KEY) + "\n",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not an id"):
        decode_id(text)
    assert type_of_id(text) is None


def test_an_id_of_another_type_is_refused_by_both_names() -> None:
    with pytest.raises(BadInput, match="the id of a User, not of a Course"):
        key_of("Course", encode_id("User", KEY))


def test_newer_ids_are_greater() -> None:
    made = [uuid7() for _ in range(1000)]
    assert [each.version for each in made] == [7] * 1000
    assert len(set(made)) == 1000
    assert made[0] < made[-1]
