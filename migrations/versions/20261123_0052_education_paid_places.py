"""What places in courses cost, taken again and paid back."""

from alembic import op

revision = "895a879a6477"
down_revision = "12d2a1a40d7f"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop policy insertable on education.courses",
    "drop policy updatable on education.courses",
    "drop policy deletable on education.courses",
    "drop policy insertable on education.enrollments",
    "drop policy updatable on education.enrollments",
    "drop policy deletable on education.enrollments",
    "drop policy insertable on education.learning_progress",
    "drop policy updatable on education.learning_progress",
    "drop policy deletable on education.learning_progress",
    "drop policy insertable on education.modules",
    "drop policy updatable on education.modules",
    "drop policy deletable on education.modules",
    "revoke all on education.modules from azora_app",
    "alter table education.assessment_submissions add column difficulty smallint default 1 not null",
    "alter table education.assessment_submissions add constraint assessment_submissions_student_id_assessment_id_key unique (student_id, assessment_id)",
    "alter table education.enrollments add column attempt smallint default 1 not null",
    "alter table education.enrollments add column price numeric(18, 8) default 0 not null",
    "alter table education.enrollments add column currency education.currency default 'AZR' not null",
    "alter table education.learning_progress drop constraint learning_progress_module_id_fkey",
    "alter table education.learning_progress add constraint learning_progress_module_id_fkey foreign key(module_id) references education.modules (id) on delete restrict",
    "alter table education.transactions add column attempt smallint default 1 not null",
    "drop index education.transactions_payment_key",
    "create unique index transactions_payment_key on education.transactions (enrollment_id, attempt) where type = 'payment'",
    "create unique index transactions_refund_key on education.transactions (enrollment_id, attempt) where type = 'refund'",
    "create policy insertable on education.courses for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.courses for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.courses for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on education.enrollments for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.enrollments for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.enrollments for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on education.learning_progress for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.learning_progress for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.learning_progress for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on education.modules for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on education.modules for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on education.modules for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on education.modules from azora_app",
    "grant select, insert, update, delete on education.modules to azora_app",
    "alter table education.enrollments add constraint enrollments_attempt_check check (attempt > 0)",
    "alter table education.enrollments add constraint enrollments_price_check check (price >= 0 and price <> 'NaN')",
    "alter table education.assessment_submissions add constraint assessment_submissions_difficulty_check check (difficulty between 1 and 10)",
    "alter table education.transactions add constraint transactions_attempt_check check (attempt > 0)",
    """
update education.enrollments place
set price = moved.amount, currency = moved.currency::text::education.currency
from education.transactions told join mint.transactions moved on moved.id = told.mint_transaction_id
where told.enrollment_id = place.id and told.type = 'payment'
    """,
)


REVERSALS = (
    "revoke all on education.modules from azora_app",
    "drop policy deletable on education.modules",
    "drop policy updatable on education.modules",
    "drop policy insertable on education.modules",
    "drop policy deletable on education.learning_progress",
    "drop policy updatable on education.learning_progress",
    "drop policy insertable on education.learning_progress",
    "drop policy deletable on education.enrollments",
    "drop policy updatable on education.enrollments",
    "drop policy insertable on education.enrollments",
    "drop policy deletable on education.courses",
    "drop policy updatable on education.courses",
    "drop policy insertable on education.courses",
    "drop index education.transactions_refund_key",
    "drop index education.transactions_payment_key",
    "create unique index transactions_payment_key on education.transactions (enrollment_id) where (type = 'payment'::education.transaction_type)",
    "alter table education.transactions drop column attempt",
    "alter table education.learning_progress drop constraint learning_progress_module_id_fkey",
    "alter table education.learning_progress add constraint learning_progress_module_id_fkey foreign key(module_id) references education.modules (id) on delete cascade",
    "alter table education.enrollments drop column currency",
    "alter table education.enrollments drop column price",
    "alter table education.enrollments drop column attempt",
    "alter table education.assessment_submissions drop constraint assessment_submissions_student_id_assessment_id_key",
    "alter table education.assessment_submissions drop column difficulty",
    "grant insert on education.modules to azora_app",
    "grant select on education.modules to azora_app",
    "grant update on education.modules to azora_app",
    "create policy deletable on education.modules for delete to azora_app using (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (course_id = any (array( select education.viewer_taught_course_ids() as viewer_taught_course_ids_1)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy updatable on education.modules for update to azora_app using (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (course_id = any (array( select education.viewer_taught_course_ids() as viewer_taught_course_ids_1)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text))) with check (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (course_id = any (array( select education.viewer_taught_course_ids() as viewer_taught_course_ids_1)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy insertable on education.modules for insert to azora_app with check (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (course_id = any (array( select education.viewer_taught_course_ids() as viewer_taught_course_ids_1)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy deletable on education.learning_progress for delete to azora_app using (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy updatable on education.learning_progress for update to azora_app using (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text))) with check (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy insertable on education.learning_progress for insert to azora_app with check (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy deletable on education.enrollments for delete to azora_app using (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy updatable on education.enrollments for update to azora_app using (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text))) with check (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy insertable on education.enrollments for insert to azora_app with check (((student_id = any (array( select education.viewer_student_ids() as viewer_student_ids_1))) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    "create policy deletable on education.courses for delete to azora_app using (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (instructor_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy updatable on education.courses for update to azora_app using (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (instructor_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text))) with check (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (instructor_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy insertable on education.courses for insert to azora_app with check (((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'educator'::text) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text)) and (instructor_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
