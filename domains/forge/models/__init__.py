"""The tables of the namespace `forge`."""

from .columns import NAMESPACE
from .contracts import BASIS_POINTS, Contract, Dispute, Milestone
from .jobs import Application, Job, SkillProfile
from .states import (
    ApplicationStatus,
    ContractStatus,
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
    "DisputeStatus",
    "Job",
    "JobStatus",
    "Milestone",
    "MilestoneStatus",
    "SkillProfile",
]
