"""graphql-cop's checks find nothing in production, and everything where nobody took care."""

import traceback
from typing import Any

import httpx
import strawberry
from graphql import (
    GraphQLError,
    GraphQLSchema,
    MaxIntrospectionDepthRule,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL

from gateway.settings import Profile, Settings
from tests.edge.cop import CHECKS, PATH, findings

FOUND_IN_PLAIN = {
    "alias_overloading",
    "directive_overloading",
    "introspection",
    "query_by_get",
    "field_suggestions",
    "graphiql",
}


@strawberry.type
class Query:
    courses: int = 0


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self) -> int:
        return 1


SCHEMA = strawberry.Schema(Query, Mutation)
RULES = [rule for rule in specified_rules if rule is not MaxIntrospectionDepthRule]


def careless(schema: GraphQLSchema) -> ASGIApp:
    """A server that takes whatever comes, and tells all it knows."""

    async def answer(request: Request) -> Response:
        given = await parameters(request)
        if given is None:
            return HTMLResponse("<title>GraphiQL</title>")
        if isinstance(given, list):
            return JSONResponse([executed(each) for each in given])
        return JSONResponse(executed(given))

    def executed(given: Any) -> dict[str, Any]:
        try:
            document = parse(given["query"])
        except GraphQLError as error:
            exception = {"exception": {"stacktrace": traceback.format_exception(error)}}
            return {"errors": [{"message": error.message, "extensions": exception}]}
        if errors := validate(schema, document, RULES):
            return {"errors": [error.formatted for error in errors]}
        result = execute_sync(schema, document)
        return {"data": result.data, "extensions": {"tracing": {"duration": 1}}}

    return Starlette(routes=[Route(PATH, answer, methods=["GET", "POST"])])


async def parameters(request: Request) -> Any:
    if "query" in request.query_params:
        return dict(request.query_params)
    if request.method == "GET":
        return None
    if request.headers["content-type"] == "application/json":
        return await request.json()
    return {"query": httpx.QueryParams((await request.body()).decode())["query"]}


async def found_in(app: ASGIApp) -> set[str]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await findings(client)


async def test_nothing_is_found_in_production(production_url: str) -> None:
    async with httpx.AsyncClient(base_url=production_url) as client:
        alive = await client.post(PATH, json={"query": "{ __typename }"})
        assert alive.json() == {"data": {"__typename": "Query"}}
        assert await findings(client) == set()


async def test_every_check_finds_what_it_looks_for_in_a_careless_server() -> None:
    assert len(CHECKS) == 12
    assert await found_in(careless(SCHEMA._schema)) == {check.__name__ for check in CHECKS}


async def test_half_of_them_find_something_in_a_plain_server() -> None:
    plain = Starlette(routes=[Mount(PATH, GraphQL(SCHEMA)), Route(PATH, GraphQL(SCHEMA))])
    assert await found_in(plain) == FOUND_IN_PLAIN


async def test_repeated_directives_are_answered_with_one_error(client: httpx.AsyncClient) -> None:
    for directive in ("@aa", "@skip(if: false)"):
        query = "{ __typename " + directive * 10 + " }"
        body = (await client.post(PATH, json={"query": query})).json()
        assert len(body["errors"]) == 1
        assert body["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"


async def test_an_alias_of_typename_counts_like_any_other(client: httpx.AsyncClient) -> None:
    most = Settings(profile=Profile.TEST).limits.max_aliases
    fitting, too_many = (
        " ".join(f"a{number}: __typename" for number in range(count)) for count in (most, most + 1)
    )
    answered = await client.post(PATH, json={"query": f"{{ {fitting} }}"})
    assert len(answered.json()["data"]) == most
    refused = (await client.post(PATH, json={"query": f"{{ {too_many} }}"})).json()
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["QUERY_TOO_COMPLEX"]
