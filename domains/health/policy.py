"""Who may see what services report."""

from typing import cast

from sqlalchemy import ColumnElement, any_, func, or_, select

from domains.kernel.policy import Columns, ViewerTerms, database_function, protect
from domains.kernel.read.words import words
from domains.kernel.viewer import Role

from .models import ConstitutionalLog, Log

WORDS_FUNCTION = """
create or replace function health.logs_with_words(sought tsquery) returns setof uuid
language sql stable security definer set search_path = '' set enable_seqscan = off as $$
  -- The index has the words of every message; reading the rows would be parsing them all again.
  select id from health.logs
  where to_tsvector('english', message) @@ sought
  and current_setting('azora.role', true) in ('admin', 'system')
$$
"""
"""The ids of the logs that have some words, for those who may see all logs."""


def message_has_words(log: Columns, text: ColumnElement[str]) -> ColumnElement[bool]:
    """Row security would keep a search from its index, and the logs are too many to read."""
    found = database_function("health.logs_with_words")(words(text), type_=log.id.type)
    ids = select(found).scalar_subquery()
    return cast("ColumnElement[bool]", log.id == any_(func.array(ids)))


def administers(_log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return viewer.is_a(Role.ADMIN)


def sees_constitutional_log(log: Columns, viewer: ViewerTerms) -> ColumnElement[bool]:
    return or_(viewer.is_a(Role.ADMIN), log.user_id == viewer.user_id)


protect(Log, visible=administers)
protect(ConstitutionalLog, visible=sees_constitutional_log)
