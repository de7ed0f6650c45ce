"""The rules of sending money: from a wallet of one's own, to somebody whose address one knows."""

from functools import partial
from uuid import UUID

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.public import Action, demand, note
from domains.kernel.context import Client
from domains.kernel.database import Database
from domains.kernel.refusal import Refused, Unauthenticated
from domains.kernel.viewer import SYSTEM, Role, Viewer
from domains.mint import repository
from domains.mint.events import MoneyTransferred

from .orders import PATHS, Order, told
from .posting import located, refusal_of

TO_ADDRESS = ["input", "toAddress"]


async def transfer(database: Database, viewer: Viewer, order: Order, address: str) -> UUID:
    """Send money, in one statement; gives the transaction.

    The statement asks as well whether the viewer, and no admin as them, has proved lately who they
    are, and does nothing if not.
    """
    with located(PATHS):
        send = partial(_send, database, viewer, order, address)
        moved = await send()
        if moved is None:
            await database.transaction(SYSTEM, _demand, viewer)
            moved = await send()
    if moved is None:
        # The session has ended since the request came.
        raise Unauthenticated
    return moved


async def _send(database: Database, viewer: Viewer, order: Order, address: str) -> UUID | None:
    reason = None if order.reason is None else told(order.reason)
    try:
        return await repository.transfer(
            database,
            viewer,
            key=order.key,
            wallet_id=order.wallet_id,
            address=address,
            amount=order.amount,
            reason=reason,
            administers=viewer.role is Role.ADMIN,
        )
    except asyncpg.PostgresError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        refusal.path = TO_ADDRESS if getattr(error, "detail", None) == "recipient" else []
        raise Refused(refusal) from None


async def _demand(session: AsyncSession, _system: Viewer, viewer: Viewer) -> None:
    await demand(session, viewer)


async def note_transfer(session: AsyncSession, event: MoneyTransferred) -> None:
    """Write down who sent what to whom; the session tells where they were."""
    moved = await repository.movement(session, event.transaction_id)
    actor = Viewer(event.actor_id, Role.SYSTEM, event.session_id)
    note(
        session,
        Action.WALLET_TRANSFER,
        Client(),
        user_id=event.actor_id,
        viewer=actor,
        resource=f"wallet:{moved.from_id}",
        transaction=str(moved.id),
        amount=f"{moved.amount:f}",
        currency=moved.currency.value,
        to=str(moved.to_id),
    )
