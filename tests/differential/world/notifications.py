"""A message of every tone to everybody, some of them deleted."""

from itertools import product

from domains.notifications.models import Notification, NotificationType
from tests.differential.awkward import MOMENTS, TEXTS

from . import Cast, Maker


def fill(maker: Maker, cast: Cast) -> None:
    for user, type in product(cast.users.values(), NotificationType):
        maker.add(
            Notification,
            user_id=user.id,
            type=type,
            title=maker.next(TEXTS),
            message=maker.next(TEXTS),
            read_at=maker.sometimes(MOMENTS),
            created_at=maker.moment(),
            deleted_at=MOMENTS[0] if maker.random.random() < 0.2 else None,
        )
