"""Where messages stay when nothing carries them: the terminal, or files in a folder."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import click

from domains.kernel.clock import now
from domains.kernel.courier import Mail, TextMessage
from domains.kernel.row import uuid7

from .smtp import message_of

RULE = "─" * 72


class ConsoleMailer:
    """Prints letters, so that whoever tries the program sees their links."""

    async def send(self, mail: Mail) -> None:
        heading = f"Mail to {mail.to}: {mail.subject}"
        click.echo(f"{RULE}\n{heading}\n\n{mail.text}{RULE}")


class ConsoleTexter:
    """Prints text messages."""

    async def send(self, message: TextMessage) -> None:
        click.echo(f"{RULE}\nText message to {message.to}: {message.body}\n{RULE}")


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Leaves letters as `.eml` files, which mail programs open."""

    folder: Path
    sender: str

    async def send(self, mail: Mail) -> None:
        content = message_of(mail, self.sender).as_bytes()
        await asyncio.to_thread(_keep, self.folder, ".eml", content)


@dataclass(frozen=True, slots=True)
class FolderTexter:
    """Leaves text messages as `.txt` files."""

    folder: Path

    async def send(self, message: TextMessage) -> None:
        content = f"To: {message.to}\n\n{message.body}\n".encode()
        await asyncio.to_thread(_keep, self.folder, ".txt", content)


def _keep(folder: Path, ending: str, content: bytes) -> None:
    """Write a file whose name sorts by time, for its owner alone: what it holds opens accounts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{now():%Y%m%dT%H%M%S}-{uuid7()}{ending}"
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(content)
