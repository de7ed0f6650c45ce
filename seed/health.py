"""What services report on an ordinary day, and an act that kept the constitution."""

from decimal import Decimal
from typing import Any

from sqlmodel import SQLModel

from domains.health.models import ConstitutionalLog, Log, LogLevel

from .accounts import STUDENT
from .ids import fixed_id

REPORTS: tuple[tuple[LogLevel, str, str, dict[str, Any]], ...] = (
    (LogLevel.DEBUG, "gateway", "Plans are kept", {"plans": 128}),
    (LogLevel.INFO, "gateway", "Ready to serve", {"port": 8000}),
    (LogLevel.INFO, "worker", "Events delivered", {"events": 3}),
    (LogLevel.WARN, "gateway", "Slow response", {"milliseconds": 5200}),
    (LogLevel.ERROR, "worker", "Delivery failed, and is tried again", {"attempt": 1}),
)


async def rows() -> list[SQLModel]:
    return [*_reports(), _judgement()]


def _reports() -> list[SQLModel]:
    return [
        Log(
            id=fixed_id("log", place),
            level=level,
            service=service,
            message=message,
            details=details,
        )
        for place, (level, service, message, details) in enumerate(REPORTS)
    ]


def _judgement() -> ConstitutionalLog:
    return ConstitutionalLog(
        id=fixed_id("constitutional log"),
        user_id=STUDENT.id,
        action="recommendations_generated",
        article="V",
        compliant=True,
        score=Decimal(95),
        details={"reasons": ["The person agreed.", "The reasons are shown."]},
    )
