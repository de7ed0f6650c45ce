"""Who may see jobs, those who do them, and what the two agree on."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from domains.kernel.policy import Columns, Group, ViewerTerms, protect
from domains.kernel.viewer import Role

from .models import (
    Application,
    Contract,
    Dispute,
    Job,
    JobStatus,
    Milestone,
    SkillProfile,
)

APPLICATIONS = Application.__table__  # type: ignore[attr-defined]


def _applied_job_ids(viewer: ViewerTerms) -> Select[Any]:
    return select(APPLICATIONS.c.job_id).where(APPLICATIONS.c.freelancer_id == viewer.user_id)


APPLIED_JOBS = Group("forge.viewer_applied_job_ids", _applied_job_ids)


def sees_job(job: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Jobs are public as long as one can apply; later they are for those who did, too."""
    return or_(
        viewer.is_a(Role.ADMIN),
        job.status == JobStatus.OPEN,
        job.employer_id == viewer.user_id,
        viewer.holds(job.id, APPLIED_JOBS),
    )


def is_party(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The viewer is the employer or the freelancer."""
    return or_(row.employer_id == viewer.user_id, row.freelancer_id == viewer.user_id)


def is_party_or_administers(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """The employer, the freelancer, and admins."""
    return or_(viewer.is_a(Role.ADMIN), is_party(row, viewer))


def sees_skill_profile(profile: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Freelancers are known to those who have work to give."""
    return or_(viewer.is_a(Role.ADMIN, Role.EMPLOYER), profile.user_id == viewer.user_id)


protect(Job, visible=sees_job)
protect(Application, visible=is_party_or_administers)
protect(Contract, visible=is_party_or_administers)
protect(Milestone, visible=is_party_or_administers)
protect(Dispute, visible=is_party_or_administers)
protect(SkillProfile, visible=sees_skill_profile)
