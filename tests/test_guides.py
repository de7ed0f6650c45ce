"""What the guides name is there: operations can be sent, commands run, links followed."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gateway.app import gateway_of
from gateway.cli import main
from gateway.execution import Gateway
from gateway.settings import Profile, Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
ALL = [ROOT / "README.md", *PAGES]

BLOCK = re.compile(r"^```graphql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"azora ([a-z]+(?: [a-z]+)*)")
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str]]:
    """Each document of the guides, by where it stands."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{page.relative_to(ROOT)}:{line}", found[1]


EXAMPLES = dict(blocks())


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    return gateway_of(Settings(profile=Profile.PRODUCTION))


def anchors(page: Path) -> set[str]:
    """What can follow the `#` of a link to a page: its headings, as browsers are given them."""
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("place", EXAMPLES)
def test_an_example_can_be_sent(place: str, gateway: Gateway) -> None:
    document = gateway.documents.get(EXAMPLES[place])
    assert [error.message for error in document.errors] == []
    costs = [operation.least_cost() for operation in document.operations.values()]
    assert costs
    assert max(costs) <= gateway.rules.limits.max_cost


def test_the_guide_to_accounts_has_examples() -> None:
    assert len([place for place in EXAMPLES if place.startswith("docs/accounts.md")]) > 10


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    lost = []
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(f"{path}#{anchor}" if anchor else path)
    assert lost == []


def is_command(words: str) -> bool:
    """Whether they name a command, or a group of commands; what follows a command is its own."""
    found: click.Command = main
    for word in words.split():
        if isinstance(found, click.Group):
            if word not in found.commands:
                return False
            found = found.commands[word]
    return True


@pytest.mark.parametrize("page", ALL, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_is_named_exists(page: Path) -> None:
    spans = re.findall(r"`([^`]+)`", CODE.sub("", page.read_text(encoding="utf-8")))
    named = [words for span in spans for words in COMMAND.findall(span)]
    assert [words for words in named if not is_command(words)] == []


def test_every_decision_is_listed() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (DOCS / "decisions").glob("[0-9]*.md")}
    assert [name for name in sorted(pages) if f"({name})" not in index] == []
