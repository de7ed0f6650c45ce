"""Reports of every level, and acts that kept the constitution, broke it, or were never judged."""

from itertools import product

from domains.health.models import ConstitutionalLog, Log, LogLevel
from tests.differential.awkward import CONTENTS, PERCENTS, TEXTS

from . import Cast, Maker


def fill(maker: Maker, cast: Cast) -> None:
    for level, service in product(LogLevel, ("gateway", "", "Data 'Science'")):
        maker.add(
            Log,
            level=level,
            service=service,
            message=maker.next(TEXTS),
            details=maker.next(CONTENTS),
            created_at=maker.moment(),
        )
    for user, compliant in product((*cast.users.values(), None), (True, False, None)):
        maker.add(
            ConstitutionalLog,
            user_id=user.id if user else None,
            action=maker.next(TEXTS),
            article=maker.sometimes(("IV", "x", "")),
            compliant=compliant,
            score=maker.sometimes(PERCENTS),
            details=maker.next(CONTENTS),
            created_at=maker.moment(),
        )
