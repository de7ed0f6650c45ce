"""The statements that somebody would write by hand who knows the questions and the data.

Text is put together rather than JSON values, because that costs Postgres least. The author knows
which columns are never null, who asks (an anonymous viewer sees published courses and their
modules, an admin everything, the student what is theirs), and that a module's position is unique
within its course.

The length of a long list is bound and not written out: under row-level security Postgres takes
far fewer rows to be visible than an admin sees, and would then rather sort the whole table.
"""

from typing import Final

from bench.statement_of_viewer import EVERYTHING
from bench.workloads import WORKLOADS, Asker, Workload

COURSE_ID: Final = "encode('Course:'::bytea || uuid_send(c.id), 'base64')"
MODULE_ID: Final = "encode('Module:'::bytea || uuid_send(m.id), 'base64')"
STUDENT_ID: Final = "encode('Student:'::bytea || uuid_send(s.id), 'base64')"
ENROLLMENT_ID: Final = "encode('Enrollment:'::bytea || uuid_send(e.id), 'base64')"
NOTIFICATION_ID: Final = "encode('Notification:'::bytea || uuid_send(id), 'base64')"
PRICE: Final = """'{"amount":"' || trim_scale(c.price) || '","currency":"' || c.currency || '"}'"""
PAID: Final = """'{"amount":"' || trim_scale(e.price) || '","currency":"' || e.currency || '"}'"""

ONE_COURSE = f"""
'{{"data":{{"course":' || coalesce((
  select '{{"id":"' || {COURSE_ID} || '","title":' || json_scalar(c.title)
    || ',"description":' || json_scalar(c.description) || ',"price":' || {PRICE}
    || ',"durationHours":' || c.duration_hours || ',"level":"' || upper(c.level::text)
    || '","category":' || json_scalar(c.category)
    || ',"publishedAt":' || json_scalar(c.published_at) || '}}'
  from education.courses c
  where c.id = :asked and c.published_at is not null), 'null') || '}}}}'
"""

COURSES_WITH_MODULES = f"""
'{{"data":{{"courses":{{"nodes":[' || coalesce((
  select string_agg(item, ',') from (
    select '{{"id":"' || {COURSE_ID} || '","title":' || json_scalar(c.title)
      || ',"level":"' || upper(c.level::text) || '","category":' || json_scalar(c.category)
      || ',"price":' || {PRICE} || ',"modules":[' || coalesce((
        select string_agg(item, ',') from (
          select '{{"id":"' || {MODULE_ID} || '","title":' || json_scalar(m.title)
            || ',"description":' || coalesce(json_scalar(m.description)::text, 'null')
            || ',"position":' || m.position || '}}' as item
          from education.modules m where m.course_id = c.id
          order by m.position limit 10) m), '') || ']}}' as item
    from education.courses c where c.published_at is not null and c.category = :asked
    order by c.id desc limit 20) c), '') || ']}}}}}}'
"""

STUDENTS_WITH_COURSES = f"""
'{{"data":{{"students":{{"nodes":[' || coalesce((
  select string_agg(item, ',') from (
    select '{{"id":"' || {STUDENT_ID} || '","firstName":' || json_scalar(s.first_name)
      || ',"lastName":' || json_scalar(s.last_name) || ',"enrollments":{{"nodes":[' || coalesce((
        select string_agg(item, ',') from (
          select '{{"id":"' || {ENROLLMENT_ID} || '","status":"' || upper(e.status::text)
            || '","progress":"' || trim_scale(e.progress) || '","course":' || (
              select '{{"id":"' || {COURSE_ID} || '","title":' || json_scalar(c.title)
                || ',"modules":[' || coalesce((
                  select string_agg(item, ',') from (
                    select '{{"id":"' || {MODULE_ID} || '","title":' || json_scalar(m.title)
                      || ',"position":' || m.position || '}}' as item
                    from education.modules m where m.course_id = c.id
                    order by m.position limit 10) m), '') || ']}}'
              from education.courses c where c.id = e.course_id) || '}}' as item
          from education.enrollments e where e.student_id = s.id
          order by e.id desc limit 10) e), '') || ']}}}}' as item
    from education.students s order by s.id desc limit 20) s), '') || ']}}}}}}'
"""

