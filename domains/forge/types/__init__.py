"""What the forge shows of itself."""

from .filters import (
    ContractFilter,
    DisputeFilter,
    JobApplicationFilter,
    JobFilter,
    JobOrder,
    MilestoneFilter,
    SkillProfileFilter,
    SkillProfileOrder,
)
from .nodes import Contract, Dispute, Job, JobApplication, Milestone, SkillProfile
from .stats import JobGrouping, JobStats

__all__ = [
    "Contract",
    "ContractFilter",
    "Dispute",
    "DisputeFilter",
    "Job",
    "JobApplication",
    "JobApplicationFilter",
    "JobFilter",
    "JobGrouping",
    "JobOrder",
    "JobStats",
    "Milestone",
    "MilestoneFilter",
    "SkillProfile",
    "SkillProfileFilter",
    "SkillProfileOrder",
]
