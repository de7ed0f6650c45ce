"""Doing at a time what was asked for at once: one commit then pays for many."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Awaitable[Sequence[R]]]
"""Does several things, and gives what became of each; or fails, and has done none of them."""

logger = logging.getLogger("azora.mint")


class Batcher(Generic[T, R]):
    """Gathers for a moment what many ask for, and while a batch is at work, the next one."""

    def __init__(self, work: Work[T, R], most: int, gather_seconds: float) -> None:
        self._work = work
        self._most = most
        self._gather_seconds = gather_seconds
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._run: asyncio.Task[None] | None = None

    async def do(self, thing: T) -> R:
        """Have it done together with others; fails for what is wrong with this one alone."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, answer))
        if self._run is None or self._run.done():
            self._run = asyncio.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        await asyncio.sleep(self._gather_seconds)
        while self._waiting:
            size = min(self._most, len(self._waiting))
            taken = [self._waiting.popleft() for _ in range(size)]
            await self._settle([each for each in taken if not each[1].done()])

    async def _settle(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._work([thing for thing, _ in batch])
        except Exception as error:  # noqa: BLE001 (told to whoever asked)
            if len(batch) > 1:
                logger.warning("a batch of %d failed: %s", len(batch), type(error).__name__)
                for each in batch:
                    await self._settle([each])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
        else:
            for (_, answer), result in zip(batch, results, strict=True):
                if not answer.done():
                    answer.set_result(result)
