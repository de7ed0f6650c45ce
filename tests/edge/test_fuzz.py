"""Random operations, valid ones and broken ones, against a running server."""

import os
from collections.abc import Iterator
from datetime import UTC
from itertools import count, product
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.graphql import nodes

SEED = int(os.environ.get("AZORA_FUZZ_SEED", "20261122"))
OPERATIONS = 2_000
AT_A_TIME = 5
LONGEST_ANSWER_S = 10

EVERY_EXAMPLE = settings(
    max_examples=AT_A_TIME,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)

SCALARS = {
    "Date": st.dates().map(str),
    "DateTime": st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    "Decimal": st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    "EmailAddress": st.emails(),
    "JSON": st.text(),
}
"""What a client would write; what it should not is mixed in."""

for scalar, written in SCALARS.items():
    schemathesis.graphql.scalar(scalar, (written | st.text()).map(nodes.String))


def test_two_thousand_random_operations_are_all_answered_without_a_fault(server_url: str) -> None:
    with requests.Session() as session:
        answered = 0
        for cases, turn in turns(f"{server_url}/graphql"):
            answered += send(cases, turn, session)
            if answered >= OPERATIONS:
                break
        alive = session.get(f"{server_url}/graphql?query={{__typename}}", timeout=1)
    assert alive.json() == {"data": {"__typename": "Query"}}


def turns(url: str) -> Iterator[tuple[Any, int]]:
    """Ways to make up operations, again and again: every root field, taken rightly and wrongly."""
    schema: Any = schemathesis.graphql.from_url(url)
    fields = [field.ok() for field in schema.get_all_operations()]
    for turn in count(SEED):
        for field, mode in product(fields, GenerationMode):
            yield field.as_strategy(generation_mode=mode), turn


def send(cases: Any, turn: int, session: requests.Session) -> int:
    sent = 0

    @seed(turn)
    @EVERY_EXAMPLE
    @given(case=cases)
    def each(case: Case[Any]) -> None:
        nonlocal sent
        sent += 1
        check(case, case.call(session=session, timeout=LONGEST_ANSWER_S))

    each()
    return sent


def check(case: Case[Any], response: Any) -> None:
    answer = response.json()
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert response.status_code < 500, case.as_curl_command()
    assert codes.isdisjoint({"INTERNAL", "SERVER_BUSY"}), case.as_curl_command()
    assert "data" in answer or codes, case.as_curl_command()
