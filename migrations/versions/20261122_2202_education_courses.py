"""Students, courses and what happens between them."""

from alembic import op

revision = "f0d2d2fe6566"
down_revision = "4512913a5d5b"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema education",
    "create type education.course_level as enum ('beginner', 'intermediate', 'advanced')",
    "create type education.currency as enum ('AZR', 'BTC', 'ETH', 'USD')",
    "create type education.enrollment_status as enum ('active', 'completed', 'dropped')",
    "create type education.transaction_status as enum ('pending', 'completed', 'failed')",
    "create type education.transaction_type as enum ('payment', 'earning', 'refund')",
    """
create table education.courses (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    title varchar not null,
    description varchar not null,
    instructor_id uuid not null,
    price numeric(18, 8) default 0 not null,
    currency education.currency default 'AZR' not null,
    duration_hours integer not null,
    level education.course_level not null,
    category varchar not null,
    published_at timestamp with time zone,
    published boolean generated always as (published_at is not null) stored not null,
    search tsvector generated always as (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', category), 'B') || setweight(to_tsvector('english', description), 'C')) stored not null,
    constraint courses_pkey primary key (id),
    constraint courses_id_published_key unique (id, published),
    constraint courses_title_check check (length(title) between 3 and 200),
    constraint courses_price_check check (price >= 0 and price <> 'NaN'),
    constraint courses_duration_hours_check check (duration_hours > 0)
)
    """,
    "create index courses_category_level_idx on education.courses (category, level) where published_at is not null",
    "create index courses_instructor_id_id_idx on education.courses (instructor_id, id)",
    "create index courses_title_id_idx on education.courses (title, id)",
    "create index courses_price_id_idx on education.courses (price, id)",
    "create index courses_published_at_id_idx on education.courses (published_at, id)",
    "create index courses_search_idx on education.courses using gin (search)",
    """
create table education.students (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    first_name varchar not null,
    last_name varchar not null,
    email citext not null,
    date_of_birth date,
    grade varchar,
    country char(2) default 'ZA' not null,
    constraint students_pkey primary key (id),
    constraint students_country_check check (country ~ '^[A-Z]{2}$'),
    constraint students_email_lower_case_check check (email::text = lower(email::text)),
    constraint students_user_id_key unique (user_id),
    constraint students_email_key unique (email)
)
    """,
    """
create table education.assessment_submissions (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    assessment_id uuid not null,
    answers jsonb not null,
    score numeric(5, 2) not null,
    pass_mark numeric(5, 2) default 70 not null,
    passed boolean generated always as (score >= pass_mark) stored not null,
    feedback varchar,
    submitted_at timestamp with time zone default now() not null,
    constraint assessment_submissions_pkey primary key (id),
    constraint assessment_submissions_score_check check (score between 0 and 100),
    constraint assessment_submissions_pass_mark_check check (pass_mark between 0 and 100),
    constraint assessment_submissions_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade
)
    """,
    "create index assessment_submissions_assessment_id_id_idx on education.assessment_submissions (assessment_id, id)",
    "create index assessment_submissions_student_id_id_idx on education.assessment_submissions (student_id, id)",
    """
create table education.enrollments (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    course_id uuid not null,
    status education.enrollment_status default 'active' not null,
    progress numeric(5, 2) default 0 not null,
    enrolled_at timestamp with time zone default now() not null,
    completed_at timestamp with time zone,
    constraint enrollments_pkey primary key (id),
    constraint enrollments_progress_check check (progress between 0 and 100),
    constraint enrollments_completed_at_check check ((status = 'completed') = (completed_at is not null)),
    constraint enrollments_student_id_course_id_key unique (student_id, course_id),
    constraint enrollments_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade,
    constraint enrollments_course_id_fkey foreign key(course_id) references education.courses (id) on delete restrict
)
    """,
    "create index enrollments_course_id_id_idx on education.enrollments (course_id, id)",
    "create index enrollments_course_id_status_idx on education.enrollments (course_id, status)",
    "create index enrollments_student_id_id_idx on education.enrollments (student_id, id)",
    """
create table education.modules (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    course_id uuid not null,
    published boolean not null,
    title varchar not null,
    description varchar,
    position integer not null,
    content jsonb not null,
    constraint modules_pkey primary key (id),
    constraint modules_position_check check (position > 0),
    constraint modules_course_id_position_key unique (course_id, position) deferrable initially deferred,
    constraint modules_course_id_published_fkey foreign key(course_id, published) references education.courses (id, published) on delete cascade on update cascade
)
    """,
    "create index modules_course_id_published_idx on education.modules (course_id, published)",
    "create index modules_title_words_idx on education.modules using gin (to_tsvector('english', title))",
    """
create table education.wallets (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    student_id uuid not null,
    currency education.currency default 'AZR' not null,
    constraint wallets_pkey primary key (id),
    constraint wallets_id_currency_key unique (id, currency),
    constraint wallets_student_id_key unique (student_id),
    constraint wallets_student_id_fkey foreign key(student_id) references education.students (id) on delete restrict
)
    """,
    """
create table education.learning_progress (
    id uuid default uuidv7() not null,
    student_id uuid not null,
    module_id uuid not null,
    progress numeric(5, 2) default 0 not null,
    minutes_spent integer default 0 not null,
    score numeric(5, 2),
    started_at timestamp with time zone default now() not null,
    completed_at timestamp with time zone,
    constraint learning_progress_pkey primary key (id),
    constraint learning_progress_progress_check check (progress between 0 and 100),
    constraint learning_progress_completed_at_check check ((progress = 100) = (completed_at is not null)),
    constraint learning_progress_minutes_spent_check check (minutes_spent >= 0),
    constraint learning_progress_score_check check (score between 0 and 100),
    constraint learning_progress_student_id_module_id_key unique (student_id, module_id),
    constraint learning_progress_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade,
    constraint learning_progress_module_id_fkey foreign key(module_id) references education.modules (id) on delete cascade
)
    """,
    "create index learning_progress_student_id_id_idx on education.learning_progress (student_id, id)",
    "create index learning_progress_module_id_idx on education.learning_progress (module_id)",
    """
create table education.transactions (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    wallet_id uuid not null,
    type education.transaction_type not null,
    amount numeric(18, 8) not null,
    currency education.currency default 'AZR' not null,
    description varchar not null,
    reference varchar,
    enrollment_id uuid,
    status education.transaction_status default 'completed' not null,
    idempotency_key varchar,
    constraint transactions_pkey primary key (id),
    constraint transactions_amount_check check (amount <> 0 and amount <> 'NaN'),
    constraint transactions_sign_check check ((type = 'payment') = (amount < 0)),
    constraint transactions_wallet_id_currency_fkey foreign key(wallet_id, currency) references education.wallets (id, currency) on delete restrict,
    constraint transactions_wallet_id_idempotency_key_key unique (wallet_id, idempotency_key),
    constraint transactions_enrollment_id_fkey foreign key(enrollment_id) references education.enrollments (id) on delete restrict
)
    """,
    "create index transactions_enrollment_id_idx on education.transactions (enrollment_id)",
    "create unique index transactions_one_payment_key on education.transactions (enrollment_id) where type = 'payment' and status <> 'failed'",
    "create index transactions_reference_idx on education.transactions (reference) where reference is not null",
    "create index transactions_wallet_id_id_idx on education.transactions (wallet_id, id)",
    "grant usage on schema education to azora_app",
    "create or replace function education.viewer_student_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.students.id FROM education.students WHERE education.students.user_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_student_ids() from public",
    "grant execute on function education.viewer_student_ids() to azora_app",
    "create or replace function education.viewer_enrolled_course_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.enrollments.course_id FROM education.enrollments JOIN education.students ON education.students.id = education.enrollments.student_id WHERE education.students.user_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_enrolled_course_ids() from public",
    "grant execute on function education.viewer_enrolled_course_ids() to azora_app",
    "create or replace function education.viewer_taught_course_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.courses.id FROM education.courses WHERE education.courses.instructor_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_taught_course_ids() from public",
    "grant execute on function education.viewer_taught_course_ids() to azora_app",
    "create or replace function education.viewer_taught_module_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.modules.id FROM education.modules JOIN education.courses ON education.courses.id = education.modules.course_id WHERE education.courses.instructor_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_taught_module_ids() from public",
    "grant execute on function education.viewer_taught_module_ids() to azora_app",
    "create or replace function education.viewer_taught_student_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.enrollments.student_id FROM education.enrollments JOIN education.courses ON education.courses.id = education.enrollments.course_id WHERE education.courses.instructor_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_taught_student_ids() from public",
    "grant execute on function education.viewer_taught_student_ids() to azora_app",
    "create or replace function education.viewer_wallet_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT education.wallets.id FROM education.wallets JOIN education.students ON education.students.id = education.wallets.student_id WHERE education.students.user_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$",
    "revoke all on function education.viewer_wallet_ids() from public",
    "grant execute on function education.viewer_wallet_ids() to azora_app",
    "create or replace trigger touch before update on education.courses for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on education.modules for each row execute function kernel.touch_updated_at()",
    """
create or replace function education.copy_published() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select published into new.published from education.courses where id = new.course_id;
  return new;
end $$
    """,
    "revoke all on function education.copy_published() from public",
    "create or replace trigger copy_published before insert on education.modules for each row execute function education.copy_published()",
    "create or replace trigger touch before update on education.students for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on education.wallets for each row execute function kernel.touch_updated_at()",
    "alter table education.assessment_submissions enable row level security, force row level security",
    "create policy visible on education.assessment_submissions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.assessment_submissions.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.assessment_submissions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.assessment_submissions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.assessment_submissions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table education.courses enable row level security, force row level security",
    "create policy visible on education.courses for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.courses.published_at is not null or education.courses.instructor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or education.courses.id = any (array((select education.viewer_enrolled_course_ids() as viewer_enrolled_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.courses for insert to azora_app with check (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.courses.instructor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy updatable on education.courses for update to azora_app using (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.courses.instructor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system') with check (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.courses.instructor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy deletable on education.courses for delete to azora_app using (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.courses.instructor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "alter table education.enrollments enable row level security, force row level security",
    "create policy visible on education.enrollments for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.enrollments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or education.enrollments.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.enrollments for insert to azora_app with check (education.enrollments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.enrollments for update to azora_app using (education.enrollments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system') with check (education.enrollments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.enrollments for delete to azora_app using (education.enrollments.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table education.learning_progress enable row level security, force row level security",
    "create policy visible on education.learning_progress for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.learning_progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or education.learning_progress.module_id = any (array((select education.viewer_taught_module_ids() as viewer_taught_module_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.learning_progress for insert to azora_app with check (education.learning_progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.learning_progress for update to azora_app using (education.learning_progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system') with check (education.learning_progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.learning_progress for delete to azora_app using (education.learning_progress.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table education.modules enable row level security, force row level security",
    "create policy visible on education.modules for select to azora_app using ((SELECT current_setting('azora.role', true) AS current_setting_1) = 'admin' OR education.modules.published OR education.modules.course_id = ANY (array((SELECT education.viewer_taught_course_ids() AS viewer_taught_course_ids_1))) OR education.modules.course_id = ANY (array((SELECT education.viewer_enrolled_course_ids() AS viewer_enrolled_course_ids_1))) OR (SELECT current_setting('azora.role', true) AS current_setting_2) = 'system')",
    "create policy insertable on education.modules for insert to azora_app with check (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.modules.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy updatable on education.modules for update to azora_app using (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.modules.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system') with check (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.modules.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy deletable on education.modules for delete to azora_app using (((select current_setting('azora.role', true) as current_setting_1) = 'educator' or (select current_setting('azora.role', true) as current_setting_1) = 'admin') and education.modules.course_id = any (array((select education.viewer_taught_course_ids() as viewer_taught_course_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "alter table education.students enable row level security, force row level security",
    "create policy visible on education.students for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.students.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or education.students.id = any (array((select education.viewer_taught_student_ids() as viewer_taught_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.students for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.students for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.students for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table education.transactions enable row level security, force row level security",
    "create policy visible on education.transactions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.transactions.wallet_id = any (array((select education.viewer_wallet_ids() as viewer_wallet_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.transactions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.transactions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.transactions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table education.wallets enable row level security, force row level security",
    "create policy visible on education.wallets for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or education.wallets.student_id = any (array((select education.viewer_student_ids() as viewer_student_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on education.wallets for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.wallets for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.wallets for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert, update on education.assessment_submissions to azora_app",
    "grant select, insert, update on education.courses to azora_app",
    "grant select, insert, update on education.enrollments to azora_app",
    "grant select, insert, update on education.learning_progress to azora_app",
    "grant select, insert, update on education.modules to azora_app",
    "grant select, insert, update on education.students to azora_app",
    "grant select, insert on education.transactions to azora_app",
    "grant update (status) on education.transactions to azora_app",
    "grant select, insert, update on education.wallets to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema education cascade")
