"""What a student sees of their own in nine domains, in one statement written by hand.

It is asked beside `viewer`, the row of who bears the token: their `user_id` and `role`.
"""

from typing import Final

PLACES = """
select string_agg(item, ',') from (
  select '{"progress":"' || trim_scale(e.progress) || '","course":' || coalesce((
    select '{"title":' || json_scalar(c.title) || ',"modules":[' || coalesce((
      select string_agg(item, ',') from (
        select '{"title":' || json_scalar(m.title) || '}' as item from education.modules m
        where m.course_id = c.id order by m.position limit 5) m), '') || ']}'
    from education.courses c where c.id = e.course_id), 'null') || '}' as item
  from education.enrollments e where e.student_id = s.id order by e.id desc limit 5) e
"""

TALKS = """
select string_agg(item, ',') from (
  select '{"topic":' || json_scalar(t.topic) || ',"messages":{"nodes":[' || coalesce((
    select string_agg(item, ',') from (
      select '{"role":"' || upper(m.role::text) || '","content":' || json_scalar(m.content) || '}'
        as item
      from sapiens.messages m where m.session_id = t.id order by m.seq limit 5) m), '')
    || ']}}' as item
  from sapiens.tutoring_sessions t where t.student_id = s.id order by t.id desc limit 5) t
"""

MOVED = """
select string_agg(item, ',') from (
  select '{"type":"' || upper(type::text) || '","amount":{"amount":"' || trim_scale(amount)
    || '"}}' as item
  from (
    (select id, type, amount from mint.transactions where from_id = w.id
      order by id desc limit 5)
    union all
    (select id, type, amount from mint.transactions
      where to_id = w.id and from_id is distinct from w.id order by id desc limit 5)
  ) t order by id desc limit 5) t
"""

WALLETS = f"""
select string_agg(item, ',') from (
  select '{{"balance":{{"amount":"' || trim_scale(w.balance) || '","currency":"' || w.currency
    || '"}},"transactions":{{"nodes":[' || coalesce(({MOVED}), '') || ']}}}}' as item
  from mint.wallets w where w.user_id = viewer.user_id and w.kind = 'USER'
  order by w.id desc limit 3) w
"""

RECOMMENDED = """
select string_agg(item, ',') from (
  select '{"itemName":' || json_scalar(r.item_name) || ',"score":"' || trim_scale(r.score) || '"}'
    as item
  from nexus.recommendations r where r.user_id = viewer.user_id order by r.id desc limit 5) r
"""

CONVERSATIONS = """
select string_agg(item, ',') from (
  select '{"member":' || coalesce((
    select '{"name":' || json_scalar(m.name) || '}' from family.family_members m
    where m.id = c.member_id), 'null') || '}' as item
  from family.conversations c where c.user_id = viewer.user_id
  order by c.updated_at desc, c.id desc limit 5) c
"""

TOLD = """
select string_agg(item, ',') from (
  select '{"title":' || json_scalar(n.title) || ',"readAt":'
    || coalesce(json_scalar(n.read_at)::text, 'null') || '}' as item
  from notifications.notifications n
  where n.user_id = viewer.user_id and n.deleted_at is null order by n.id desc limit 5) n
"""

REPORTS = """
select string_agg(item, ',') from (
  select '{"level":"' || l.level || '","service":' || json_scalar(l.service) || '}' as item
  from health.logs l where viewer.role = 'admin' order by l.id desc limit 5) l
"""

EVERYTHING: Final = f"""
'{{"data":{{"viewer":' || coalesce((
  select '{{"name":' || json_scalar(u.name) || ',"student":' || coalesce((
      select '{{"enrollments":{{"nodes":[' || coalesce(({PLACES}), '')
        || ']}},"tutoringSessions":{{"nodes":[' || coalesce(({TALKS}), '') || ']}}}}'
      from education.students s where s.user_id = viewer.user_id), 'null')
    || ',"wallets":{{"nodes":[' || coalesce(({WALLETS}), '')
    || ']}},"skillProfile":' || coalesce((
      select '{{"skills":' || to_json(p.skills) || ',"rating":' || coalesce(
        '"' || trim_scale(p.rating) || '"', 'null') || '}}'
      from forge.skill_profiles p where p.user_id = viewer.user_id), 'null')
    || ',"recommendations":{{"nodes":[' || coalesce(({RECOMMENDED}), '')
    || ']}},"conversations":{{"nodes":[' || coalesce(({CONVERSATIONS}), '')
    || ']}},"notifications":{{"nodes":[' || coalesce(({TOLD}), '') || ']}}}}'
  from auth.users u where u.id = viewer.user_id and u.deleted_at is null), 'null')
|| ',"serviceLogs":{{"nodes":[' || coalesce(({REPORTS}), '') || ']}}}}}}'
"""
