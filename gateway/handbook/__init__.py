"""The pages `docs/domains/<name>.md`: what each domain keeps and offers, from the code itself."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from migrations.namespaces import NAMESPACES, metadata

from .diagram import diagram
from .news import news
from .operations import operations
from .tables import tables

FOLDER = Path("docs/domains")
DOMAINS = tuple(name for name in NAMESPACES if name != "kernel")


def pages() -> dict[str, str]:
    """Every domain's page by the name of its file."""
    metadata()
    return {f"{domain}.md": page(domain) for domain in DOMAINS}


def page(domain: str) -> str:
    """One domain's page."""
    sections = (_head(domain), diagram(domain), tables(domain), operations(domain), news(domain))
    return "\n\n".join(filter(None, sections)) + "\n"


def _head(domain: str) -> str:
    return (
        f"# {domain}\n\n"
        f"{_sentence(domain)} Written by `make docs` from the models, the policies and the schema."
    )


def _sentence(domain: str) -> str:
    """What the domain's room says of itself."""
    found = import_module(f"domains.{domain}")
    if not found.__doc__ or find_spec(f"domains.{domain}.models") is None:
        raise ModuleNotFoundError(f"domains.{domain} does not say what it is")
    return found.__doc__.strip()
