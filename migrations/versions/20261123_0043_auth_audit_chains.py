"""Chains of hashes through the audit log: what is there already is linked in the order of its ids."""

from alembic import op

revision = "b7e24a90d3f6"
down_revision = "9d3f1b6c27e4"
branch_labels = None
depends_on = None

NOTHING = "00" * 32

TEXT = """
jsonb_build_array({position}, {row}.chain, {row}.id, {row}.created_at, {row}.user_id,
  {row}.actor_id, {row}.session_id, {row}.action, {row}.outcome, {row}.resource, {row}.ip,
  {row}.user_agent, {row}.request_id, {row}.details)::text
""".strip()

LINK = (
    "set local timezone = 'UTC'",
    "alter table auth.audit_logs disable trigger user",
    f"""
do $$
declare
  told auth.audit_logs;
begin
  for told in select * from auth.audit_logs order by id loop
    told.chain := get_byte(uuid_send(coalesce(told.user_id, told.id)), 15) % 32;
    insert into kernel.audit_chains (chain) values (told.chain) on conflict do nothing;
    update kernel.audit_chains head
    set position = head.position + 1, hash = sha256(
      head.hash || convert_to({TEXT.format(row="told", position="head.position + 1")}, 'UTF8'))
    where head.chain = told.chain
    returning head.position, head.hash into told.position, told.hash;
    update auth.audit_logs set chain = told.chain, position = told.position, hash = told.hash
    where id = told.id;
  end loop;
end $$
    """,  # noqa: S608 (of constants)
    "alter table auth.audit_logs enable trigger user",
    "reset timezone",
)

STATEMENTS = (
    f"""
create table kernel.audit_chains (
    chain smallint not null,
    position bigint default '0' not null,
    hash bytea default '\\x{NOTHING}' not null,
    base_position bigint default '0' not null,
    base_hash bytea default '\\x{NOTHING}' not null,
    constraint audit_chains_pkey primary key (chain),
    constraint audit_chains_base_position_check check (base_position between 0 and position)
)
    """,
    "create type auth.audit_outcome as enum ('success', 'failure', 'denied')",
    "alter table auth.audit_logs add column actor_id uuid",
    "alter table auth.audit_logs add column session_id uuid",
    "alter table auth.audit_logs add column outcome auth.audit_outcome default 'success' not null",
    "alter table auth.audit_logs add column user_agent varchar",
    "alter table auth.audit_logs add column request_id varchar",
    "alter table auth.audit_logs add column chain smallint",
    "alter table auth.audit_logs add column position bigint",
    "alter table auth.audit_logs add column hash bytea",
    "alter table auth.audit_logs drop constraint audit_logs_user_id_fkey",
    *LINK,
    "alter table auth.audit_logs alter column chain set not null",
    "alter table auth.audit_logs alter column position set not null",
    "alter table auth.audit_logs alter column hash set not null",
)

REVERSALS = (
    "alter table auth.audit_logs disable trigger user",
    (
        "update auth.audit_logs log set user_id = null "
        "where not exists (select from auth.users where id = log.user_id)"
    ),
    "alter table auth.audit_logs enable trigger user",
    (
        "alter table auth.audit_logs add constraint audit_logs_user_id_fkey "
        "foreign key (user_id) references auth.users (id) on delete set null"
    ),
    (
        "alter table auth.audit_logs drop column hash, drop column position, drop column chain, "
        "drop column request_id, drop column user_agent, drop column outcome, "
        "drop column session_id, drop column actor_id"
    ),
    "drop type auth.audit_outcome",
    "drop table kernel.audit_chains",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
