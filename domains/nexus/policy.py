"""Who may see what is known of a person."""

from sqlalchemy import ColumnElement, or_

from domains.kernel.policy import Columns, ViewerTerms, protect
from domains.kernel.viewer import Role

from .models import AuditLog, Interaction, Recommendation, UserProfile


def sees_own_or_administers(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return or_(viewer.is_a(Role.ADMIN), row.user_id == viewer.user_id)


protect(UserProfile, visible=sees_own_or_administers)
protect(Recommendation, visible=sees_own_or_administers)
protect(Interaction, visible=sees_own_or_administers)
protect(AuditLog, visible=sees_own_or_administers)
