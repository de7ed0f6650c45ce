"""Who may see what services report."""

from sqlalchemy import ColumnElement

from domains.kernel.policy import Columns, ViewerTerms, owns_or_administers, protect
from domains.kernel.viewer import Role

from .models import ConstitutionalLog, Log


def administers(_log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    """Admins alone."""
    return viewer.is_a(Role.ADMIN)


protect(Log, visible=administers)
protect(ConstitutionalLog, visible=owns_or_administers)
