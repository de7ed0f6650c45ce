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
from .matching import CandidateMatch, JobMatch
from .nodes import Contract, Dispute, Job, JobApplication, Milestone, SkillProfile
from .stats import JobGrouping, JobStats

__all__ = [
    "CandidateMatch",
    "Contract",
    "ContractFilter",
    "Dispute",
    "DisputeFilter",
    "Job",
    "JobApplication",
    "JobApplicationFilter",
    "JobFilter",
    "JobGrouping",
    "JobMatch",
    "JobOrder",
    "JobStats",
    "Milestone",
    "MilestoneFilter",
    "SkillProfile",
    "SkillProfileFilter",
    "SkillProfileOrder",
]
