"""The domains' pages say what the code does."""

from pathlib import Path

import pytest

from domains.kernel.policy import protected_tables
from gateway import handbook
from gateway.schema import schema

FOLDER = Path(__file__).parents[1] / handbook.FOLDER
PAGES = handbook.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name], "Run `make docs`."


def test_there_is_a_page_for_each_domain_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)
    assert len(PAGES) == 9


def test_every_table_and_every_root_field_stands_on_a_page() -> None:
    whole = "\n".join(PAGES.values())
    tables = {name for name in protected_tables() if not name.startswith("kernel.")}
    graph = schema._schema
    assert graph.query_type is not None
    assert graph.mutation_type is not None
    assert graph.subscription_type is not None
    assert [name for name in tables if f"### {name}\n" not in whole] == []
    kinds = (graph.query_type, graph.mutation_type, graph.subscription_type)
    roots = {name for kind in kinds for name in kind.fields} - {"node", "nodes"}
    missing = [name for name in roots if f"`{name}(" not in whole and f"`{name}:" not in whole]
    assert missing == []


def test_every_policy_says_who_is_meant() -> None:
    for policy in protected_tables().values():
        for predicate in (policy.visible, policy.changeable, policy.addable):
            assert predicate.__doc__, predicate.__qualname__
