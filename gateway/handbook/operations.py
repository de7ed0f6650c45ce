"""What clients can ask of a domain, what it adds to other types, and why it refuses."""

import inspect
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLField, GraphQLNamedType

from .schema import BACKREF, GRAPH, links, roots
from .text import code, first_paragraph, joined, table, titled

KINDS = {"Query": "### Queries", "Mutation": "### Mutations", "Subscription": "### Subscriptions"}


def operations(domain: str) -> str:
    parts = [titled(title, _roots(domain, kind)) for kind, title in KINDS.items()]
    return titled("## Operations", joined((*parts, _links(domain), _refusals(domain))))


def _roots(domain: str, kind: str) -> str:
    rows = ((_signature(name, field), _meaning(field)) for name, field in roots(domain, kind))
    return table(("field", "meaning"), rows)


def _signature(name: str, field: GraphQLField) -> str:
    given = ", ".join(f"{each}: {argument.type}" for each, argument in field.args.items())
    return code(f"{name}{f'({given})' if given else ''}: {field.type}")


def _meaning(field: GraphQLField) -> str:
    return " ".join((field.description or "").split())


def _links(domain: str) -> str:
    rows = (
        (code(f"{owner}.{name}"), code(str(field.type)), _meaning(field))
        for owner, name, field in links(domain)
    )
    return titled("### Fields on types of other domains", table(("field", "type", "meaning"), rows))


def _refusals(domain: str) -> str:
    rows = ((code(name), meaning, uses) for name, meaning, uses in _errors(domain))
    return titled("### Refusals", table(("refusal", "meaning", "of"), rows))


def _errors(domain: str) -> Iterator[tuple[str, str, str]]:
    mutations = GRAPH.mutation_type
    refusing = dict(_refusing(mutations.fields if mutations else {}))
    for name, type_ in sorted(GRAPH.type_map.items()):
        if _module(type_) == f"domains.{domain}.errors" and "message" in type_.fields:  # type: ignore[attr-defined]
            uses = (code(field) for field, errors in refusing.items() if name in errors)
            yield name, first_paragraph(type_.description), ", ".join(uses)


def _refusing(fields: dict[str, GraphQLField]) -> Iterator[tuple[str, set[str]]]:
    for name, field in fields.items():
        for extension in field.extensions[BACKREF].extensions:
            yield name, {error.__name__ for error in getattr(extension, "refuses", ())}


def _module(type_: GraphQLNamedType) -> str:
    origin: Any = getattr(type_.extensions.get(BACKREF), "origin", None)
    return getattr(inspect.getmodule(origin), "__name__", "") if origin else ""
