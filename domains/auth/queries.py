"""Auth's fields of `Query`."""

from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import by_id, pages, single

from .types import User, UserFilter


@prose.output
class AuthQuery:
    """People."""

    viewer: User | None = single(lambda user, _arguments, viewer: user.id == viewer.user_id)
    """The person who asks; null if they have not signed in."""

    user: User | None = by_id()
    """A person."""

    users: Connection[User] | None = pages(where=UserFilter)
    """The people whom the viewer may see, newest first."""
