"""Who may see the family, and what people talk about with it."""

from sqlalchemy import ColumnElement, or_

from domains.kernel.policy import Columns, ViewerTerms, anybody, protect
from domains.kernel.viewer import Role

from .models import Conversation, FamilyInteraction, FamilyMember, Message


def sees_own_or_administers(row: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return or_(viewer.is_a(Role.ADMIN), row.user_id == viewer.user_id)


protect(FamilyMember, visible=anybody)
protect(Conversation, visible=sees_own_or_administers)
protect(Message, visible=sees_own_or_administers)
protect(FamilyInteraction, visible=sees_own_or_administers)
