"""Keys from the new namespaces into others, which only an unsharded cluster can have."""

from alembic import op

from migrations.sharding import is_sharded

revision = "4972af4fd6b0"
down_revision = "f9a9f90adba5"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table family.conversations add constraint conversations_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade",
    "alter table family.family_interactions add constraint family_interactions_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade",
    "alter table forge.jobs add constraint jobs_employer_id_fkey foreign key(employer_id) references auth.users (id) on delete restrict",
    "alter table forge.skill_profiles add constraint skill_profiles_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade",
    "alter table health.constitutional_logs add constraint constitutional_logs_user_id_fkey foreign key(user_id) references auth.users (id) on delete set null",
    "alter table mint.postings add constraint postings_actor_id_fkey foreign key(actor_id) references auth.users (id) on delete restrict",
    "alter table mint.wallets add constraint wallets_user_id_fkey foreign key(user_id) references auth.users (id) on delete restrict",
    "alter table mint.wallets add constraint wallets_payee_id_fkey foreign key(payee_id) references auth.users (id) on delete restrict",
    "alter table mint.wallets add constraint wallets_payer_id_fkey foreign key(payer_id) references auth.users (id) on delete restrict",
    "alter table nexus.audit_logs add constraint audit_logs_user_id_fkey foreign key(user_id) references auth.users (id) on delete set null",
    "alter table nexus.user_profiles add constraint user_profiles_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade",
    "alter table forge.applications add constraint applications_freelancer_id_fkey foreign key(freelancer_id) references auth.users (id) on delete restrict",
    "alter table nexus.recommendations add constraint recommendations_job_id_fkey foreign key(job_id) references forge.jobs (id) on delete restrict",
    "alter table nexus.recommendations add constraint recommendations_course_id_fkey foreign key(course_id) references education.courses (id) on delete restrict",
    "alter table sapiens.learning_paths add constraint learning_paths_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade",
    "alter table sapiens.questions add constraint questions_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade",
    "alter table sapiens.student_profiles add constraint student_profiles_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade",
    "alter table sapiens.tutoring_sessions add constraint tutoring_sessions_course_id_fkey foreign key(course_id) references education.courses (id) on delete set null",
    "alter table sapiens.tutoring_sessions add constraint tutoring_sessions_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade",
    "alter table forge.contracts add constraint contracts_escrow_wallet_id_currency_fkey foreign key(escrow_wallet_id, currency) references mint.wallets (id, currency) on delete restrict",
    "alter table mint.mining_records add constraint mining_records_user_id_fkey foreign key(user_id) references auth.users (id) on delete restrict",
    "alter table mint.stakes add constraint stakes_user_id_fkey foreign key(user_id) references auth.users (id) on delete restrict",
    "alter table nexus.interactions add constraint interactions_course_id_fkey foreign key(course_id) references education.courses (id) on delete restrict",
    "alter table nexus.interactions add constraint interactions_job_id_fkey foreign key(job_id) references forge.jobs (id) on delete restrict",
    "alter table sapiens.assessments add constraint assessments_student_id_fkey foreign key(student_id) references education.students (id) on delete cascade",
    "alter table forge.milestones add constraint milestones_settlement_transaction_id_fkey foreign key(settlement_transaction_id) references mint.transactions (id) on delete restrict",
    "alter table forge.disputes add constraint disputes_resolved_by_id_fkey foreign key(resolved_by_id) references auth.users (id) on delete restrict",
    "alter table education.transactions add constraint transactions_mint_transaction_id_fkey foreign key(mint_transaction_id) references mint.transactions (id) on delete restrict",
    "alter table education.wallets add constraint wallets_mint_wallet_id_fkey foreign key(mint_wallet_id) references mint.wallets (id) on delete restrict",
)


REVERSALS = (
    "alter table education.wallets drop constraint wallets_mint_wallet_id_fkey",
    "alter table education.transactions drop constraint transactions_mint_transaction_id_fkey",
    "alter table forge.disputes drop constraint disputes_resolved_by_id_fkey",
    "alter table forge.milestones drop constraint milestones_settlement_transaction_id_fkey",
    "alter table sapiens.assessments drop constraint assessments_student_id_fkey",
    "alter table nexus.interactions drop constraint interactions_job_id_fkey",
    "alter table nexus.interactions drop constraint interactions_course_id_fkey",
    "alter table mint.stakes drop constraint stakes_user_id_fkey",
    "alter table mint.mining_records drop constraint mining_records_user_id_fkey",
    "alter table forge.contracts drop constraint contracts_escrow_wallet_id_currency_fkey",
    "alter table sapiens.tutoring_sessions drop constraint tutoring_sessions_student_id_fkey",
    "alter table sapiens.tutoring_sessions drop constraint tutoring_sessions_course_id_fkey",
    "alter table sapiens.student_profiles drop constraint student_profiles_student_id_fkey",
    "alter table sapiens.questions drop constraint questions_student_id_fkey",
    "alter table sapiens.learning_paths drop constraint learning_paths_student_id_fkey",
    "alter table nexus.recommendations drop constraint recommendations_course_id_fkey",
    "alter table nexus.recommendations drop constraint recommendations_job_id_fkey",
    "alter table forge.applications drop constraint applications_freelancer_id_fkey",
    "alter table nexus.user_profiles drop constraint user_profiles_user_id_fkey",
    "alter table nexus.audit_logs drop constraint audit_logs_user_id_fkey",
    "alter table mint.wallets drop constraint wallets_payer_id_fkey",
    "alter table mint.wallets drop constraint wallets_payee_id_fkey",
    "alter table mint.wallets drop constraint wallets_user_id_fkey",
    "alter table mint.postings drop constraint postings_actor_id_fkey",
    "alter table health.constitutional_logs drop constraint constitutional_logs_user_id_fkey",
    "alter table forge.skill_profiles drop constraint skill_profiles_user_id_fkey",
    "alter table forge.jobs drop constraint jobs_employer_id_fkey",
    "alter table family.family_interactions drop constraint family_interactions_user_id_fkey",
    "alter table family.conversations drop constraint conversations_user_id_fkey",
)


def upgrade() -> None:
    if is_sharded():
        return
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    if is_sharded():
        return
    for statement in REVERSALS:
        op.execute(statement)
