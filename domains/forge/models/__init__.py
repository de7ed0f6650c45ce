"""The tables of the namespace `forge`."""

from .columns import BASIS_POINTS, NAMESPACE
from .contracts import Contract, Milestone
from .disputes import Dispute
from .jobs import Application, Job, SkillProfile
from .states import (
    ApplicationStatus,
    ContractStatus,
    DisputeOutcome,
    DisputeStatus,
    JobStatus,
    MilestoneStatus,
)

__all__ = [
    "BASIS_POINTS",
    "NAMESPACE",
    "Application",
    "ApplicationStatus",
    "Contract",
    "ContractStatus",
    "Dispute",
    "DisputeOutcome",
    "DisputeStatus",
    "Job",
    "JobStatus",
    "Milestone",
    "MilestoneStatus",
    "SkillProfile",
]
