"""What takes too long is ended, and nothing else."""

import asyncio

import pytest

from gateway.http.deadlines import Deadlines

SECONDS = 0.2
NO_TIME = 0
"""The next turn of the loop, before any timer: however long a busy machine stands still."""
AT_ONCE = 15
"""Seconds that a busy machine may need for what takes the time of one deadline."""


async def taking(deadlines: Deadlines, seconds: float) -> str:
    with deadlines.begin():
        await asyncio.sleep(seconds)
    return "done"


async def test_each_is_ended_in_its_own_time() -> None:
    deadlines = Deadlines(SECONDS)
    quick = [asyncio.create_task(taking(deadlines, NO_TIME)) for _ in range(50)]
    began = asyncio.get_running_loop().time()
    slow = [asyncio.create_task(taking(deadlines, 30)) for _ in range(50)]
    assert await asyncio.gather(*quick) == ["done"] * 50
    ended = await asyncio.gather(*slow, return_exceptions=True)
    assert {type(each) for each in ended} == {TimeoutError}
    assert SECONDS <= asyncio.get_running_loop().time() - began < AT_ONCE
    assert deadlines.running == {}


async def test_who_is_cancelled_by_somebody_else_stays_cancelled() -> None:
    deadlines = Deadlines(SECONDS)
    task = asyncio.create_task(taking(deadlines, 30))
    await asyncio.sleep(NO_TIME)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert deadlines.running == {}


async def test_who_is_cancelled_as_the_time_is_up_stays_cancelled() -> None:
    deadlines = Deadlines(SECONDS)
    task = asyncio.create_task(taking(deadlines, 30))
    await asyncio.sleep(0)
    (deadline,) = deadlines.running
    deadline.expire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_its_own_comes_through() -> None:
    with pytest.raises(KeyError), Deadlines(SECONDS).begin():
        raise KeyError


async def test_nobody_looks_while_nothing_runs() -> None:
    deadlines = Deadlines(0.05)
    assert await taking(deadlines, NO_TIME) == "done"
    await asyncio.sleep(0.05)
    assert deadlines._timer is None
    with pytest.raises(TimeoutError):
        await taking(deadlines, 5)
