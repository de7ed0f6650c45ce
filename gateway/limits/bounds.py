"""The bounds themselves, each with a default that the clients' own documents keep well below."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may hold, fragments counted wherever they are spread."""

    max_source_length: int = 20_000
    """Characters of the document."""

    max_tokens: int = 2_000
    """Lexical tokens of the document, without comments."""

    max_comments: int = 100
    """Comments of the document."""

    max_operations: int = 5
    """Operations of the document, of which a request runs one."""

    max_fragments: int = 30
    """Fragment definitions of the document."""

    max_depth: int = 15
    """Fields inside each other; introspection has a bound of its own in the validation."""

    max_nesting: int = 50
    """Selection sets inside each other, those of fragments and of introspection included."""

    max_fields: int = 300
    """Fields of an operation."""

    max_aliases: int = 30
    """Fields of an operation under another name."""

    max_repeats: int = 30
    """Fields of an operation that stand in their selection set already; validation compares each
    with each."""

    max_directives: int = 20
    """Directives of an operation."""

    max_directives_per_node: int = 3
    """Directives on one field, fragment or definition."""

    max_root_mutations: int = 10
    """Mutations of an operation, which run one after another."""

    secret_mutations_per_document: int = 1
    """Mutations of the document that check a secret, so that one request is one guess."""

    max_cost: int = 20_000
    """Price of an operation: its fields, each as often as the lists around it have items."""

    max_variables_depth: int = 64
    """Lists and objects inside each other in the variables."""
