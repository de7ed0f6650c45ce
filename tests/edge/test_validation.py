"""Documents are refused with exactly what graphql-core finds wrong with them."""

from typing import Any

import pytest
from graphql import (
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    parse,
    specified_rules,
    validate,
)

from gateway.execution.validation import MOST_ERRORS, Validator
from gateway.schema import schema as whole

SCHEMA = whole._schema
RULES = (*specified_rules, NoSchemaIntrospectionCustomRule)

PRICE = "fragment F on Course { id price { amount } }"

SOUND = [
    "{ courses { nodes { id title modules { title } } } }",
    "query A($id: ID!, $yes: Boolean!) { course(id: $id) { ...F @include(if: $yes) } } " + PRICE,
    "query ($w: CourseFilter = {level: BEGINNER}) { courses(where: $w) { totalCount } }",
    'mutation { sessionCreate(input: {email: "a@b.de", password: "$x"}) { __typename } }',
    'query ($a: ID!) { a: node(id: $a) { id ... on Course { title } } b: node(id: "$") { id } }',
    "subscription { notificationReceived { id } }",
]
UNSOUND = [
    "{ nothing courses { nodes } }",
    "{ __schema { types { name } } }",
    "{ courses { nodes { id { x } } } }",
    "{ courses(first: true, first: 3, second: 1) { totalCount } }",
    "{ course { title } }",
    "{ course(id: $id) { title } }",
    "query ($id: ID) { course(id: $id) { title } }",
    "query ($id: ID!, $id: ID!, $other: Nothing) { course(id: $id) { title } }",
    "query ($unused: Int, $course: Course) { viewer { id } }",
    "query A { viewer { id } } query A { viewer { id } } { viewer { id } }",
    "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    "{ ...Nowhere } fragment Unused on Course { id } fragment Unused on Nothing { id }",
    "fragment F on Currency { id }",
    "{ viewer { ... on Course { id } } }",
    '{ course(id: "x") { title: id title } }',
    "{ viewer @nowhere { id @skip @include(if: 1) @include(if: true) } }",
    "query @skip(if: true) { viewer { id } }",
    "{ courses(where: {level: NOWHERE, unknown: 1, level: BEGINNER}) { totalCount } }",
    "{ courses(where: {or: [{level: 3}, $x]}) { totalCount } }",
    "subscription { notificationReceived { id } __typename }",
    "type T { id: ID } { viewer { id } }",
    "{ viewer { nam emai } course(idd: 3) { titel } }",
    "mutation { sessionCreate { userErrors } }",
    '"""A description.""" query { wrong }',
    "{ " + " ".join(f"wrong{number}" for number in range(MOST_ERRORS + 50)) + " }",
    "{ " + " ".join(f"wrong{number}" for number in range(MOST_ERRORS)) + " }",
]


def said(errors: list[GraphQLError]) -> list[Any]:
    return [(error.message, error.locations, error.path) for error in errors]


@pytest.mark.parametrize("suggestions", [True, False])
@pytest.mark.parametrize("text", [*SOUND, *UNSOUND])
def test_the_errors_are_those_of_graphql_core(text: str, *, suggestions: bool) -> None:
    try:
        document = parse(text)
    except GraphQLError:
        pytest.fail("every document here can be parsed")
    mine = Validator(SCHEMA, RULES, suggestions=suggestions).errors(document)
    theirs = validate(SCHEMA, document, RULES, hide_suggestions=not suggestions)
    assert said(mine) == said(theirs)


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_has_no_errors(text: str) -> None:
    assert Validator(SCHEMA, RULES, suggestions=True).errors(parse(text)) == []


@pytest.mark.parametrize("text", UNSOUND)
def test_what_is_unsound_has_errors(text: str) -> None:
    assert Validator(SCHEMA, RULES, suggestions=True).errors(parse(text))
