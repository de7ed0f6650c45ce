"""What is kept of a text, and what cannot be shown."""

import pytest

from domains.kernel.wording import Text, is_shown

LINE, LINES = Text(2, 5), Text(0, 5, lines=True)


@pytest.mark.parametrize(
    "text", ["", "plain", "é", "名前", "🧑🏽‍🚀", "non\u00adbreaking", "e\u0301", "a\u00a0b"]
)
def test_whatever_can_be_seen_is_shown(text: str) -> None:
    assert is_shown(text)
    assert is_shown(text, lines=True)


@pytest.mark.parametrize("char", ["\0", "\x1b", "\r", "\x85", "\ud800", "\uffff", "\u0378"])
def test_controls_halves_of_pairs_and_what_is_no_character_are_not(char: str) -> None:
    assert not is_shown(f"a{char}b")
    assert not is_shown(f"a{char}b", lines=True)


@pytest.mark.parametrize("char", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_what_turns_the_text_around_it_is_not(char: str) -> None:
    assert not is_shown(f"a{char}b")
    assert not is_shown(f"a{char}b", lines=True)


@pytest.mark.parametrize("char", ["\n", "\t"])
def test_only_a_text_of_several_lines_has_breaks(char: str) -> None:
    assert not is_shown(f"a{char}b")
    assert is_shown(f"a{char}b", lines=True)


@pytest.mark.parametrize(
    ("told", "line", "lines"),
    [
        ("  a  b ", "a b", "a  b"),
        ("a\r\n\tb\n", "a b", "a\n\tb"),
        ("a\rb", "a b", "a\rb"),
        (" \u3000 ", "", ""),
    ],
)
def test_a_line_is_kept_with_single_spaces_and_lines_as_they_are(
    told: str, line: str, lines: str
) -> None:
    assert (LINE.plain(told), LINES.plain(told)) == (line, lines)


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("", False, True),
        ("a", False, True),
        ("ab", True, True),
        ("abcde", True, True),
        ("abcdef", False, False),
        ("a\nb", False, True),
        ("a\rb", False, False),
    ],
)
def test_a_text_has_its_length_and_can_be_shown(text: str, line: bool, lines: bool) -> None:  # noqa: FBT001 (a table)
    assert (LINE.takes(text), LINES.takes(text)) == (line, lines)
