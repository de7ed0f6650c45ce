"""Service logs and the constitution's log."""

from alembic import op

revision = "f9a9f90adba5"
down_revision = "a479659fdacd"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema health",
    "create type health.log_level as enum ('DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL')",
    """
create table health.logs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    level health.log_level not null,
    service varchar not null,
    message varchar not null,
    details jsonb default '{}' not null,
    constraint logs_pkey primary key (id)
    )
    partition by range (id)
    """,
    "create index logs_created_at_idx on health.logs using brin (created_at)",
    "create index logs_errors_idx on health.logs (id) where level in ('ERROR', 'FATAL')",
    "create index logs_message_words_idx on health.logs using gin (to_tsvector('english', message))",
    "create index logs_service_id_idx on health.logs (service, id)",
    "create index logs_warnings_idx on health.logs (id) where level = 'WARN'",
    """
create table health.constitutional_logs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid,
    action varchar not null,
    article varchar,
    compliant boolean,
    score numeric(5, 2),
    details jsonb default '{}' not null,
    constraint constitutional_logs_pkey primary key (id),
    constraint constitutional_logs_score_check check (score between 0 and 100)
)
    """,
    "create index constitutional_logs_article_id_idx on health.constitutional_logs (article, id)",
    "create index constitutional_logs_compliant_id_idx on health.constitutional_logs (compliant, id)",
    "create index constitutional_logs_created_at_idx on health.constitutional_logs using brin (created_at)",
    "create index constitutional_logs_user_id_id_idx on health.constitutional_logs (user_id, id)",
    "grant usage on schema health to azora_app",
    "create or replace trigger keep before update or delete on health.constitutional_logs for each row execute function kernel.keep()",
    "create or replace trigger keep before update or delete on health.logs for each row execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on health.constitutional_logs for each statement execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on health.logs for each statement execute function kernel.keep()",
    "alter table health.constitutional_logs enable row level security, force row level security",
    "create policy visible on health.constitutional_logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or health.constitutional_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on health.constitutional_logs for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on health.constitutional_logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on health.constitutional_logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table health.logs enable row level security, force row level security",
    "create policy visible on health.logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on health.logs for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on health.logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on health.logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on health.constitutional_logs from azora_app",
    "grant select, insert on health.constitutional_logs to azora_app",
    "revoke all on health.logs from azora_app",
    "grant select, insert on health.logs to azora_app",
    "select kernel.make_partitions()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema health cascade")
