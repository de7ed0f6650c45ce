"""Whoever stays is known by their session, and leaves when it ends.

A connection lasts as long as the access token that opened it, so that a stolen one opens nothing
for longer. It ends at once when the session is revoked, and when the person is disabled, deleted
or given another role. Between these, every statement on behalf of the viewer proves the session
before it reads anything: nothing is told on one that has ended, however late that is heard of.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from domains.auth.public import SESSION_PROVER, SESSIONS_ENDED, session_end
from domains.kernel.clock import now
from domains.kernel.context import Context
from domains.kernel.refusal import Unauthenticated
from domains.kernel.signals import Signals
from domains.kernel.watching import Watching
from gateway.context import still

from .endings import RESTART, SESSION_ENDED, TOKEN_EXPIRED
from .seats import Seat, Seats


@dataclass(frozen=True, slots=True)
class Attendance:
    """What ends open connections, and who has one."""

    signals: Signals
    watching: Watching
    seats: Seats

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hear what ends connections; at the end all are told to come back later."""
        staying = [asyncio.create_task(each.run()) for each in (self.signals, self.watching)]
        try:
            yield
        finally:
            self.seats.close(RESTART)
            for each in staying:
                each.cancel()
            await asyncio.gather(*staying, return_exceptions=True)

    @asynccontextmanager
    async def attend(self, context: Context, seat: Seat) -> AsyncIterator[Context]:
        """The surroundings of operations that stay open; the seat ends with the session."""
        viewer = context.viewer
        if viewer.user_id is None or viewer.session_id is None:
            yield replace(context, signals=self.signals, watching=self.watching)
            return
        seat.claim(viewer.user_id)
        ids = [viewer.session_id, viewer.user_id]
        leave = self.signals.attach(SESSIONS_ENDED, ids, lambda _: seat.end(SESSION_ENDED))
        try:
            # Asked once one listens, so that no end can fall between the two.
            timer = await self._expire(context, seat)
            try:
                yield self._lasting(context)
            finally:
                timer.cancel()
        finally:
            leave()

    async def _expire(self, context: Context, seat: Seat) -> asyncio.TimerHandle:
        end = await session_end(context.database, context.viewer)
        if end is None:
            raise Unauthenticated("The session has ended.")
        left = (end - now()).total_seconds()
        return asyncio.get_running_loop().call_later(left, seat.end, TOKEN_EXPIRED)

    def _lasting(self, context: Context) -> Context:
        viewer = context.viewer
        if viewer.session_id is None:
            raise RuntimeError("only a session lasts")
        return replace(
            context,
            viewer=replace(viewer, proof=viewer.session_id.bytes, prover=SESSION_PROVER),
            find_viewer=partial(still, context.database, replace(viewer, proof=None)),
            signals=self.signals,
            watching=self.watching,
        )
