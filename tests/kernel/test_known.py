"""A policy is not asked what the statement asks of the same rows already, and all else it is."""

import re

import pytest

from domains.kernel.read.known import parent
from domains.kernel.read.meanings import Join
from domains.kernel.read.rows import Clause, Row, table_of
from domains.kernel.viewer import Role, Viewer
from domains.mint.models import Transaction
from tests.kernel.planning import STUDENT, planned

OWN_STUDENTS = "ANY (CAST((SELECT ids FROM ids_of__education__viewer_student_ids) AS UUID[]))"
OWN_WALLETS = "ANY (CAST((SELECT ids FROM ids_of__mint__viewer_wallet_ids) AS UUID[]))"
TAUGHT = "ANY (CAST((SELECT ids FROM ids_of__education__viewer_taught_course_ids) AS UUID[]))"

ADMIN = Viewer(STUDENT.user_id, Role.ADMIN)
EDUCATOR = Viewer(STUDENT.user_id, Role.EDUCATOR)

OF_A_STUDENT = f"t.student_id = {OWN_STUDENTS} OR t.course_id = {TAUGHT}"
OF_A_TRANSACTION = f"t.from_id = {OWN_WALLETS} OR t.to_id = {OWN_WALLETS}"


def asked(query: str, table: str, viewer: Viewer = STUDENT) -> list[str]:
    """What a statement asks of the rows of a table that it lists."""
    text = re.sub(r"\bt\d+\.", "t.", " ".join(planned(query, {}, viewer)[0].sql.split()))
    return re.findall(rf"FROM {re.escape(table)} AS t\d+ WHERE (.*?)(?: ORDER|\)\)?, 'null')", text)


@pytest.mark.parametrize("viewer", [STUDENT, EDUCATOR])
def test_what_belongs_to_the_viewer_is_joined_and_asked_nothing_else(viewer: Viewer) -> None:
    query = """{ viewer {
      skillProfile { rating }
      recommendations { nodes { id } }
      student { enrollments { nodes { id } } tutoringSessions { nodes { id } } }
    } }"""
    for table in ("forge.skill_profiles", "nexus.recommendations", "education.students"):
        assert asked(query, table, viewer) == ["t.user_id = t.id"]
    for table in ("education.enrollments", "sapiens.tutoring_sessions"):
        assert asked(query, table, viewer) == ["t.student_id = t.id"]


def test_transactions_of_a_wallet_that_the_viewer_sees_are_theirs_on_either_side() -> None:
    query = "{ viewer { wallets { nodes { transactions { nodes { id } } } } } }"
    assert asked(query, "mint.transactions") == [
        "t.from_id = t.id",
        "(t.to_id = t.id) AND (t.from_id IS DISTINCT FROM t.id)",
    ]


def test_transactions_of_somebody_elses_wallet_are_asked() -> None:
    query = "{ users { nodes { student { wallet { transactions { nodes { id } } } } } } }"
    own = "ANY (CAST((SELECT ids FROM ids_of__education__viewer_wallet_ids) AS UUID[]))"
    assert asked(query, "education.transactions") == [
        f"(t.wallet_id = {own}) AND (t.wallet_id = t.id)"
    ]


def test_what_is_deleted_is_left_out_of_the_viewers_own_too() -> None:
    (condition,) = asked(
        "{ viewer { notifications { nodes { id } } } }", "notifications.notifications"
    )
    assert condition == "(t.deleted_at IS NULL) AND (t.user_id = t.id)"


def test_rows_that_are_joined_by_another_column_are_asked() -> None:
    query = "{ viewer { student { tutoringSessions { nodes { messages { nodes { id } } } } } } }"
    assert asked(query, "sapiens.messages") == [
        f"(t.student_id = {OWN_STUDENTS}) AND (t.session_id = t.id)"
    ]


def test_what_belongs_to_somebody_else_is_asked() -> None:
    query = "{ users { nodes { student { enrollments { nodes { id } } } } } }"
    assert asked(query, "education.enrollments") == [f"({OF_A_STUDENT}) AND (t.student_id = t.id)"]


def test_places_in_courses_that_the_viewer_teaches_are_asked_nothing_else() -> None:
    query = "{ viewer { courses { nodes { enrollments { nodes { id } } } } } }"
    assert asked(query, "education.enrollments", EDUCATOR) == ["t.course_id = t.id"]


def test_places_in_any_course_are_asked() -> None:
    query = "{ courses { nodes { enrollments { nodes { id } } } } }"
    assert asked(query, "education.enrollments", EDUCATOR) == [
        f"({OF_A_STUDENT}) AND (t.course_id = t.id)"
    ]


def test_of_a_list_of_ones_own_the_policy_asks_nothing_more() -> None:
    (condition,) = asked("{ mySecurityEvents { nodes { id } } }", "auth.audit_logs")
    assert re.fullmatch(r"t\.user_id = \$\d+::UUID", condition)


def test_conditions_of_related_rows_conclude_as_links_do() -> None:
    query = "courses(where: {enrollments: {status: ACTIVE}}) { nodes { id } }"
    own, _ = planned(f"{{ viewer {{ {query} }} }}", {}, EDUCATOR)
    anybodys, _ = planned(f"{{ {query} }}", {}, EDUCATOR)
    assert "ids_of__" not in own.sql
    assert TAUGHT in " ".join(anybodys.sql.split())


def test_admins_are_asked_nothing_but_the_join() -> None:
    query = "{ viewer { wallets { nodes { transactions { nodes { id } } } } } }"
    assert asked(query, "mint.transactions", ADMIN)[0] == "t.from_id = t.id"


@pytest.mark.parametrize(
    ("known", "traits"),
    [
        (("row__.from_id = $1",), {" = $1"}),
        (("row__.from_id = $1", "row__.to_id = $1"), set()),
        (("row__.from_id IS DISTINCT FROM row__.to_id",), set()),
        (("row__.to_id = $1",), set()),
        (("row__.from_id_of_another = $1",), set()),
    ],
)
def test_of_a_key_only_that_is_known_which_is_asked_of_it_alone(
    known: Clause, traits: set[str]
) -> None:
    table = table_of(Transaction)
    link = parent(Transaction, Row("t0", table, (known,)), Join("from_id", ("id",)), Role.SYSTEM)
    assert link.traits == traits
