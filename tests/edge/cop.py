"""The twelve questions that graphql-cop asks of a server, written anew.

Each check asks as an attacker would, and answers whether it found what it looks for.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

Check = Callable[[httpx.AsyncClient], Awaitable[bool]]

PATH = "/graphql"
PAGES = ("/graphiql", "/playground", "/console", PATH)
SIGNS_OF_A_PAGE = ("graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground")

INSIDE = "type { name }"
for _ in range(3):
    INSIDE = f"type {{ fields {{ {INSIDE} }} }}"


async def alias_overloading(client: httpx.AsyncClient) -> bool:
    """A hundred and one aliases of one field, of a field that counts for nothing elsewhere."""
    aliases = " ".join(f"alias{number}: __typename" for number in range(101))
    return _holds(await _post(client, f"query {{ {aliases} }}"), "data", "alias100")


async def batch_queries(client: httpx.AsyncClient) -> bool:
    """Eleven operations in one request."""
    batch = [{"query": "query { __typename }"}] * 11
    answer = _json(await client.post(PATH, json=batch))
    return isinstance(answer, list) and len(answer) >= 10


async def circular_introspection(client: httpx.AsyncClient) -> bool:
    """Types of fields of types, which multiply."""
    answer = await _post(client, f"query {{ __schema {{ types {{ fields {{ {INSIDE} }} }} }} }}")
    return _holds(answer, "data", "__schema", "types")


async def directive_overloading(client: httpx.AsyncClient) -> bool:
    """One mistake ten times over, each answered by itself."""
    answer = await _post(client, "query { __typename " + "@aa" * 10 + " }")
    return isinstance(answer, dict) and len(answer.get("errors", ())) > 1


async def field_suggestions(client: httpx.AsyncClient) -> bool:
    """A name that is nearly right, both of the schema itself and of what is in it."""
    answers = [
        await _post(client, "query { __schema { directive } }"),
        await _post(client, "query { __typenam }"),
        await _post(client, "query { cours }"),
    ]
    return "Did you mean" in str(answers)


async def mutation_by_get(client: httpx.AsyncClient) -> bool:
    """What changes things, by a link."""
    answer = await client.get(PATH, params={"query": "mutation { __typename }"})
    return _holds(_json(answer), "data", "__typename")


async def query_by_get(client: httpx.AsyncClient) -> bool:
    """What any page can have its visitors' browsers ask."""
    answer = await client.get(PATH, params={"query": "{ __typename }"})
    return _holds(_json(answer), "data", "__typename")


async def graphiql(client: httpx.AsyncClient) -> bool:
    """A page for exploring, where people look for one."""
    pages = [await client.get(path, headers={"accept": "text/html"}) for path in PAGES]
    return any(sign in page.text for page in pages for sign in SIGNS_OF_A_PAGE)


async def introspection(client: httpx.AsyncClient) -> bool:
    """The whole schema."""
    answer = await _post(client, "query { __schema { types { name fields { name } } } }")
    return _holds(answer, "data", "__schema", "types")


async def url_encoded_post(client: httpx.AsyncClient) -> bool:
    """What a form of any other site can post."""
    form = {"query": "query { __typename }"}
    answers = [await client.post(PATH, data=form), await client.post(PATH, params=form)]
    return any(_holds(_json(answer), "data", "__typename") for answer in answers)


async def tracing(client: httpx.AsyncClient) -> bool:
    """How long each part took, or where in the program it was."""
    answer = await _post(client, "query { __typename }")
    return "tracing" in str(answer) or "stacktrace" in str(answer).lower()


async def unhandled_errors(client: httpx.AsyncClient) -> bool:
    """What is no GraphQL at all, and the exception in the answer to it."""
    answer = await _post(client, "qwerty cop { abc }")
    errors = answer.get("errors", ()) if isinstance(answer, dict) else ()
    return any("exception" in error.get("extensions", {}) for error in errors)


CHECKS: tuple[Check, ...] = (
    alias_overloading,
    batch_queries,
    circular_introspection,
    directive_overloading,
    field_suggestions,
    mutation_by_get,
    query_by_get,
    graphiql,
    introspection,
    url_encoded_post,
    tracing,
    unhandled_errors,
)


async def findings(client: httpx.AsyncClient) -> set[str]:
    """The names of the checks that found something."""
    return {check.__name__ for check in CHECKS if await check(client)}


async def _post(client: httpx.AsyncClient, query: str) -> Any:
    return _json(await client.post(PATH, json={"query": query}))


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _holds(answer: Any, *path: str) -> bool:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return bool(answer)
