"""From the text of a document to its syntax tree, within bounds."""

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    StringValueNode,
    Visitor,
    parse,
    visit,
)

from gateway.faults import Code, Fault

from .bounds import Limits

ABORTED = " Parsing aborted."
"""How the parser ends its message when a bound and not the grammar was broken."""


def parse_document(source: str, limits: Limits) -> DocumentNode:
    """The syntax tree, or a coded `GraphQLError`."""
    try:
        document = parse(
            source,
            max_source_length=limits.max_source_length,
            max_lexical_tokens=limits.max_tokens,
            max_comments=limits.max_comments,
        )
    except GraphQLSyntaxError as error:
        raise _coded(error) from None
    # Rare in honest documents, so that most are not walked for it.
    if "\0" in source or "\\u" in source:
        visit(document, _RefuseNul())
    return document


def _coded(error: GraphQLSyntaxError) -> GraphQLError:
    if error.description.endswith(ABORTED):
        return _located(error, Code.QUERY_TOO_COMPLEX, error.description.removesuffix(ABORTED))
    return _located(error, Code.BAD_USER_INPUT, error.message)


def _located(error: GraphQLSyntaxError, code: Code, message: str) -> GraphQLError:
    extensions = {"code": code.value}
    return GraphQLError(
        message, source=error.source, positions=error.positions, extensions=extensions
    )


class _RefuseNul(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Node) -> None:
        if "\0" in node.value:
            raise Fault(Code.BAD_USER_INPUT, "A string holds the character U+0000.", node)
