"""Statements on how far students are, in modules and in courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.education.models import LearningProgress
from domains.kernel.clock import now

WHOLE = Decimal(100)
MOST_IN_ALL = 525_600
"""Minutes that are counted in one module: those of a year."""

ADVANCE = text(
    """
with standing as (
  select place.id, count(*) as modules, coalesce(sum(done.progress), 0) as total
  from education.enrollments place
  join education.modules module on module.course_id = place.course_id
  left join education.learning_progress done
    on done.module_id = module.id and done.student_id = place.student_id
  where place.course_id = :course and place.status = 'active'
    and place.id = coalesce(:only, place.id)
  group by place.id
), stands as (
  select id, total = 100 * modules as whole, round(total / modules, 2) as mean from standing
)
update education.enrollments place
set progress = case when whole then 100 else least(mean, 99.99) end,
  status = case when whole then 'completed'::education.enrollment_status else status end,
  completed_at = case when whole then :moment end
from stands, education.students student
where place.id = stands.id and place.status = 'active' and student.id = place.student_id
  and (whole or place.progress <> least(mean, 99.99))
returning place.id, student.user_id, whole
"""
).bindparams(
    bindparam("course", type_=Uuid),
    bindparam("only", type_=Uuid),
    bindparam("moment", type_=DateTime(timezone=True)),
)
"""All who take a course, or one of them: progress becomes the mean of the modules', and who has
done all of these has completed it. A place that was completed before stays as it is."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Somebody's place in a course that is complete now."""

    enrollment_id: UUID
    user_id: UUID


async def advance(
    session: AsyncSession, course_id: UUID, enrollment_id: UUID | None = None
) -> Sequence[Completion]:
    """Bring the progress of active places up to date; gives those that this completes.

    The course is locked, or held, by the transaction: its modules do not change meanwhile.
    """
    await session.flush()
    given = {"course": course_id, "only": enrollment_id, "moment": now()}
    found = await (await session.connection()).execute(ADVANCE, given)
    return [Completion(id, user_id) for id, user_id, whole in found if whole]


async def complete(session: AsyncSession, student_id: UUID, module_id: UUID, minutes: int) -> UUID:
    """Note a module as done; the time adds up, and the first completion counts."""
    there, moment = LearningProgress, now()
    changed = {
        "progress": WHOLE,
        "completed_at": func.coalesce(col(there.completed_at), moment),
    }
    values = {"progress": WHOLE, "completed_at": moment}
    return await _note(session, student_id, module_id, minutes, values, changed)


async def progress(
    session: AsyncSession, student_id: UUID, module_id: UUID, minutes: int, percent: Decimal
) -> UUID:
    """Note how far a student is in a module; it never goes back."""
    changed = {"progress": func.greatest(col(LearningProgress.progress), percent)}
    return await _note(session, student_id, module_id, minutes, {"progress": percent}, changed)


async def _note(
    session: AsyncSession,
    student_id: UUID,
    module_id: UUID,
    minutes: int,
    values: dict[str, Any],
    changed: dict[str, Any],
) -> UUID:
    there = LearningProgress
    given = {"student_id": student_id, "module_id": module_id, "minutes_spent": minutes}
    spent = func.least(col(there.minutes_spent) + minutes, MOST_IN_ALL)
    added = insert(there).values(started_at=now(), **given | values)
    noted = added.on_conflict_do_update(
        index_elements=[col(there.student_id), col(there.module_id)],
        set_={"minutes_spent": spent} | changed,
    ).returning(col(there.id))
    id: UUID = (await session.exec(noted)).scalar_one()
    return id
