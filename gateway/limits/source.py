"""From the text of a document to its syntax tree, within bounds."""

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    Location,
    Node,
    StringValueNode,
    Token,
    Visitor,
    visit,
)
from graphql.language.parser import Parser, nested_too_deeply_error

from gateway.faults import Code, Fault

from .bounds import Limits

ABORTED = " Parsing aborted."
"""How the parser ends its message when a bound and not the grammar was broken."""


def parse_document(source: str, limits: Limits) -> DocumentNode:
    """The syntax tree, or a coded `GraphQLError`."""
    try:
        document = _parsed(source, limits)
    except GraphQLSyntaxError as error:
        raise _coded(error) from None
    # Rare in honest documents, so that most are not walked for it.
    if "\0" in source or "\\u" in source:
        visit(document, _RefuseNul())
    return document


def _parsed(source: str, limits: Limits) -> DocumentNode:
    """As graphql-core's `parse` does it."""
    parser = _Parser(
        source,
        max_source_length=limits.max_source_length,
        max_lexical_tokens=limits.max_tokens,
        max_comments=limits.max_comments,
    )
    try:
        return parser.parse_document()
    except RecursionError:
        pass
    finally:
        parser.forget_tokens()
    raise nested_too_deeply_error(parser)


class _Parser(Parser):
    """Keeps of a node's place the offsets, but not the tokens.

    Half of what a document holds in memory would be tokens, and as they know each other only the
    garbage collector could free them.
    """

    _last: Token | None = None

    def loc(self, start_token: Token) -> Location | None:
        self._last = start_token
        place = super().loc(start_token)
        if place is not None:
            del place.start_token, place.end_token
        return place

    def forget_tokens(self) -> None:
        token = self._last
        while token is not None:
            token.prev, token = None, token.next


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
