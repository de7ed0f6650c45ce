"""Readers do not wait for writers: they see the rows as they were before what is not committed."""

import asyncio

import asyncpg
import pytest

from domains.kernel.database import Database
from tests.lesson import Class, a_class
from tests.operations import Operations
from tests.postgres import Urls

DEEP = """
{
  viewer { name }
  students(first: 5) {
    nodes { firstName enrollments(first: 5) { nodes { course { title modules { title } } } } }
  }
}
"""

WRITES = (
    "update auth.users set name = 'Changed'",
    "update education.students set first_name = 'Changed'",
    "update education.enrollments set progress = 1",
    "update education.courses set title = 'Changed'",
    "update education.modules set title = 'Changed'",
    "update auth.sessions set access_expires_at = access_expires_at",
)
"""Each locks every row of a table that the read is about."""

SOON = 2
"""Seconds: a read that had to wait would wait for ever."""


@pytest.fixture
async def lesson(database: Database) -> Class:
    return await a_class(database)


async def test_a_read_of_rows_that_are_being_written_does_not_wait(
    operations: Operations, lesson: Class, owner: asyncpg.Connection
) -> None:
    before = await operations.data(DEEP, as_=lesson.viewer)
    async with owner.transaction():
        for write in WRITES:
            await owner.execute(write)
        async with asyncio.timeout(SOON):
            assert await operations.data(DEEP, as_=lesson.viewer) == before
    after = await operations.data(DEEP, as_=lesson.viewer)
    [student] = after["students"]["nodes"]
    [place] = student["enrollments"]["nodes"]
    titles = [place["course"]["title"], *(each["title"] for each in place["course"]["modules"])]
    assert [after["viewer"]["name"], student["firstName"], *titles] == ["Changed"] * 5


async def test_a_writer_of_the_same_rows_would_wait(
    lesson: Class, owner: asyncpg.Connection, urls: Urls
) -> None:
    another = await asyncpg.connect(urls.owner)
    try:
        async with owner.transaction():
            await owner.execute(WRITES[3])
            with pytest.raises(asyncpg.LockNotAvailableError):
                await another.execute("select from education.courses for update nowait")
    finally:
        await another.close()
