"""A server of this process on a real socket, and what it answers to bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

PATIENCE = 5.0


@asynccontextmanager
async def listening(server: uvicorn.Server) -> AsyncIterator[int]:
    """Have a server take connections on a free port of loopback, which is yielded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server._serve([listener]))
        try:
            async with asyncio.timeout(PATIENCE):
                while not server.started:  # noqa: ASYNC110 (it sets no event)
                    await asyncio.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def answer(port: int, *parts: bytes, pause: float = 0) -> bytes:
    """All that comes back until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)

    sending = asyncio.create_task(send())
    found = await asyncio.wait_for(reader.read(), PATIENCE)
    sending.cancel()
    writer.close()
    return found
