"""Keys from one namespace into another, which only an unsharded cluster can have."""

from alembic import op

from migrations.sharding import is_sharded

revision = "36fde5a97361"
down_revision = "d3ec61312d24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if is_sharded():
        return
    op.execute(
        "alter table education.courses add constraint courses_instructor_id_fkey "
        "foreign key (instructor_id) references auth.users (id) on delete restrict"
    )
    op.execute(
        "alter table education.students add constraint students_user_id_fkey "
        "foreign key (user_id) references auth.users (id) on delete restrict"
    )
    op.execute(
        "alter table notifications.notifications add constraint notifications_user_id_fkey "
        "foreign key (user_id) references auth.users (id) on delete cascade"
    )


def downgrade() -> None:
    if is_sharded():
        return
    op.execute("alter table education.courses drop constraint courses_instructor_id_fkey")
    op.execute("alter table education.students drop constraint students_user_id_fkey")
    op.execute("alter table notifications.notifications drop constraint notifications_user_id_fkey")
