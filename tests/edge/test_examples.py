"""The operations that GraphiQL opens with can be run as they stand."""

import json
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution import get_variable_values

from gateway.graphiql import EXAMPLES

OPERATIONS = sorted(EXAMPLES.glob("*.graphql"))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    printed = Path(__file__).parents[2] / "schema.graphql"
    return build_schema(printed.read_text(encoding="utf-8"))


def test_every_variables_file_belongs_to_an_operation() -> None:
    variables = {file.name.removesuffix(".variables.json") for file in EXAMPLES.glob("*.json")}
    assert variables == {"2-sign-in", "4-node", "7-enroll"}
    assert variables < {operation.stem for operation in OPERATIONS}


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_an_example_is_valid_and_its_variables_fit(path: Path, schema: GraphQLSchema) -> None:
    document = parse(path.read_text(encoding="utf-8"))
    assert validate(schema, document) == []
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    file = path.with_suffix(".variables.json")
    variables = json.loads(file.read_bytes()) if file.is_file() else {}
    definitions = operation.variable_definitions or ()
    assert not isinstance(get_variable_values(schema, definitions, variables), list)
    assert {definition.variable.name.value for definition in definitions} == variables.keys()
