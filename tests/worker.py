"""Does in a test what workers would do by now."""

import asyncio
from datetime import timedelta

import asyncpg
from pgqueuer.core.applications import PgQueuer

from domains.kernel.clock import now
from domains.kernel.database import Database
from gateway.outbox import deliver_once
from gateway.tasks import queue_worker

BY_THE_TESTS_CLOCK = """
update queue.pgqueuer set execute_after = least(execute_after, now() - interval '1 second')
where status = 'queued' and execute_after <= $1
"""

AT_HAND = """
select exists (select from queue.pgqueuer
               where status = 'queued' and execute_after < now() and entrypoint = any($1)
                  or status = 'picked' and queue_manager_id = $2)
"""


async def work_off(database: Database) -> None:
    """Do everything that is due: events, tasks, and what these leave to be done."""
    while await deliver_once(database) + await _do_tasks(database):
        pass


async def _do_tasks(database: Database) -> bool:
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(BY_THE_TESTS_CLOCK, now())
        worker = queue_worker(connection, database)
        if not await _is_busy(worker):
            return False
        await _drain(worker)
        return True
    finally:
        await connection.close()


async def _drain(worker: PgQueuer) -> None:
    """Unlike the library's own draining, this does not wait for what is to be done later."""
    run = asyncio.create_task(
        worker.qm.run(
            dequeue_timeout=timedelta(seconds=0.02),
            # How a task ended is then noted without delay.
            batch_size=1,
            max_concurrent_tasks=4,
            log_aggregation_interval=timedelta(0),
        )
    )
    while not run.done() and await _is_busy(worker):  # noqa: ASYNC110 (a table sets no event)
        await asyncio.sleep(0.005)
    worker.shutdown.set()
    await run


async def _is_busy(worker: PgQueuer) -> bool:
    known = list(worker.qm.entrypoint_registry)
    [found] = await worker.connection.fetch(AT_HAND, known, worker.qm.queue_manager_id)
    return bool(found["exists"])
