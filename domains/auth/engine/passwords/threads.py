"""Threads for what takes too long to be done on the event loop, with a queue that is never long."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

THREADS = os.cpu_count() or 1
LONGEST_QUEUE = 32


class TooManyPasswords(Exception):
    """More passwords wait than could be answered soon."""

    code = "SERVER_BUSY"


class Bench:
    """So many threads, and a queue before them that turns away who comes when it is full."""

    def __init__(self, threads: int, longest_queue: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._room = threads + longest_queue

    async def run(self, work: Callable[[], T]) -> T:
        """Run in a thread, or refuse at once."""
        if self._room == 0:
            raise TooManyPasswords
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1


hashing = Bench(THREADS, LONGEST_QUEUE)
"""For hashes, which set the interpreter free while they are made."""

judging = Bench(1, 4 * LONGEST_QUEUE)
"""For guesses at how long a guesser would take. One thread, because the estimator keeps what it is
told about a person where another thread would read it."""
