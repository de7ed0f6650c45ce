"""Employers are public people, as educators are."""

from alembic import op

revision = "fbd53dd762c0"
down_revision = "c05d9be81a37"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop policy visible on auth.user_profiles",
    "drop policy visible on auth.users",
    "create policy visible on auth.user_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (exists (select profiled.id from auth.users as profiled where profiled.id = auth.user_profiles.user_id and profiled.role in ('educator', 'employer') and profiled.deleted_at is null and profiled.disabled_at is null)) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy visible on auth.users for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.users.id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) and auth.users.deleted_at is null or auth.users.role in ('educator', 'employer') and auth.users.deleted_at is null and auth.users.disabled_at is null or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
)


REVERSALS = (
    "drop policy visible on auth.users",
    "drop policy visible on auth.user_profiles",
    "create policy visible on auth.users for select to azora_app using (((( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text) or ((id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1)) and (deleted_at is null)) or ((role = 'educator'::auth.user_role) and (deleted_at is null) and (disabled_at is null)) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy visible on auth.user_profiles for select to azora_app using (((( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text) or (user_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1)) or (exists ( select profiled.id from auth.users profiled where ((profiled.id = user_profiles.user_id) and (profiled.role = 'educator'::auth.user_role) and (profiled.deleted_at is null) and (profiled.disabled_at is null)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
