"""Variables are what graphql-core would make of them, whatever a client sends."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    get_variable_values,
    is_input_type,
    parse,
)

from gateway.execution.variables import Coercers
from gateway.execution.variables import VariablesCoercer as Coercer
from gateway.schema import schema as whole

SCHEMA = whole._schema
COERCERS = Coercers(SCHEMA)

INPUTS = sorted(
    name
    for name, type_ in SCHEMA.type_map.items()
    if is_input_type(type_) and not name.startswith("__")
)
WRAPPED = ["{}", "{}!", "[{}!]!", "[[{}]!]"]

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    -(2**31),
    1.0,
    1.5,
    float("nan"),
    "",
    "x",
    "2026-01-31T12:00:00Z",
    "2026-01-31",
    "12.50",
    "a@example.org",
    "USD",
    [],
    ["x", None],
    [[]],
    {},
    {"unknown": 1},
    {"id": "x"},
]

TEXTS: dict[str, list[Any]] = {
    "Boolean": [True, False],
    "Int": [0, 7, -(2**31), 2**31 - 1],
    "Float": [0, 1.5, -2],
    "DateTime": ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.25+02:00"],
    "Date": ["2026-01-31"],
    "Decimal": ["12.50", "-1"],
    "EmailAddress": ["Ada@Example.org"],
    "JSON": [{"a": [1, None]}, "x", None],
}


def definitions_of(*declared: str) -> Any:
    operation = parse(f"query ({', '.join(declared)}) {{ __typename }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return operation.variable_definitions


def outcome(of: Callable[[], Any]) -> Any:
    """Values, or what is said of errors."""
    found = of()
    if not isinstance(found, list):
        return repr(found.coerced), repr({name: each.value for name, each in found.sources.items()})
    assert all(isinstance(error, GraphQLError) for error in found)
    return [(error.message, error.locations) for error in found]


def both(definitions: Any, given: dict[str, Any]) -> tuple[Any, Any]:
    """What the coercer makes of variables, and what graphql-core does."""
    coerce = Coercer(COERCERS, definitions)
    return (
        outcome(lambda: coerce(given, suggestions=True)),
        outcome(lambda: get_variable_values(SCHEMA, definitions, given)),
    )


def plain(chance: random.Random, type_: Any, depth: int = 0) -> Any:
    """A value that a type takes, or now and then one that it may not take."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    if isinstance(type_, GraphQLNonNull):
        return plain(chance, type_.of_type, depth)
    if isinstance(type_, GraphQLList):
        return [plain(chance, type_.of_type, depth + 1) for _ in range(chance.randrange(3))]
    if isinstance(type_, GraphQLEnumType):
        return chance.choice(list(type_.values))
    if not isinstance(type_, GraphQLInputObjectType):
        return chance.choice(TEXTS.get(type_.name, ["x", "Q291cnNl"]))
    names = [
        name
        for name, field in type_.fields.items()
        if isinstance(field.type, GraphQLNonNull) or chance.random() < 0.3 / (1 + depth)
    ]
    chance.shuffle(names)
    return {name: plain(chance, type_.fields[name].type, depth + 1) for name in names}


@pytest.mark.parametrize("name", INPUTS)
def test_plain_and_odd_values_are_coerced_or_refused_as_graphql_core_does(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 (no secret)
    for wrapped in WRAPPED:
        definitions = definitions_of(f"$v: {wrapped.format(name)}")
        type_ = Coercer(COERCERS, definitions)._slots[0][1].type
        for value in (*ODD, *(plain(chance, type_) for _ in range(15))):
            mine, theirs = both(definitions, {"v": value})
            assert mine == theirs, value


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"category": "x"}
    for _ in range(levels):
        value = {"not": value}
    return value


@pytest.mark.parametrize("levels", [1, 99, 100, 101, 199, 200, 201, 300])
def test_depth_is_taken_or_refused_as_graphql_core_does(levels: int) -> None:
    mine, theirs = both(definitions_of("$w: CourseFilter"), {"w": deep(levels)})
    assert mine == theirs


GIVEN: list[dict[str, Any]] = [
    {},
    {"a": "1"},
    {"a": None, "b": None},
    {"a": "1", "b": 5, "c": None, "d": None},
    {"a": "1", "b": "5", "unknown": 1},
]


@pytest.mark.parametrize("variables", GIVEN)
def test_what_is_left_out_has_its_default_or_is_missed(variables: dict[str, Any]) -> None:
    definitions = definitions_of(
        "$a: ID!", "$b: Int = 3", "$c: CourseFilter = {level: BEGINNER}", "$d: [Int!]"
    )
    mine, theirs = both(definitions, variables)
    assert mine == theirs


def test_a_plain_value_does_not_take_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.execution.variables.get_variable_values", lambda *_, **__: None)
    coerce = Coercer(COERCERS, definitions_of("$w: CourseFilter!", "$first: Int", "$id: ID"))
    given = {"w": {"or": [{"category": "x"}, {"level": "BEGINNER"}]}, "first": 3, "id": "x"}
    found = coerce(given, suggestions=True)
    assert found is not None
    assert not isinstance(found, list)
    assert found.coerced["first"] == 3
    assert [*found.coerced["w"]["or"][0].items()] == [("category", "x")]
