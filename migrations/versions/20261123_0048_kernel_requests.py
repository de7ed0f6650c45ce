"""Requests that were granted, so that none is granted twice."""

from alembic import op

revision = "e5d2eab983c1"
down_revision = "f4c1d9a2b7e3"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create table kernel.requests (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    actor_id uuid not null,
    idempotency_key varchar not null,
    request_hash bytea not null,
    answer_id uuid,
    constraint requests_pkey primary key (id),
    constraint requests_idempotency_key_check check (length(idempotency_key) between 1 and 255),
    constraint requests_actor_id_idempotency_key_key unique (actor_id, idempotency_key)
)
    """,
    "alter table kernel.requests enable row level security, force row level security",
    "create policy visible on kernel.requests for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on kernel.requests for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on kernel.requests for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on kernel.requests for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on kernel.requests from azora_app",
    "grant select, insert, update on kernel.requests to azora_app",
)


REVERSALS = (
    "revoke all on kernel.requests from azora_app",
    "drop policy deletable on kernel.requests",
    "drop policy updatable on kernel.requests",
    "drop policy insertable on kernel.requests",
    "drop policy visible on kernel.requests",
    "alter table kernel.requests no force row level security, disable row level security",
    "drop table kernel.requests",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