PAGE_OF_PLACES = f"""
(select '{{"data":{{"enrollments":{{"nodes":[' || coalesce(string_agg(item, ','), '')
    || '],"pageInfo":{{"hasNextPage":' || (count(*) > count(item)) || ',"endCursor":' || coalesce(
      '"' || translate(encode(convert_to('["NEWEST","' || (array_agg(id))[count(item)]::text
        || '"]', 'UTF8'), 'base64'), E'\\n', '') || '"', 'null') || '}}}}}}}}'
  from (
    select e.id, case when row_number() over () <= 100 then
      '{{"id":"' || {ENROLLMENT_ID} || '","status":"' || upper(e.status::text)
      || '","progress":"' || trim_scale(e.progress) || '","price":' || {PAID}
      || ',"attempt":' || e.attempt || ',"enrolledAt":' || json_scalar(e.enrolled_at)
      || ',"completedAt":' || coalesce(json_scalar(e.completed_at)::text, 'null')
      || '}}' end as item
    from (
      select e.id, e.status, e.progress, e.price, e.currency, e.attempt, e.enrolled_at,
        e.completed_at
      from education.enrollments e where e.status = 'active' and e.id < :asked
      order by e.id desc limit 101) e) e)
"""

COURSES_COUNTED = """
'{"data":{"courseStats":[' || coalesce((
  select string_agg(item, ',') from (
    select '{"category":' || json_scalar(c.category) || ',"level":"' || upper(c.level::text)
      || '","currency":"' || c.currency || '","count":' || count(*)
      || ',"price":{"sum":"' || trim_scale(sum(c.price))
      || '","average":"' || trim_scale(round(avg(c.price), 8))
      || '","min":"' || trim_scale(min(c.price)) || '","max":"' || trim_scale(max(c.price))
      || '"},"durationHours":{"average":"' || trim_scale(round(avg(c.duration_hours), 8))
      || '"}}' as item
    from education.courses c where c.published_at is not null
    group by c.category, c.level, c.currency order by c.category, c.level, c.currency limit 100
  ) c), '') || ']}}'
"""

TEXTS: Final = {
    "q1": ONE_COURSE,
    "q2": COURSES_WITH_MODULES,
    "q3": STUDENTS_WITH_COURSES,
    "q4": PAGE_OF_PLACES,
    "viewer": EVERYTHING,
    "stats": COURSES_COUNTED,
}

# The place of the row is asked of the settings, so that they are made before policies read them.
MARK_READ = f"""
with viewer as materialized (
  select user_id from auth.viewer_of_token(:token, now()) viewer
  where viewer.role = 'student' and :settings),
marked as (
  update notifications.notifications set read_at = coalesce(read_at, now())
  where id = (select :asked from viewer) and user_id = (select user_id from viewer)
    and deleted_at is null
  returning id, read_at)
select convert_to('{{"data":{{"notificationMarkRead":{{"notification":{{"id":"' || {NOTIFICATION_ID}
  || '","readAt":' || json_scalar(read_at) || '}},"userErrors":[]}}}}}}', 'UTF8') from marked
"""

ASKED_TYPES: Final = {"q1": "uuid", "q2": "text", "q4": "uuid", "q5": "uuid"}
"""What `:asked` is, where a workload has a variable."""

PROVEN: Final = """
{answer} from auth.viewer_of_token(:token, now()) viewer where viewer.role = '{role}'
"""


def statement(workload: Workload, *, row_security: bool) -> str:
    """With `:token` and `:asked` for what a request brings.

    The viewer's settings are made by the same statement where row-level security asks for them.
    """
    if workload.writes:
        settings = _settings("student") if row_security else "true"
        return MARK_READ.replace(":settings", settings)
    answer = f"convert_to({TEXTS[workload.name]}, 'UTF8')"
    if row_security:
        answer = f"case when {_settings(workload.viewer)} then {answer} end"
    if workload.viewer == "anonymous":
        return f"select {answer}"
    return PROVEN.format(answer=f"select {answer}", role=workload.viewer)


def parameters(workload: Workload) -> list[str]:
    """The names of what a request brings, in order."""
    token = [] if workload.viewer == "anonymous" else [":token"]
    return token + ([":asked"] if workload.name in ASKED_TYPES else [])


def type_of(workload: Workload) -> str:
    """What Postgres calls the type of `:asked`."""
    return ASKED_TYPES[workload.name]


def prepared(workload: Workload, *, row_security: bool) -> str:
    """For a driver: with numbers for what a request brings."""
    text = statement(workload, row_security=row_security)
    types = {":token": "bytea", ":asked": ASKED_TYPES.get(workload.name)}
    for number, name in enumerate(parameters(workload), 1):
        text = text.replace(name, f"${number}::{types[name]}")
    return text


def for_floor(*, row_security: bool) -> dict[str, tuple[str, bool, bool]]:
    """What the bare handler is given for each path: see `bench.handwritten`."""
    return {
        each.name: (
            prepared(each, row_security=row_security),
            each.viewer != "anonymous",
            each.writes,
        )
        for each in WORKLOADS.values()
    }


def _settings(viewer: Asker) -> str:
    if viewer == "anonymous":
        user_id, role = "''", "'anonymous'"
    else:
        user_id, role = "viewer.user_id::text", "viewer.role"
    return f"""set_config('azora.user_id', {user_id}, true) is not null
      and set_config('azora.role', {role}, true) is not null"""
