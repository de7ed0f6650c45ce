"""Does the queue's tasks and jobs, and delivers the outbox, until it is stopped.

What a worker is torn from is done again by another, so everything is done at least once.
"""

import asyncio
import logging
import pkgutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import partial
from importlib import import_module

import asyncpg

import domains
import domains.kernel.housekeeping
from domains.kernel.database import Database
from domains.kernel.queue import bulk_tasks, tasks
from gateway.couriers import configure_couriers
from gateway.faults import is_busy
from gateway.identity import configure_identity
from gateway.outbox import Outcome, deliver_next
from gateway.served import app_url
from gateway.settings import Settings
from gateway.tasks import queue_worker
from gateway.terms import configure_terms

logger = logging.getLogger("azora.worker")

POLL_SECONDS = 5
LOOK_SECONDS = 0.25
"""How often it looks for events. Nobody wakes it: transactions that notify commit one at a time,
and those that move money would wait for each other."""

RECONNECT_SECONDS = 2
GRACE_SECONDS = 10
"""How long what is at hand may take once the worker has to end."""

INSISTENCE_SECONDS = 1
"""How long it has then to put that back."""

BATCH = 2
"""How many tasks it takes at once; twice as many may run beside each other."""

BULK = 32
"""The same of those that are best done together."""

HEARTBEAT = timedelta(seconds=30)
"""A task whose worker was not heard of for so long is done by another."""

BACKGROUND = ("jobs", "subscribers")
"""The modules or packages of a domain that work in the background. Imported, they are known."""


class Worker:
    """Works until it is stopped; tasks wake it, and the clock does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.stopped = asyncio.Event()
        self._wakes: set[asyncio.Event] = {self.stopped}

    def stop(self) -> None:
        """Finish what is at hand, and begin nothing else."""
        for event in self._wakes:
            event.set()

    async def run(self) -> None:
        """Deliver events and do tasks beside each other."""
        bulk = bulk_tasks()
        single = partial(self._work, tasks().keys() - bulk, BATCH)
        together = partial(self._work, bulk, BULK)
        await asyncio.gather(self._again(self._deliver), self._again(single), self._again(together))

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Work, and begin again whenever the database was away."""
        while not self.stopped.is_set():
            try:
                await work()
            except Exception as error:
                if not is_busy(error):
                    logger.exception("the worker begins again after a fault")
                else:
                    logger.warning("the database is away: %s", type(error).__name__)
                await _sleep(self.stopped, RECONNECT_SECONDS)

    async def _work(self, names: Collection[str], batch: int) -> None:
        async with _connected(self.database.url) as connection:
            queue = queue_worker(connection, self.database, names)
            with self._waking(queue.shutdown, connection):
                await queue.run(
                    dequeue_timeout=timedelta(seconds=POLL_SECONDS),
                    batch_size=batch,
                    max_concurrent_tasks=2 * batch,
                    heartbeat_timeout=HEARTBEAT,
                    # Its statistics have no reader here.
                    log_aggregation_interval=timedelta(0),
                )

    async def _deliver(self) -> None:
        while not self.stopped.is_set():
            if await deliver_next(self.database) is Outcome.NOTHING:
                await _sleep(self.stopped, LOOK_SECONDS)

    @contextmanager
    def _waking(self, event: asyncio.Event, connection: asyncpg.Connection) -> Iterator[None]:
        """Set the event when the worker is stopped or the connection is lost."""
        connection.add_termination_listener(lambda _: event.set())
        self._wakes.add(event)
        if self.stopped.is_set():
            event.set()
        try:
            yield
        finally:
            self._wakes.discard(event)


@asynccontextmanager
async def background(database: Database) -> AsyncIterator[Worker]:
    """A worker for as long as the context lasts, and until what is at hand then is finished."""
    worker = Worker(database)
    run = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await asyncio.wait({run}, timeout=GRACE_SECONDS)
        # What is still at hand goes back to where it came from, though not at the first word.
        while not run.done():
            run.cancel()
            await asyncio.wait({run}, timeout=INSISTENCE_SECONDS)


def run(settings: Settings) -> None:
    """The worker as a process of its own, which SIGTERM and SIGINT end."""
    configure_identity(settings)
    configure_terms(settings)
    configure_couriers(settings)
    asyncio.run(_run(Database(app_url(settings))))


async def _run(database: Database) -> None:
    try:
        async with background(database) as worker:
            with suppress(NotImplementedError):  # Windows has no signals for loops; it just ends.
                for number in (signal.SIGTERM, signal.SIGINT):
                    asyncio.get_running_loop().add_signal_handler(number, worker.stop)
            await worker.stopped.wait()
    finally:
        await database.close()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        connection.terminate()


async def _sleep(until: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)


def _import_background() -> None:
    for module in pkgutil.walk_packages(domains.__path__, "domains."):
        if module.name.split(".")[2:3] and module.name.split(".")[2] in BACKGROUND:
            import_module(module.name)


_import_background()
