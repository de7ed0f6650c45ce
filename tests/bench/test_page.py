"""What the documentation says was measured is what was recorded."""

from pathlib import Path

import orjson
import pytest

from bench import page
from bench.record import FORM, RESULTS, Record, write

SHOWN = [*page.names(page.PAGE.read_text())]


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_says_what_the_record_holds(name: str) -> None:
    text = page.PAGE.read_text()
    said = f"make bench ARGS='--record {name}' writes both"
    assert page.filled(text, name) == text, said


def test_the_page_shows_records() -> None:
    assert "side-by-side" in SHOWN
    assert len(SHOWN) == len(set(SHOWN))


def test_a_record_is_read_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = (RESULTS / "side-by-side.json").read_bytes()
    monkeypatch.setattr("bench.record.RESULTS", tmp_path)
    record: Record = FORM.validate_json(said)
    assert orjson.loads(write("again", record).read_bytes()) == orjson.loads(said)


def test_only_the_named_record_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "shown", lambda name: f"figures of {name}")
    text = "\n".join(f"<!-- recorded: {name} -->\nold\n<!-- end of {name} -->" for name in "ab")
    assert page.filled(text, "b") == (
        "<!-- recorded: a -->\nold\n<!-- end of a -->\n"
        "<!-- recorded: b -->\n\nfigures of b\n\n<!-- end of b -->"
    )
