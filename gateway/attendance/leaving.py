"""How a connection that stays is left, over either transport."""

import asyncio


class Gone(Exception):
    """Nothing can be sent any more."""


async def stopped(*tasks: asyncio.Task[None]) -> None:
    """End tasks, and wait until they have."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
