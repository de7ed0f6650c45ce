"""Who may see what services report."""

from sqlalchemy import ColumnElement, or_

from domains.kernel.policy import Columns, ViewerTerms, protect
from domains.kernel.viewer import Role

from .models import ConstitutionalLog, Log


def administers(_log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return viewer.is_a(Role.ADMIN)


def sees_constitutional_log(log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return or_(viewer.is_a(Role.ADMIN), log.user_id == viewer.user_id)


protect(Log, visible=administers)
protect(ConstitutionalLog, visible=sees_constitutional_log)
