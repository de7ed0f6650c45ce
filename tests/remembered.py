"""People whom a process remembers, so that its statements have to make sure of them."""

from dataclasses import dataclass, field
from datetime import timedelta

from domains.auth.engine import tokens
from domains.auth.models import Session
from domains.auth.public import RememberedViewers
from domains.kernel.clock import now
from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import Viewer
from gateway.context import context_of
from tests.makers import a_user, put


@dataclass(frozen=True, slots=True)
class Remembered:
    """Somebody who has asked for something a moment ago."""

    database: Database
    token: str
    known: RememberedViewers = field(default_factory=RememberedViewers)

    @property
    def viewer(self) -> Viewer:
        """As the process remembers them."""
        viewer = self.known.viewer(self.token)
        assert viewer is not None
        return viewer

    async def context(self) -> Context:
        """The surroundings of another operation of theirs."""
        headers = {"authorization": f"Bearer {self.token}"}
        return await context_of(self.database, headers, None, "test-request", self.known)


async def remembered(database: Database) -> Remembered:
    """A signed-in student whom the process knows already."""
    token, until = tokens.new_access_token(), now() + timedelta(hours=1)
    user = await a_user(database)
    session = Session(
        user_id=user.id,
        token_hash=tokens.digest(token),
        expires_at=until,
        access_expires_at=until,
    )
    await put(database, session)
    person = Remembered(database, token)
    await person.context()
    return person
