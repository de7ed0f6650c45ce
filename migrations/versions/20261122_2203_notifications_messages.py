"""Messages to a person."""

from alembic import op

revision = "d3ec61312d24"
down_revision = "f0d2d2fe6566"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema notifications",
    "create type notifications.notification_type as enum ('info', 'warning', 'success', 'error')",
    """
create table notifications.notifications (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    title varchar not null,
    message varchar not null,
    type notifications.notification_type default 'info' not null,
    read_at timestamp with time zone,
    deleted_at timestamp with time zone,
    constraint notifications_pkey primary key (id)
)
    """,
    "create index notifications_kept_idx on notifications.notifications (user_id, id desc) where deleted_at is null",
    "create index notifications_unread_idx on notifications.notifications (user_id, id desc) where read_at is null and deleted_at is null",
    "grant usage on schema notifications to azora_app",
    "alter table notifications.notifications enable row level security, force row level security",
    "create policy visible on notifications.notifications for select to azora_app using (notifications.notifications.deleted_at is null and ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or notifications.notifications.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1)) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on notifications.notifications for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on notifications.notifications for update to azora_app using (notifications.notifications.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system') with check (notifications.notifications.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on notifications.notifications for delete to azora_app using (notifications.notifications.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert, update on notifications.notifications to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema notifications cascade")
