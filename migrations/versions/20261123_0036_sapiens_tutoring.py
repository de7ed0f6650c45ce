"""Tutoring, learning paths, questions and assessments."""

from alembic import op

revision = "4ba801f8f6a5"
down_revision = "6d8943f85ea3"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema sapiens",
    "create type sapiens.insight_type as enum ('strength', 'weakness', 'misconception', 'pace', 'style', 'recommendation')",
    "create type sapiens.chat_role as enum ('user', 'assistant', 'system')",
    "create type sapiens.session_status as enum ('active', 'completed', 'abandoned')",
    "create type sapiens.path_status as enum ('active', 'completed', 'paused', 'abandoned')",
    "create type sapiens.learning_style as enum ('visual', 'auditory', 'kinesthetic', 'reading_writing', 'mixed')",
    "create type sapiens.assessment_type as enum ('diagnostic', 'quiz', 'project', 'final')",
    "create type sapiens.skill_level as enum ('beginner', 'intermediate', 'advanced', 'expert')",
    """
create table sapiens.learning_paths (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    student_id uuid not null,
    subject varchar not null,
    title varchar not null,
    description varchar,
    current_level sapiens.skill_level not null,
    target_level sapiens.skill_level not null,
    difficulty sapiens.skill_level default 'beginner' not null,
    estimated_hours numeric(7, 2) not null,
    status sapiens.path_status default 'active' not null,
    milestones jsonb default '[]' not null,
    constraint learning_paths_pkey primary key (id),
    constraint learning_paths_estimated_hours_check check (estimated_hours >= 0 and estimated_hours <> 'NaN'),
    constraint learning_paths_milestones_check check (jsonb_typeof(milestones) = 'array'),
    constraint learning_paths_target_level_check check (target_level > current_level),
    constraint learning_paths_id_student_id_key unique (id, student_id)
)
    """,
    "create index learning_paths_student_id_id_idx on sapiens.learning_paths (student_id, id)",
    "create index learning_paths_subject_id_idx on sapiens.learning_paths (subject, id)",
    """
create table sapiens.questions (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    question varchar not null,
    answer varchar,
    topic varchar,
    difficulty sapiens.skill_level,
    asked_at timestamp with time zone default now() not null,
    answered_at timestamp with time zone,
    search tsvector generated always as (setweight(to_tsvector('english', coalesce(topic, '')), 'A') || setweight(to_tsvector('english', question), 'B') || setweight(to_tsvector('english', coalesce(answer, '')), 'C')) stored not null,
    constraint questions_pkey primary key (id),
    constraint questions_answered_at_check check ((answer is null) = (answered_at is null))
)
    """,
    "create index questions_asked_at_idx on sapiens.questions (asked_at)",
    "create index questions_open_idx on sapiens.questions (id) where answered_at is null",
    "create index questions_search_idx on sapiens.questions using gin (search)",
    "create index questions_student_id_asked_at_idx on sapiens.questions (student_id, asked_at)",
    "create index questions_student_id_id_idx on sapiens.questions (student_id, id)",
    "create index questions_topic_id_idx on sapiens.questions (topic, id)",
    """
create table sapiens.student_profiles (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    student_id uuid not null,
    learning_style sapiens.learning_style,
    strengths text[] default '{}' not null,
    weaknesses text[] default '{}' not null,
    interests text[] default '{}' not null,
    goals jsonb default '[]' not null,
    details jsonb default '{}' not null,
    constraint student_profiles_pkey primary key (id),
    constraint student_profiles_goals_check check (jsonb_typeof(goals) = 'array'),
    constraint student_profiles_student_id_key unique (student_id)
)
    """,
    """
create table sapiens.tutoring_sessions (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    course_id uuid,
    topic varchar not null,
    duration_minutes integer default 0 not null,
    status sapiens.session_status default 'active' not null,
    started_at timestamp with time zone default now() not null,
    ended_at timestamp with time zone,
    constraint tutoring_sessions_pkey primary key (id),
    constraint tutoring_sessions_ended_at_check check ((status = 'active') = (ended_at is null)),
    constraint tutoring_sessions_duration_minutes_check check (duration_minutes >= 0),
    constraint tutoring_sessions_id_student_id_key unique (id, student_id)
)
    """,
    "create index tutoring_sessions_active_idx on sapiens.tutoring_sessions (id) where status = 'active'",
    "create index tutoring_sessions_course_id_id_idx on sapiens.tutoring_sessions (course_id, id)",
    "create index tutoring_sessions_started_at_idx on sapiens.tutoring_sessions (started_at)",
    "create index tutoring_sessions_student_id_id_idx on sapiens.tutoring_sessions (student_id, id)",
    "create index tutoring_sessions_student_id_started_at_idx on sapiens.tutoring_sessions (student_id, started_at)",
    "create index tutoring_sessions_topic_words_idx on sapiens.tutoring_sessions using gin (to_tsvector('english', topic))",
    """
create table sapiens.assessments (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    path_id uuid,
    type sapiens.assessment_type not null,
    subject varchar not null,
    questions jsonb not null,
    answer_key jsonb default '{}' not null,
    answers jsonb,
    score numeric(7, 2),
    max_score numeric(7, 2) not null,
    pass_mark numeric(5, 2) default 70 not null,
    passed boolean generated always as (coalesce(score * 100 >= max_score * pass_mark, false)) stored not null,
    difficulty sapiens.skill_level not null,
    seconds_spent integer,
    started_at timestamp with time zone default now() not null,
    completed_at timestamp with time zone,
    constraint assessments_pkey primary key (id),
    constraint assessments_max_score_check check (max_score > 0 and max_score <> 'NaN'),
    constraint assessments_questions_check check (jsonb_typeof(questions) = 'array' and not jsonb_path_exists(questions, '$[*].type() ? (@ != "object")') and not jsonb_path_exists(questions, '$[*].*[*].type() ? (@ == "object" || @ == "array")') and not jsonb_path_exists(questions, '$[*].keyvalue() ? (@.key != "id" && @.key != "type" && @.key != "prompt" && @.key != "options" && @.key != "points")', '{}', true)),
    constraint assessments_pass_mark_check check (pass_mark between 0 and 100),
    constraint assessments_score_check check (score between 0 and max_score),
    constraint assessments_completed_at_check check (score is null or completed_at is not null),
    constraint assessments_seconds_spent_check check (seconds_spent >= 0),
    constraint assessments_path_id_student_id_fkey foreign key(path_id, student_id) references sapiens.learning_paths (id, student_id) on delete set null (path_id)
)
    """,
    "create index assessments_path_id_id_idx on sapiens.assessments (path_id, id)",
    "create index assessments_started_at_idx on sapiens.assessments (started_at)",
    "create index assessments_student_id_id_idx on sapiens.assessments (student_id, id)",
    "create index assessments_student_id_started_at_idx on sapiens.assessments (student_id, started_at)",
    "create index assessments_subject_id_idx on sapiens.assessments (subject, id)",
    """
create table sapiens.learning_insights (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    session_id uuid not null,
    student_id uuid not null,
    insight_type sapiens.insight_type not null,
    description varchar not null,
    confidence numeric(4, 3) default 0.5 not null,
    constraint learning_insights_pkey primary key (id),
    constraint learning_insights_confidence_check check (confidence between 0 and 1),
    constraint learning_insights_session_id_student_id_fkey foreign key(session_id, student_id) references sapiens.tutoring_sessions (id, student_id) on delete cascade
)
    """,
    "create index learning_insights_created_at_idx on sapiens.learning_insights (created_at)",
    "create index learning_insights_session_id_id_idx on sapiens.learning_insights (session_id, id)",
    "create index learning_insights_student_id_created_at_idx on sapiens.learning_insights (student_id, created_at)",
    "create index learning_insights_student_id_id_idx on sapiens.learning_insights (student_id, id)",
    """
create table sapiens.messages (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    session_id uuid not null,
    student_id uuid not null,
    seq integer default 1 not null,
    role sapiens.chat_role not null,
    content varchar not null,
    constraint messages_pkey primary key (id),
    constraint messages_seq_check check (seq > 0),
    constraint messages_session_id_student_id_fkey foreign key(session_id, student_id) references sapiens.tutoring_sessions (id, student_id) on delete cascade,
    constraint messages_session_id_seq_key unique (session_id, seq)
)
    """,
    """
create table sapiens.path_steps (
    id uuid default uuidv7() not null,
    path_id uuid not null,
    student_id uuid not null,
    position integer not null,
    title varchar not null,
    description varchar not null,
    estimated_hours numeric(7, 2) not null,
    resources jsonb default '[]' not null,
    assessment_criteria jsonb default '[]' not null,
    completed_at timestamp with time zone,
    constraint path_steps_pkey primary key (id),
    constraint path_steps_estimated_hours_check check (estimated_hours >= 0 and estimated_hours <> 'NaN'),
    constraint path_steps_assessment_criteria_check check (jsonb_typeof(assessment_criteria) = 'array'),
    constraint path_steps_resources_check check (jsonb_typeof(resources) = 'array'),
    constraint path_steps_position_check check (position > 0),
    constraint path_steps_path_id_student_id_fkey foreign key(path_id, student_id) references sapiens.learning_paths (id, student_id) on delete cascade,
    constraint path_steps_path_id_position_key unique (path_id, position) deferrable initially deferred
)
    """,
    """
create table sapiens.progress (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    path_id uuid not null,
    minutes_spent integer default 0 not null,
    last_activity_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    constraint progress_pkey primary key (id),
    constraint progress_minutes_spent_check check (minutes_spent >= 0),
    constraint progress_path_id_student_id_fkey foreign key(path_id, student_id) references sapiens.learning_paths (id, student_id) on delete cascade,
    constraint progress_path_id_key unique (path_id)
)
    """,
    "create index progress_student_id_id_idx on sapiens.progress (student_id, id)",
    "grant usage on schema sapiens to azora_app",
    """
create or replace function sapiens.viewer_taught_session_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT sapiens.tutoring_sessions.id
    FROM sapiens.tutoring_sessions
    WHERE sapiens.tutoring_sessions.course_id = ANY (array((SELECT education.viewer_taught_course_ids() AS viewer_taught_course_ids_1))) $$
    """,
    "revoke all on function sapiens.viewer_taught_session_ids() from public",
    "grant execute on function sapiens.viewer_taught_session_ids() to azora_app",
    "create or replace trigger touch before update on sapiens.learning_paths for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on sapiens.progress for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on sapiens.student_profiles for each row execute function kernel.touch_updated_at()",
    "alter table sapiens.assessments enable row level security, force row level security",
    "create policy visible on sapiens.assessments for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.assessments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.assessments for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.assessments for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.assessments for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.learning_insights enable row level security, force row level security",
    "create policy visible on sapiens.learning_insights for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.learning_insights.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or sapiens.learning_insights.session_id = any (array((select sapiens.viewer_taught_session_ids() as viewer_taught_session_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.learning_insights for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.learning_insights for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.learning_insights for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.learning_paths enable row level security, force row level security",
    "create policy visible on sapiens.learning_paths for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.learning_paths.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.learning_paths for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.learning_paths for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.learning_paths for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.messages enable row level security, force row level security",
    "create policy visible on sapiens.messages for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.messages.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.messages for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.messages for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.messages for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.path_steps enable row level security, force row level security",
    "create policy visible on sapiens.path_steps for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.path_steps.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.path_steps for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.path_steps for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.path_steps for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.progress enable row level security, force row level security",
    "create policy visible on sapiens.progress for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.progress for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.progress for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.progress for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.questions enable row level security, force row level security",
    "create policy visible on sapiens.questions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.questions.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.questions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.questions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.questions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.student_profiles enable row level security, force row level security",
    "create policy visible on sapiens.student_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.student_profiles.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.student_profiles for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.student_profiles for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.student_profiles for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table sapiens.tutoring_sessions enable row level security, force row level security",
    "create policy visible on sapiens.tutoring_sessions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or sapiens.tutoring_sessions.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or sapiens.tutoring_sessions.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on sapiens.tutoring_sessions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on sapiens.tutoring_sessions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on sapiens.tutoring_sessions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on sapiens.assessments from azora_app",
    "grant select, insert, update on sapiens.assessments to azora_app",
    "revoke all on sapiens.learning_insights from azora_app",
    "grant select, insert, update on sapiens.learning_insights to azora_app",
    "revoke all on sapiens.learning_paths from azora_app",
    "grant select, insert, update on sapiens.learning_paths to azora_app",
    "revoke all on sapiens.messages from azora_app",
    "grant select, insert, update on sapiens.messages to azora_app",
    "revoke all on sapiens.path_steps from azora_app",
    "grant select, insert, update on sapiens.path_steps to azora_app",
    "revoke all on sapiens.progress from azora_app",
    "grant select, insert, update on sapiens.progress to azora_app",
    "revoke all on sapiens.questions from azora_app",
    "grant select, insert, update on sapiens.questions to azora_app",
    "revoke all on sapiens.student_profiles from azora_app",
    "grant select, insert, update on sapiens.student_profiles to azora_app",
    "revoke all on sapiens.tutoring_sessions from azora_app",
    "grant select, insert, update on sapiens.tutoring_sessions to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema sapiens cascade")
