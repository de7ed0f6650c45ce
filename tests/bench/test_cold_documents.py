"""Documents that nobody has sent before are valid, different, and as large as was wanted."""

import pytest
from graphql import FieldNode, Visitor, parse, validate, visit

from bench.cold_documents import Unseen
from bench.cold_shapes import SHAPED, shapes
from gateway.limits import Limits, check, parse_document
from gateway.schema import schema

SCHEMA = schema._schema
LIMITS = Limits()


class Fields(Visitor):
    """Counts them."""

    number = 0

    def enter_field(self, *_: FieldNode) -> None:
        self.number += 1


@pytest.mark.parametrize("fields", [10, 50, 300])
def test_a_document_keeps_every_limit_and_has_the_wanted_number_of_fields(fields: int) -> None:
    for text in Unseen(1).documents(fields, 5):
        parsed = parse_document(text, LIMITS)

        assert check(parsed, LIMITS, frozenset()) is None
        assert validate(SCHEMA, parsed) == []
        counted = Fields()
        visit(parsed, counted)
        assert counted.number == fields


def test_no_document_comes_twice_and_the_same_seed_makes_the_same() -> None:
    made = Unseen(3).documents(10, 50)

    assert len(set(made)) == 50
    assert Unseen(3).documents(10, 50) == made
    assert not {*made} & {*Unseen(4).documents(10, 50)}


def test_no_shape_of_variables_comes_twice_and_all_fit_the_document() -> None:
    assert validate(SCHEMA, parse(SHAPED)) == []
    found = shapes(1, 100)

    assert len({str(each) for each in found}) == 100
