"""The family of characters and the talks with them."""

from alembic import op

revision = "fe00daf6aac2"
down_revision = "4ba801f8f6a5"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema family",
    "create type family.sentiment as enum ('positive', 'neutral', 'negative')",
    "create type family.interaction_kind as enum ('chat', 'greeting', 'consultation', 'mention', 'celebration')",
    "create type family.mood as enum ('neutral', 'happy', 'excited', 'thoughtful', 'concerned')",
    "create type family.chat_role as enum ('user', 'assistant', 'system')",
    """
create table family.family_members (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    name citext not null,
    role varchar not null,
    position smallint not null,
    traits text[] default '{}' not null,
    background varchar not null,
    relationships jsonb default '{}' not null,
    temperature numeric(3, 2) default 0.8 not null,
    avatar varchar,
    constraint family_members_pkey primary key (id),
    constraint family_members_relationships_check check (jsonb_typeof(relationships) = 'object'),
    constraint family_members_name_check check (length(name) between 2 and 50),
    constraint family_members_position_check check (position > 0),
    constraint family_members_temperature_check check (temperature between 0 and 2),
    constraint family_members_name_key unique (name),
    constraint family_members_position_key unique (position)
)
    """,
    """
create table family.conversations (
    id uuid default uuidv7() not null,
    user_id uuid not null,
    member_id uuid not null,
    context jsonb default '{}' not null,
    started_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint conversations_pkey primary key (id),
    constraint conversations_member_id_fkey foreign key(member_id) references family.family_members (id) on delete restrict,
    constraint conversations_id_user_id_member_id_key unique (id, user_id, member_id),
    constraint conversations_user_id_member_id_key unique (user_id, member_id)
)
    """,
    "create index conversations_member_id_id_idx on family.conversations (member_id, id)",
    "create index conversations_member_id_updated_at_id_idx on family.conversations (member_id, updated_at, id)",
    "create index conversations_updated_at_id_idx on family.conversations (updated_at, id)",
    "create index conversations_user_id_id_idx on family.conversations (user_id, id)",
    "create index conversations_user_id_updated_at_id_idx on family.conversations (user_id, updated_at, id)",
    """
create table family.family_interactions (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    member_id uuid not null,
    interaction family.interaction_kind not null,
    sentiment family.sentiment,
    details jsonb default '{}' not null,
    constraint family_interactions_pkey primary key (id),
    constraint family_interactions_member_id_fkey foreign key(member_id) references family.family_members (id) on delete restrict
)
    """,
    "create index family_interactions_created_at_idx on family.family_interactions (created_at)",
    "create index family_interactions_interaction_id_idx on family.family_interactions (interaction, id)",
    "create index family_interactions_member_id_id_idx on family.family_interactions (member_id, id)",
    "create index family_interactions_user_id_created_at_idx on family.family_interactions (user_id, created_at)",
    "create index family_interactions_user_id_id_idx on family.family_interactions (user_id, id)",
    """
create table family.messages (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    conversation_id uuid not null,
    user_id uuid not null,
    member_id uuid not null,
    seq integer default 1 not null,
    role family.chat_role not null,
    content varchar not null,
    mood family.mood default 'neutral' not null,
    details jsonb default '{}' not null,
    constraint messages_pkey primary key (id),
    constraint messages_seq_check check (seq > 0),
    constraint messages_conversation_id_user_id_member_id_fkey foreign key(conversation_id, user_id, member_id) references family.conversations (id, user_id, member_id) on delete cascade,
    constraint messages_conversation_id_seq_key unique (conversation_id, seq)
)
    """,
    "create index messages_content_words_idx on family.messages using gin (to_tsvector('english', content))",
    "create index messages_member_id_id_idx on family.messages (member_id, id)",
    "create index messages_user_id_created_at_idx on family.messages (user_id, created_at)",
    "create index messages_user_id_id_idx on family.messages (user_id, id)",
    "grant usage on schema family to azora_app",
    "create or replace trigger touch before update on family.conversations for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on family.family_members for each row execute function kernel.touch_updated_at()",
    "alter table family.conversations enable row level security, force row level security",
    "create policy visible on family.conversations for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or family.conversations.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on family.conversations for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on family.conversations for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on family.conversations for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table family.family_interactions enable row level security, force row level security",
    "create policy visible on family.family_interactions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or family.family_interactions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on family.family_interactions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on family.family_interactions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on family.family_interactions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table family.family_members enable row level security, force row level security",
    "create policy visible on family.family_members for select to azora_app using (true)",
    "create policy insertable on family.family_members for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on family.family_members for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on family.family_members for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table family.messages enable row level security, force row level security",
    "create policy visible on family.messages for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or family.messages.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on family.messages for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on family.messages for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on family.messages for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on family.conversations from azora_app",
    "grant select, insert, update on family.conversations to azora_app",
    "revoke all on family.family_interactions from azora_app",
    "grant select, insert, update on family.family_interactions to azora_app",
    "revoke all on family.family_members from azora_app",
    "grant select, insert, update on family.family_members to azora_app",
    "revoke all on family.messages from azora_app",
    "grant select, insert, update on family.messages to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema family cascade")
