"""What of `objects.py` a database has, read from its catalogs as the statements that make it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from .functions import MAKE_PARTITIONS
from .objects import APP

Existing = dict[str, tuple[str, ...]]
"""Keys of objects, and the statements that make each as it is."""

POLICIES = """
select format('policy %s on %s.%s', policyname, schemaname, tablename),
       array[concat(
         format('create policy %s on %s.%s for %s to %s',
                policyname, schemaname, tablename, lower(cmd), array_to_string(roles, ', ')),
         ' using (' || qual || ')', ' with check (' || with_check || ')')]
from pg_policies where schemaname = any(:namespaces)
"""

FUNCTIONS = """
select concat('function ', oid::regprocedure), array[pg_get_functiondef(oid)]
from pg_proc where pronamespace::regnamespace::text = any(:namespaces) and prokind <> 'a'
"""

TRIGGERS = """
select format('trigger %s on %s.%s', tgname, relnamespace::regnamespace, relname),
       array[pg_get_triggerdef(trigger.oid)]
from pg_trigger trigger join pg_class on pg_class.oid = tgrelid
where relnamespace::regnamespace::text = any(:namespaces) and not tgisinternal
  and not relispartition
"""

SECURITY = """
select format('security %s.%s', relnamespace::regnamespace, relname),
       array[format('alter table %s.%s enable row level security, force row level security',
                    relnamespace::regnamespace, relname)]
from pg_class
where relnamespace::regnamespace::text = any(:namespaces) and relrowsecurity
  and relforcerowsecurity and not relispartition
"""

PARTITIONS = """
select concat('partitions of ', relnamespace::regnamespace), array[cast(:partitions as text)]
from pg_partitioned_table join pg_class on pg_class.oid = partrelid
where relnamespace::regnamespace::text = any(:namespaces)
group by relnamespace having bool_and(partdefid <> 0)
"""

SCHEMA_PRIVILEGES = """
select concat('privileges on schema ', nspname),
       array[format('grant %s on schema %s to %s', lower(string_agg(privilege_type, ', '
             order by privilege_type)), nspname, cast(:app as text))]
from pg_namespace, aclexplode(nspacl)
where nspname = any(:namespaces) and grantee::regrole::text = cast(:app as text)
group by nspname
"""

FUNCTION_PRIVILEGES = """
select concat('privileges on function ', oid::regprocedure),
       coalesce(array_agg(
         format('grant %s on function %s to %s', lower(privilege_type), oid::regprocedure,
                case grantee when 0 then 'public' else grantee::regrole::text end)
         order by grantee) filter (where grantee <> proowner), '{}')
from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
where pronamespace::regnamespace::text = any(:namespaces) and prokind <> 'a'
group by oid
"""

TABLE_PRIVILEGES = """
with found as (
  select pg_class.oid, privilege_type, '' as names
  from pg_class, aclexplode(relacl) where grantee::regrole::text = cast(:app as text)
  union all
  select attrelid, privilege_type,
         format(' (%s)', string_agg(attname, ', ' order by attname))
  from pg_attribute, aclexplode(attacl) where grantee::regrole::text = cast(:app as text)
  group by attrelid, privilege_type
)
select format('privileges on %s.%s', relnamespace::regnamespace, relname),
       array_agg(format('grant %s%s on %s.%s to %s', lower(privilege_type), names,
                        relnamespace::regnamespace, relname, cast(:app as text))
                 order by privilege_type, names)
from found join pg_class using (oid)
where relnamespace::regnamespace::text = any(:namespaces) and relkind in ('r', 'p', 'v')
group by pg_class.oid, relnamespace, relname
"""

PARTS = """
select 'table', relnamespace::regnamespace::text, relname from pg_class where relispartition
union all
select 'foreign_key_constraint', format('%s.%s', relnamespace::regnamespace, relname), conname
from pg_constraint join pg_class on pg_class.oid = conrelid
where contype = 'f' and conparentid <> 0
"""

QUERIES = (
    POLICIES,
    FUNCTIONS,
    TRIGGERS,
    SECURITY,
    SCHEMA_PRIVILEGES,
    FUNCTION_PRIVILEGES,
    TABLE_PRIVILEGES,
    PARTITIONS,
)


def existing(connection: Connection, namespaces: Sequence[str]) -> Existing:
    """All objects of these namespaces."""
    # Names are then written with their namespace, and expressions the same way every time.
    connection.execute(text("set local search_path = ''"))
    given: dict[str, Any] = {
        "namespaces": list(namespaces),
        "app": APP,
        "partitions": MAKE_PARTITIONS,
    }
    found: Existing = {}
    for query in QUERIES:
        wanted = {name: value for name, value in given.items() if f":{name}" in query}
        for key, statements in connection.execute(text(query), wanted):
            found[key] = tuple(statements)
    connection.execute(text("set local search_path to default"))
    return found


def schemas(connection: Connection) -> set[str]:
    """The namespaces that are there."""
    return set(connection.execute(text("select nspname from pg_namespace")).scalars())


def parts(connection: Connection) -> set[tuple[str, str, str]]:
    """What stands for a part of something else: kind, place and name of tables and keys.

    A key that points to a partitioned table is repeated by Postgres for each of its parts.
    """
    return {(row[0], row[1], row[2]) for row in connection.execute(text(PARTS))}
