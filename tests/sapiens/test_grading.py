"""What answers are worth, question by question."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.sapiens.engine.answers import LONGEST_TEXT, MOST_CHOICES, are_answers
from domains.sapiens.engine.grading import MARKERS, Marks, NotMarkable, feedback, marks

CHOICE, TRUTH, SEVERAL, NUMERIC, SHORT = (
    "multiple_choice",
    "true_false",
    "several_choice",
    "numeric",
    "short_answer",
)


def worth(type: str, right: Any, answer: Any) -> Fraction:
    """What one answer to one question earns, of 1."""
    return Fraction(MARKERS[type](right, answer))


@pytest.mark.parametrize(
    ("type", "right", "answer", "share"),
    [
        (CHOICE, "Paris", "paris", 1),
        (CHOICE, "Paris", "  PARIS\n", 1),
        (CHOICE, "Straße", "STRASSE", 1),
        (CHOICE, "cafe\u0301", "café", 1),
        (CHOICE, "Paris", "Paris, France", 0),
        (CHOICE, "Paris", "", 0),
        (CHOICE, "Paris", None, 0),
        (CHOICE, "1", 1, 0),
        (CHOICE, "true", True, 0),
        (CHOICE, "Paris", ["Paris"], 0),
        (TRUTH, True, True, 1),
        (TRUTH, "True", True, 1),
        (TRUTH, False, " FALSE ", 1),
        (TRUTH, False, True, 0),
        (TRUTH, False, None, 0),
        (TRUTH, False, 0, 0),
        (TRUTH, True, 1, 0),
        (TRUTH, True, "yes", 0),
        (SEVERAL, ["a", "b"], ["B", "a "], 1),
        (SEVERAL, ["a", "b"], ["a", "b", "b"], 1),
        (SEVERAL, ["a", "b"], ["a"], 0),
        (SEVERAL, ["a", "b"], ["a", "b", "c"], 0),
        (SEVERAL, ["a", "b"], [], 0),
        (SEVERAL, ["a"], "a", 0),
        (SEVERAL, ["a"], ["a", ""], 0),
        (NUMERIC, 5, 5, 1),
        (NUMERIC, "5", 5.0, 1),
        (NUMERIC, 5, "5.00", 1),
        (NUMERIC, 5, " 5 ", 1),
        (NUMERIC, "0.1", 0.1, 1),
        (NUMERIC, "0.30000000000000001", 0.3, 0),
        (NUMERIC, -2, "-2", 1),
        (NUMERIC, 0, "-0", 1),
        (NUMERIC, 0, 0, 1),
        (NUMERIC, 0, False, 0),
        (NUMERIC, 1, True, 0),
        (NUMERIC, 0, None, 0),
        (NUMERIC, 100, "1e2", 0),
        (NUMERIC, 5, "5,0", 0),
        (NUMERIC, 5, "five", 0),
        (NUMERIC, 5, "\u0665", 0),
        (NUMERIC, 5, float("inf"), 0),
        (NUMERIC, 5, "NaN", 0),
        (SHORT, ["loop"], "A loop, of course.", 1),
        (SHORT, "A loop.", "I think: a LOOP!", 1),
        (SHORT, ["loop", "repeat"], "loops repeat", Fraction(1, 2)),
        (SHORT, ["while loop", "for"], "A while-loop, or a for loop.", 1),
        (SHORT, ["while loop"], "a loop while it rains", 0),
        (SHORT, ["a", "b", "c"], "b", Fraction(1, 3)),
        (SHORT, ["loop", "LOOP "], "loop", 1),
        (SHORT, ["loop"], "", 0),
        (SHORT, ["loop"], None, 0),
        (SHORT, ["loop"], 5, 0),
    ],
)
def test_an_answer_is_marked_by_the_rule_of_its_type(
    type: str, right: Any, answer: Any, share: Any
) -> None:
    assert worth(type, right, answer) == share


@pytest.mark.parametrize(
    ("type", "right"),
    [
        (CHOICE, ""),
        (CHOICE, 5),
        (TRUTH, "perhaps"),
        (TRUTH, 1),
        (SEVERAL, []),
        (SEVERAL, "a"),
        (SEVERAL, ["a", None]),
        (NUMERIC, "five"),
        (NUMERIC, True),
        (SHORT, []),
        (SHORT, ["loop", "!"]),
        (SHORT, 5),
    ],
)
def test_a_key_that_no_answer_could_meet_is_no_key(type: str, right: Any) -> None:
    with pytest.raises(NotMarkable):
        worth(type, right, "loop")


def question(id: str, points: Any = None, type: str = CHOICE) -> dict[str, Any]:
    return {"id": id, "type": type} | ({} if points is None else {"points": points})


def graded(questions: list[dict[str, Any]], answers: dict[str, Any], most: Any) -> Marks:
    key = {each["id"]: "x" for each in questions if "id" in each}
    return marks(questions, key, answers, Decimal(most))


def test_questions_share_the_greatest_score_by_their_points() -> None:
    three = [question("a"), question("b", 2), question("c", 0.5)]
    assert graded(three, {"a": "x", "b": "x", "c": "x"}, 10) == Marks(Decimal(10), Decimal(100))
    assert graded(three, {"b": "x"}, 10) == Marks(Decimal("5.71"), Decimal("57.1"))
    assert graded(three, {"a": "x", "c": "x"}, "3.5") == Marks(Decimal("1.5"), Decimal("42.85"))
    assert graded(three, {}, 10) == Marks(Decimal(0), Decimal(0))


def test_a_score_is_rounded_down_so_that_nobody_passes_by_rounding() -> None:
    thirds = [question(id) for id in "abc"]
    assert graded(thirds, {"a": "x", "b": "x"}, 10) == Marks(Decimal("6.66"), Decimal("66.6"))
    assert graded(thirds, {"a": "x", "b": "x"}, 100) == Marks(Decimal("66.66"), Decimal("66.66"))
    assert graded(thirds, {"a": "x"}, "0.01") == Marks(Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [question("a", 0)],
        [question("a", -1), question("b", 5)],
        [question("a", "many")],
        [question("a", points=True)],
        [question("a", type="code")],
        [{"id": "a"}],
        [{"type": CHOICE}],
        [{"id": "a", "type": None}],
    ],
)
def test_what_has_no_rule_id_or_points_needs_a_person(questions: list[dict[str, Any]]) -> None:
    with pytest.raises(NotMarkable):
        graded(questions, {}, 10)


def test_a_question_without_a_right_answer_needs_a_person() -> None:
    for key in ({}, {"a": None}, {"b": "x"}):
        with pytest.raises(NotMarkable):
            marks([question("a")], key, {"a": "x"}, Decimal(10))


@given(
    st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=12),
    st.decimals("0.01", "99999.99", places=2),
)
def test_more_right_answers_are_never_worth_less_and_all_of_them_are_worth_all(
    asked: list[tuple[int, bool]], most: Decimal
) -> None:
    questions = [question(str(number), points) for number, (points, _) in enumerate(asked)]
    right = {str(number): "x" for number, (_, known) in enumerate(asked) if known}
    everything = {each["id"]: "x" for each in questions}
    some, whole = graded(questions, right, most), graded(questions, everything, most)
    assert 0 <= some.points <= whole.points == most
    assert 0 <= some.percent <= whole.percent == 100
    fewer = dict(list(right.items())[1:])
    assert graded(questions, fewer, most).points <= some.points


@given(st.integers(0, 10_000), st.decimals("0.01", "99.99", places=2), st.integers(0, 10_000))
def test_the_points_and_the_percentage_pass_together(earned: int, most: Decimal, mark: int) -> None:
    pass_mark = Decimal(mark) / 100
    questions = [question("a", earned), question("b", 10_000 - earned)]
    found = graded(questions, {"a": "x"}, most)
    assert (found.points * 100 >= most * pass_mark) == (found.percent >= pass_mark)


def test_a_student_is_told_how_it_went() -> None:
    said = [feedback(Marks(Decimal(0), Decimal(p)), Decimal(70)) for p in ("69.99", "70", "90")]
    assert said[0].startswith("Not passed yet.")
    assert said[1:] == ["Passed.", "Passed, excellently."]


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        ({}, True),
        ({"a": "x", "b": 1, "c": 1.5, "d": True, "e": None, "f": ["x", "y"]}, True),
        ({"a": "x" * LONGEST_TEXT}, True),
        ({"a": "x" * (LONGEST_TEXT + 1)}, False),
        ({"a": ["x"] * MOST_CHOICES}, True),
        ({"a": ["x"] * (MOST_CHOICES + 1)}, False),
        ({"a": [1]}, False),
        ({"a": {"b": "c"}}, False),
        ({"a": [["x"]]}, False),
        ({str(n): "x" * LONGEST_TEXT for n in range(17)}, False),
        ({"a": float("nan")}, False),
        ([], False),
        ("x", False),
        (None, False),
    ],
)
def test_answers_are_short_and_flat(value: Any, fine: bool) -> None:  # noqa: FBT001 (a case)
    assert are_answers(value) is fine
