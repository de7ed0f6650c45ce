"""The statements that somebody would write by hand who knows the questions and the data.

Text is put together rather than JSON values, because that costs Postgres least. The author knows
which columns are never null, who asks (an anonymous viewer sees published courses and their
modules, an admin everything), and that a module's position is unique within its course.

The length of a long list is bound and not written out: under row-level security Postgres takes
far fewer rows to be visible than an admin sees, and would then rather sort the whole table.
"""

from collections.abc import Callable
from typing import Final

COURSE_ID: Final = "encode('Course:'::bytea || uuid_send(c.id), 'base64')"
MODULE_ID: Final = "encode('Module:'::bytea || uuid_send(m.id), 'base64')"
STUDENT_ID: Final = "encode('Student:'::bytea || uuid_send(s.id), 'base64')"
ENROLLMENT_ID: Final = "encode('Enrollment:'::bytea || uuid_send(e.id), 'base64')"
PRICE: Final = """'{"amount":"' || trim_scale(c.price) || '","currency":"' || c.currency || '"}'"""

ONE_COURSE = f"""
'{{"data":{{"course":' || coalesce((
  select '{{"id":"' || {COURSE_ID} || '","title":' || to_json(c.title)
    || ',"description":' || to_json(c.description) || ',"price":' || {PRICE}
    || ',"durationHours":' || c.duration_hours || ',"level":"' || upper(c.level::text)
    || '","category":' || to_json(c.category) || ',"publishedAt":' || to_json(c.published_at)
    || '}}'
  from education.courses c
  where c.id = $1 and c.published_at is not null), 'null') || '}}}}'
"""

COURSES_WITH_MODULES = f"""
'{{"data":{{"courses":{{"nodes":[' || coalesce((
  select string_agg(item, ',') from (
    select '{{"id":"' || {COURSE_ID} || '","title":' || to_json(c.title)
      || ',"level":"' || upper(c.level::text) || '","category":' || to_json(c.category)
      || ',"price":' || {PRICE} || ',"modules":[' || coalesce((
        select string_agg(item, ',') from (
          select '{{"id":"' || {MODULE_ID} || '","title":' || to_json(m.title)
            || ',"description":' || coalesce(to_json(m.description)::text, 'null')
            || ',"position":' || m.position || '}}' as item
          from education.modules m where m.course_id = c.id
          order by m.position limit 10) m), '') || ']}}' as item
    from education.courses c where c.published_at is not null
    order by c.id desc limit 20) c), '') || ']}}}}}}'
"""

STUDENTS_WITH_COURSES = f"""
'{{"data":{{"students":{{"nodes":[' || coalesce((
  select string_agg(item, ',') from (
    select '{{"id":"' || {STUDENT_ID} || '","firstName":' || to_json(s.first_name)
      || ',"lastName":' || to_json(s.last_name) || ',"enrollments":{{"nodes":[' || coalesce((
        select string_agg(item, ',') from (
          select '{{"id":"' || {ENROLLMENT_ID} || '","status":"' || upper(e.status::text)
            || '","progress":"' || trim_scale(e.progress) || '","course":' || (
              select '{{"id":"' || {COURSE_ID} || '","title":' || to_json(c.title)
                || ',"modules":[' || coalesce((
                  select string_agg(item, ',') from (
                    select '{{"id":"' || {MODULE_ID} || '","title":' || to_json(m.title)
                      || ',"position":' || m.position || '}}' as item
                    from education.modules m where m.course_id = c.id
                    order by m.position limit 10) m), '') || ']}}'
              from education.courses c where c.id = e.course_id) || '}}' as item
          from education.enrollments e where e.student_id = s.id
          order by e.id desc limit 10) e), '') || ']}}}}' as item
    from education.students s order by s.id desc limit 20) s), '') || ']}}}}}}'
"""

STUDENTS_ALONE = f"""
'{{"data":{{"students":{{"nodes":[' || coalesce((
  select string_agg(item, ',') from (
    select '{{"id":"' || {STUDENT_ID} || '","firstName":' || to_json(s.first_name)
      || ',"lastName":' || to_json(s.last_name) || ',"email":' || to_json(s.email)
      || ',"grade":' || coalesce(to_json(s.grade)::text, 'null')
      || ',"country":' || to_json(s.country) || ',"createdAt":' || to_json(s.created_at)
      || '}}' as item
    from education.students s order by s.id desc limit $2) s), '') || ']}}}}}}'
"""


def bare(text: str) -> str:
    """The answer alone, for a role that row-level security does not concern."""
    return f"select convert_to({text}, 'UTF8')"


def settled_for_anonymous(text: str) -> str:
    """The settings of a viewer who has not signed in, then the answer: one statement."""
    settings = _settings("''", "'anonymous'")
    return f"select case when {settings} then convert_to({text}, 'UTF8') end"


def bare_for_admin(text: str) -> str:
    """The answer for the bearer of an admin's token."""
    return f"{bare(text)} from auth.viewer_of_token($1, now()) viewer where viewer.role = 'admin'"


def settled_for_admin(text: str) -> str:
    """The same with the bearer's settings, still in one statement."""
    settings = _settings("viewer.user_id::text", "viewer.role")
    return f"""select case when {settings} then convert_to({text}, 'UTF8') end
      from auth.viewer_of_token($1, now()) viewer where viewer.role = 'admin'"""


def _settings(user_id: str, role: str) -> str:
    return f"""set_config('azora.user_id', {user_id}, true) is not null
      and set_config('azora.role', {role}, true) is not null"""


def statements(*, row_security: bool) -> dict[str, str]:
    """The statement of each workload, with the settings where row-level security asks for them."""
    public: Callable[[str], str] = settled_for_anonymous if row_security else bare
    private: Callable[[str], str] = settled_for_admin if row_security else bare_for_admin
    return {
        "q1": public(ONE_COURSE),
        "q2": public(COURSES_WITH_MODULES),
        "q3": private(STUDENTS_WITH_COURSES),
        "q4": private(STUDENTS_ALONE),
    }
