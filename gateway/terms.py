"""On what terms people learn and work for each other: what an operator's settings say of that."""

from datetime import timedelta

from domains.education import public as education
from domains.forge import public as forge
from gateway.settings import Settings


def configure_terms(settings: Settings) -> None:
    """Have this process deal by these terms; what was agreed on before keeps its own."""
    education.choices.refund_days = settings.refund_days
    education.choices.refund_progress = settings.refund_progress
    forge.choices.fee_bps = settings.platform_fee_bps
    forge.choices.auto_release = timedelta(days=settings.auto_release_days)
    forge.choices.escalate_after = timedelta(days=settings.dispute_escalation_days)
