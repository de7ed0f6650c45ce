"""The text of a statement depends on the document, the viewer's role and the shape of values."""

import re

import pytest

from domains.kernel.node import encode_id
from domains.kernel.read.filters import MOST_IN_STATEMENT
from domains.kernel.read.templates import template
from domains.kernel.refusal import BadInput
from domains.kernel.row import uuid7
from domains.kernel.viewer import ANONYMOUS, Role, Viewer
from tests.kernel.planning import STUDENT, planned

NARROWED = "query ($w: CourseFilter) { courses(first: 7, where: $w) { nodes { id } } }"


@pytest.mark.parametrize("viewer", [ANONYMOUS, STUDENT])
def test_values_are_parameters_and_no_part_of_the_text(viewer: Viewer) -> None:
    one = {"or": [{"category": "it's"}, {"publishedAt": {"since": "2026-01-31T12:00:00Z"}}]}
    other = {"or": [{"category": "another"}, {"publishedAt": {"since": "2025-01-31T12:00:00Z"}}]}

    first, mine = planned(NARROWED, {"w": one}, viewer)
    second, theirs = planned(NARROWED, {"w": other}, viewer)

    assert first.sql == second.sql
    assert "it's" in mine
    assert "another" in theirs


def test_the_same_condition_twice_has_two_parameters() -> None:
    plan, arguments = planned(
        NARROWED, {"w": {"or": [{"category": "one"}, {"category": "two"}]}}, ANONYMOUS
    )
    assert arguments[:2] == ["one", "two"]
    assert "(t0.category = $1) OR (t0.category = $2)" in plan.sql


def test_a_literal_that_holds_a_variable_is_read_of_each_request() -> None:
    query = """query ($one: String, $two: String) {
      courses(first: 7, where: {or: [{category: $one}, {category: $two}]}) { nodes { id } }
    }"""
    for asked in (["a", "b"], ["c", "d"]):
        _, arguments = planned(query, dict(zip(("one", "two"), asked, strict=True)), ANONYMOUS)
        assert arguments[:2] == asked


def test_the_parts_of_a_relation_by_two_keys_bring_only_the_columns_that_are_read() -> None:
    query = "{ viewer { wallets { nodes { transactions { nodes { type amount { amount } } } } } } }"
    plan, _ = planned(query, {}, STUDENT)
    brought = re.findall(r"SELECT ([^()]*) FROM mint\.transactions AS (\w+)", plan.sql)
    (part, other) = brought
    assert part == other == ("{0}.id, {0}.type, {0}.amount".format(part[1]), part[1])


def test_a_list_longer_than_any_may_be_is_refused_where_the_document_itself_asks_for_it() -> None:
    for asked in (
        "courses(first: 101) { nodes { id } }",
        "courses { nodes { modules(first: 101) { id } } }",
    ):
        with pytest.raises(BadInput, match="`first` must be from 0 to 100, not 101"):
            planned(f"{{ {asked} }}", {}, ANONYMOUS)


def test_the_role_is_written_and_the_person_is_a_parameter() -> None:
    for_nobody, none = planned("{ courses { nodes { id } } }", {}, ANONYMOUS)
    for_student, some = planned("{ courses { nodes { id } } }", {}, STUDENT)

    assert "set_config('azora.role', 'anonymous', true)" in for_nobody.sql
    assert "set_config('azora.user_id', '', true)" in for_nobody.sql
    assert none == [20]
    assert "set_config('azora.role', 'student', true)" in for_student.sql
    assert some == [str(STUDENT.user_id), STUDENT.user_id, 20]


def test_a_parameter_that_no_text_holds_is_judged_all_the_same() -> None:
    query = "query ($n: Int) { courses { nodes { modules(first: $n) { id } } } }"
    assert planned(query, {"n": 100}, ANONYMOUS)
    with pytest.raises(BadInput, match="`first` must be from 0 to 100, not 101"):
        planned(query, {"n": 101}, ANONYMOUS)
    with pytest.raises(BadInput, match="not an id"):
        planned("query ($id: ID!) { course(id: $id) { __typename } }", {"id": "x"}, ANONYMOUS)
    identity = {"id": encode_id("Course", uuid7())}
    planned("query ($id: ID!) { course(id: $id) { __typename } }", identity, ANONYMOUS)


def test_the_conditions_of_one_statement_have_an_end() -> None:
    where = {"or": [{"category": "x"}] * 99}
    lists = [f"a{number}: courses(where: $w) {{ nodes {{ id }} }}" for number in range(12)]
    few, many = (f"query ($w: CourseFilter) {{ {' '.join(lists[:count])} }}" for count in (10, 11))

    assert planned(few, {"w": where}, ANONYMOUS)
    with pytest.raises(BadInput, match=f"at most {MOST_IN_STATEMENT} conditions"):
        planned(many, {"w": where}, ANONYMOUS)


def test_policies_are_written_before_anybody_asks() -> None:
    before = template.cache_info().misses
    planned("{ enrollments { nodes { id } } }", {}, Viewer(uuid7(), Role.EMPLOYER))
    assert template.cache_info().misses == before
