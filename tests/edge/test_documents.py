"""What is kept of documents."""

from graphql import GraphQLError

from gateway.execution import Gateway


def test_of_a_refused_document_its_errors_are_kept_and_not_its_tree(gateway: Gateway) -> None:
    fields = " ".join(f"unknown{number}" for number in range(200))

    kept = gateway.documents.get(f"{{ {fields} }}")

    assert len(kept.errors) > 50
    assert all(isinstance(error, GraphQLError) for error in kept.errors)
    assert [error for error in kept.errors if error.nodes or error.__traceback__] == []
    assert kept.errors[0].formatted["locations"] == [{"line": 1, "column": 3}]
