"""The schema keeps to its own conventions, and `schema.graphql` keeps up with it."""

import inspect
import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_scalar_type,
)
from graphql.execution.executor import Executor
from graphql.utilities import BreakingChangeType, find_breaking_changes

from domains.kernel.read.declarations import PlannedField
from domains.kernel.read.meanings import Many, Pages
from domains.kernel.read.symbols import BACKREF
from domains.kernel.refusal import UserError
from gateway.execution.executor import ReadExecutor
from gateway.schema import schema

ROOT = Path(__file__).parents[1]
CORE = schema._schema
OURS = [type_ for name, type_ in sorted(CORE.type_map.items()) if not name.startswith("__")]
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}
COMPOSITE = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
OUTPUT = (GraphQLObjectType, GraphQLInterfaceType)

OUTPUT_FIELDS = {
    f"{type_.name}.{name}": field
    for type_ in OURS
    if isinstance(type_, OUTPUT)
    for name, field in type_.fields.items()
}
DESCRIBED = (
    {type_.name: type_ for type_ in OURS if type_.name not in BUILT_IN}
    | {
        f"{type_.name}.{name}": field
        for type_ in OURS
        if isinstance(type_, COMPOSITE)
        for name, field in type_.fields.items()
    }
    | {
        f"{type_.name}.{name}": value
        for type_ in OURS
        if isinstance(type_, GraphQLEnumType)
        for name, value in type_.values.items()
    }
    | {
        f"{place}({name})": argument
        for place, field in OUTPUT_FIELDS.items()
        for name, argument in field.args.items()
    }
)
assert CORE.query_type and CORE.mutation_type and CORE.subscription_type
QUERIES = CORE.query_type.fields
MUTATIONS = CORE.mutation_type.fields
SUBSCRIPTIONS = CORE.subscription_type.fields


def planned(field: GraphQLField) -> object:
    """What a planned field means; None for others."""
    declared = field.extensions.get(BACKREF)
    return declared.meaning if isinstance(declared, PlannedField) else None


def test_the_committed_schema_is_the_printed_one() -> None:
    assert (ROOT / "schema.graphql").read_text() == f"{schema}\n", "run `make schema`"


def test_a_breaking_change_stands_in_the_changelog() -> None:
    released = build_schema((ROOT / "tests" / "released.graphql").read_text())
    changelog = (ROOT / "CHANGELOG.md").read_text()
    breaking = [
        change.description
        for change in find_breaking_changes(released, build_schema(str(schema)))
        if change.description not in changelog
    ]
    assert breaking == []


def test_leaving_out_a_field_is_seen_as_breaking() -> None:
    text = str(schema)
    without = re.sub(r'  """[^"]*"""\n  durationHours: Int!\n', "", text, count=1)
    changes = find_breaking_changes(build_schema(text), build_schema(without))
    assert [change.type for change in changes] == [BreakingChangeType.FIELD_REMOVED]


@pytest.mark.parametrize("name", DESCRIBED)
def test_everything_is_described(name: str) -> None:
    description = DESCRIBED[name].description
    assert description
    assert description.strip().endswith((".", ":", "!", "?"))


def test_root_fields_may_be_null_so_that_none_takes_its_siblings_down() -> None:
    roots = [*QUERIES.items(), *MUTATIONS.items(), *SUBSCRIPTIONS.items()]
    assert [name for name, field in roots if is_non_null_type(field.type)] == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_takes_one_input_at_most_and_answers_a_payload_with_user_errors(
    name: str,
) -> None:
    title = name[0].upper() + name[1:]
    field = MUTATIONS[name]
    # A mutation that needs to be told nothing takes none.
    assert {each: str(arg.type) for each, arg in field.args.items()} in (
        {"input": f"{title}Input!"},
        {},
    )
    assert str(field.type) == f"{title}Payload"
    payload = CORE.type_map[f"{title}Payload"]
    assert isinstance(payload, GraphQLObjectType)
    assert str(payload.fields["userErrors"].type) == "[UserError!]!"
    refuses = field.extensions[BACKREF].extensions[0].refuses
    assert ("Refuses with:" in str(field.description)) is bool(refuses)


def test_subscriptions_are_named_for_what_has_happened() -> None:
    assert [
        name for name in SUBSCRIPTIONS if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*ed", name)
    ] == []


def test_every_user_error_is_a_type_of_the_schema_and_named_for_a_state() -> None:
    interface = CORE.type_map["UserError"]
    assert isinstance(interface, GraphQLInterfaceType)
    names = {type_.name for type_ in CORE.get_possible_types(interface)}
    kinds = UserError.__subclasses__()
    assert names == {kind.__name__ for kind in kinds if kind.__module__.startswith("domains.")}
    assert [name for name in names if name.endswith(("Error", "Exception"))] == []


def test_links_are_objects_and_never_bare_keys() -> None:
    scalars = [
        name
        for name, field in OUTPUT_FIELDS.items()
        if name.endswith(("Id", "Ids")) and is_scalar_type(get_named_type(field.type))
    ]
    assert scalars == []


@pytest.mark.parametrize(
    "name", [name for name, field in OUTPUT_FIELDS.items() if isinstance(planned(field), Pages)]
)
def test_a_connection_pages_both_ways(name: str) -> None:
    field = OUTPUT_FIELDS[name]
    assert get_named_type(field.type).name.endswith("Connection")
    assert {"first", "after", "last", "before"} <= set(field.args)


def test_a_list_of_rows_is_a_connection_or_bounded() -> None:
    unbounded = [
        name
        for name, field in OUTPUT_FIELDS.items()
        if _is_list(field)
        and isinstance(get_named_type(field.type), GraphQLObjectType | GraphQLUnionType)
        and not name.split(".")[0].endswith("Connection")
        and not ({"first", "ids"} & set(field.args))
    ]
    assert unbounded == []


def _is_list(field: GraphQLField) -> bool:
    kind = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(kind)


def test_a_bounded_list_says_its_size() -> None:
    sizes = {
        name: meaning.size
        for name, field in OUTPUT_FIELDS.items()
        if isinstance(meaning := planned(field), Many)
    }
    assert sizes["Course.modules"] == 50
    assert all(1 <= size <= 100 for size in sizes.values())


def test_names_follow_the_conventions() -> None:
    for name in OUTPUT_FIELDS:
        field = name.split(".")[1]
        assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", field), name
        assert not re.match(r"(get|list|fetch)[A-Z]", field), name
    for type_ in OURS:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", type_.name), type_.name
        if isinstance(type_, GraphQLEnumType):
            assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", value) for value in type_.values)


def test_the_executor_overrides_what_graphql_core_has() -> None:
    theirs = inspect.signature(Executor.complete_value).parameters
    assert list(inspect.signature(ReadExecutor.complete_value).parameters) == list(theirs)
