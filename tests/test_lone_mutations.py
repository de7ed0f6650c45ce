"""A mutation that is alone in its operation answers as graphql-core would have it answer."""

from typing import Any
from uuid import UUID

import orjson
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from domains.kernel import prose
from domains.kernel.context import Context, Info
from domains.kernel.database import Database
from domains.kernel.mutation import Payload, mutation
from domains.kernel.node import Node, keyed
from domains.kernel.read.declarations import node
from domains.kernel.refusal import BadInput, Refused, UserError
from domains.kernel.scalars import SCALARS
from domains.kernel.viewer import Viewer
from domains.notifications import models
from gateway.execution import Gateway, GraphQLRequest
from gateway.execution.documents import Operation
from gateway.execution.executor import ReadExecutor
from gateway.execution.mutations import LoneMutations
from tests.makers import a_notification, a_user, viewer


@prose.output
class Torn(UserError):
    """It is torn."""

    message: str = "It is torn."


@node(models.Notification)
@prose.output
class Letter(Node):
    """What can be folded."""

    title: str
    """What it is about."""


@prose.output
class Inner:
    """What is neither a key nor a plain value."""

    title: str
    """How it is called."""


@prose.output
class FoldPayload(Payload):
    """What `fold` answers."""

    times: int | None = None
    """How often."""

    exactly: int = 0
    """How often for sure."""

    letter: Letter | None = None
    """What was folded."""

    envelope: Letter | None = None
    """What it was put into."""

    inner: Inner | None = None
    """What was in it."""

    names: list[str] | None = None
    """How it was called."""

    @strawberry.field
    def doubled(self) -> int:
        """Twice as often."""
        return 2 * (self.times or 0)


@prose.input
class FoldInput:
    """What to fold."""

    how: str
    """Which way."""

    id: strawberry.ID | None = None
    """The letter."""


WAYS: dict[str, Any] = {
    "plainly": lambda id: FoldPayload(times=2, exactly=3, letter=keyed("Letter", id)),
    "not at all": lambda _: FoldPayload(),
    "to nothing": lambda _: None,
    "out of sight": lambda _: FoldPayload(letter=keyed("Letter", UUID(int=1))),
    "into another": lambda id: FoldPayload(
        letter=keyed("Letter", id), envelope=keyed("Letter", id)
    ),
    "inside": lambda _: FoldPayload(inner=Inner(title="Inner")),
    "by names": lambda _: FoldPayload(names=["a", "b"]),
    "with too many": lambda _: FoldPayload(times=2**40),
    "without a number": lambda _: FoldPayload(exactly=None),  # type: ignore[arg-type]
    "as refused": lambda _: FoldPayload(user_errors=[Torn(path=["input"])]),
    "as something else": lambda _: Inner(title="Not a payload"),
}


@prose.output
class FoldMutation:
    """Folding."""

    @mutation(refuses=[Torn])
    async def fold(self, info: Info, input: FoldInput) -> FoldPayload | None:
        """Fold it."""
        del info
        if input.how == "badly":
            raise BadInput("So it cannot be folded.")
        if input.how == "too hard":
            raise Refused(Torn())
        if input.how == "with a fault":
            raise LookupError("a secret")
        id = UUID(input.id) if input.id else None
        answer: FoldPayload | None = WAYS[input.how](id)
        return answer


@prose.output
class Nothing:
    """No reading."""

    nothing: int = 0
    """None."""


SELECTIONS = [
    "times exactly userErrors { message }",
    "n: times m: times",
    "times times",
    "letter { title id } userErrors { __typename path }",
    "letter { title } envelope { title }",
    "__typename letter { __typename }",
    "doubled inner { title } names",
    "... on FoldPayload { times } exactly",
    "times @skip(if: true) exactly @include(if: true)",
]
DOCUMENT = """
mutation ($how: String!, $id: ID) {
  folded: fold(input: {how: $how, id: $id}) { %s }
}
"""


SCHEMA = strawberry.Schema(
    Nothing, FoldMutation, types=[Torn], config=StrawberryConfig(scalar_map=SCALARS)
)
FAILING = ["badly", "too hard", "with a fault"]


class NoneAlone(LoneMutations):
    """Leaves everything to graphql-core."""

    def of(self, operation: Operation) -> None:
        """None at all."""
        del operation


@pytest.fixture(scope="module")
def folding() -> tuple[Gateway, Gateway]:
    """The same, with and without graphql-core's interpreter."""
    direct, general = Gateway(SCHEMA), Gateway(SCHEMA)
    general.mutations = NoneAlone(general.schema)
    return direct, general


async def answered(gateway: Gateway, database: Database, asked: GraphQLRequest, by: Viewer) -> Any:
    answer = await gateway.execute(asked, Context(database, by, "r1"))
    return orjson.loads(answer.body), answer.outcome, answer.is_whole, answer.errors


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_both_ways_answer_the_same(
    folding: tuple[Gateway, Gateway], database: Database, selection: str
) -> None:
    user = await a_user(database)
    letter = await a_notification(database, user.id)
    for how in [*WAYS, *FAILING, "in no known way"]:
        variables = {"how": how, "id": str(letter.id)}
        request = GraphQLRequest(DOCUMENT % selection, None, variables)
        direct, general = [
            await answered(gateway, database, request, viewer(user)) for gateway in folding
        ]
        assert direct == general, how


async def test_a_payload_is_answered_without_the_interpreter(
    folding: tuple[Gateway, Gateway], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the comparison would compare the interpreter with itself."""
    user = await a_user(database)
    letter = await a_notification(database, user.id)
    variables = {"how": "plainly", "id": str(letter.id)}
    text = DOCUMENT % "times letter { title } userErrors { message }"
    request = GraphQLRequest(text, None, variables)
    monkeypatch.setattr(ReadExecutor, "complete_value", None)
    monkeypatch.setattr(ReadExecutor, "execute_operation", None)

    body, *_ = await answered(folding[0], database, request, viewer(user))

    payload = {"times": 2, "letter": {"title": "Hello"}, "userErrors": []}
    assert body == {"data": {"folded": payload}}
