"""Behaviour, recommendations and activity."""

from alembic import op

revision = "a479659fdacd"
down_revision = "fe00daf6aac2"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema nexus",
    "create type nexus.interaction_type as enum ('view', 'click', 'dismiss', 'accept', 'purchase')",
    "create type nexus.recommendation_status as enum ('active', 'dismissed', 'accepted', 'expired')",
    "create type nexus.recommendation_type as enum ('feature', 'service', 'product', 'content', 'course', 'job')",
    """
create table nexus.audit_logs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid,
    action varchar not null,
    entity_type varchar not null,
    entity_id varchar not null,
    details jsonb default '{}' not null,
    constraint audit_logs_pkey primary key (id)
    )
    partition by range (id)
    """,
    "create index audit_logs_action_id_idx on nexus.audit_logs (action, id)",
    "create index audit_logs_created_at_idx on nexus.audit_logs using brin (created_at)",
    "create index audit_logs_entity_id_id_idx on nexus.audit_logs (entity_id, id)",
    "create index audit_logs_entity_type_id_idx on nexus.audit_logs (entity_type, id)",
    "create index audit_logs_user_id_id_idx on nexus.audit_logs (user_id, id)",
    """
create table nexus.user_profiles (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    preferences jsonb default '{}' not null,
    behavior jsonb default '{}' not null,
    demographics jsonb,
    constraint user_profiles_pkey primary key (id),
    constraint user_profiles_user_id_key unique (user_id)
)
    """,
    """
create table nexus.recommendations (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    type nexus.recommendation_type not null,
    course_id uuid,
    job_id uuid,
    item_id varchar,
    item_name varchar not null,
    score numeric(5, 4) not null,
    context jsonb default '{}' not null,
    status nexus.recommendation_status default 'active' not null,
    expires_at timestamp with time zone,
    constraint recommendations_pkey primary key (id),
    constraint recommendations_item_check check (num_nonnulls(course_id, job_id, item_id) = 1 and (type = 'course') = (course_id is not null) and (type = 'job') = (job_id is not null)),
    constraint recommendations_expires_at_check check (expires_at > created_at),
    constraint recommendations_score_check check (score between 0 and 1),
    constraint recommendations_user_id_fkey foreign key(user_id) references nexus.user_profiles (user_id) on delete cascade,
    constraint recommendations_user_id_id_key unique (user_id, id)
)
    """,
    "create unique index recommendations_active_key on nexus.recommendations (user_id, type, course_id, job_id, item_id) nulls not distinct where status = 'active'",
    "create index recommendations_course_id_idx on nexus.recommendations (course_id)",
    "create index recommendations_expiring_idx on nexus.recommendations (expires_at) where status = 'active'",
    "create index recommendations_job_id_idx on nexus.recommendations (job_id)",
    "create index recommendations_score_id_idx on nexus.recommendations (score, id)",
    "create index recommendations_user_id_score_id_idx on nexus.recommendations (user_id, score, id)",
    """
create table nexus.interactions (
    id uuid default uuidv7() not null,
    user_id uuid not null,
    recommendation_id uuid,
    type nexus.interaction_type not null,
    course_id uuid,
    job_id uuid,
    item_id varchar,
    details jsonb default '{}' not null,
    occurred_at timestamp with time zone default now() not null,
    constraint interactions_pkey primary key (id),
    constraint interactions_item_check check (num_nonnulls(course_id, job_id, item_id) = 1),
    constraint interactions_recommendation_id_user_id_fkey foreign key(recommendation_id, user_id) references nexus.recommendations (id, user_id) on delete set null (recommendation_id),
    constraint interactions_user_id_fkey foreign key(user_id) references nexus.user_profiles (user_id) on delete cascade
    )
    partition by range (id)
    """,
    "create index interactions_answers_idx on nexus.interactions (id) where type in ('dismiss', 'accept', 'purchase')",
    "create index interactions_course_id_idx on nexus.interactions (course_id) where course_id is not null",
    "create index interactions_job_id_idx on nexus.interactions (job_id) where job_id is not null",
    "create index interactions_occurred_at_idx on nexus.interactions using brin (occurred_at)",
    "create index interactions_recommendation_id_id_idx on nexus.interactions (recommendation_id, id)",
    "create index interactions_user_id_id_idx on nexus.interactions (user_id, id)",
    "grant usage on schema nexus to azora_app",
    "create or replace trigger touch before update on nexus.recommendations for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on nexus.user_profiles for each row execute function kernel.touch_updated_at()",
    "create or replace trigger keep before update or delete on nexus.audit_logs for each row execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on nexus.audit_logs for each statement execute function kernel.keep()",
    "alter table nexus.audit_logs enable row level security, force row level security",
    "create policy visible on nexus.audit_logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or nexus.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on nexus.audit_logs for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on nexus.audit_logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on nexus.audit_logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table nexus.interactions enable row level security, force row level security",
    "create policy visible on nexus.interactions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or nexus.interactions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on nexus.interactions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on nexus.interactions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on nexus.interactions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table nexus.recommendations enable row level security, force row level security",
    "create policy visible on nexus.recommendations for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or nexus.recommendations.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on nexus.recommendations for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on nexus.recommendations for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on nexus.recommendations for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table nexus.user_profiles enable row level security, force row level security",
    "create policy visible on nexus.user_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or nexus.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on nexus.user_profiles for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on nexus.user_profiles for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on nexus.user_profiles for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on nexus.audit_logs from azora_app",
    "grant select, insert on nexus.audit_logs to azora_app",
    "revoke all on nexus.interactions from azora_app",
    "grant select, insert, update on nexus.interactions to azora_app",
    "revoke all on nexus.recommendations from azora_app",
    "grant select, insert, update on nexus.recommendations to azora_app",
    "revoke all on nexus.user_profiles from azora_app",
    "grant select, insert, update on nexus.user_profiles to azora_app",
    "select kernel.make_partitions()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema nexus cascade")
