"""The kernel's outbox, and the functions that every namespace uses."""

from alembic import op

revision = "901aad66b914"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "create extension if not exists citext",
    "create extension if not exists pg_trgm",
    """
create table kernel.outbox (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    position bigint generated always as identity,
    topic varchar not null,
    aggregate_id uuid not null,
    body jsonb not null,
    attempts integer default 0 not null,
    next_attempt_at timestamp with time zone,
    delivered_at timestamp with time zone,
    constraint outbox_pkey primary key (id)
)
    """,
    "create index outbox_undelivered_aggregate_idx on kernel.outbox (aggregate_id, position) where delivered_at is null",
    "create index outbox_undelivered_idx on kernel.outbox (position) where delivered_at is null",
    "grant usage on schema kernel to azora_app",
    """
create or replace function kernel.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$
    """,
    "revoke all on function kernel.touch_updated_at() from public",
    """
create or replace function kernel.announce_outbox() returns trigger
language plpgsql set search_path = '' as $$
begin
  notify azora_outbox;
  return null;
end $$
    """,
    "revoke all on function kernel.announce_outbox() from public",
    "create or replace trigger announce after insert on kernel.outbox for each statement execute function kernel.announce_outbox()",
    "alter table kernel.outbox enable row level security, force row level security",
    "create policy visible on kernel.outbox for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on kernel.outbox for insert to azora_app with check (true)",
    "create policy updatable on kernel.outbox for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on kernel.outbox for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert, update on kernel.outbox to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop table kernel.outbox")
    op.execute("drop function kernel.announce_outbox()")
    op.execute("drop function kernel.touch_updated_at()")
    op.execute("revoke all on schema kernel from azora_app")
