"""GraphiQL as a person meets it: a real Chromium at a real server, under the page's own policy."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    Route,
    expect,
)

from gateway.graphiql import BUILT, FALLBACK, graphiql_page

PACKAGES = Path(__file__).parents[2] / "ui" / "graphiql" / "fallback" / "node_modules"
PINNED_ADDRESS = re.compile(r"https://[^/]+/npm/(?P<package>@?[^@]+)@[^/]+/(?P<file>.+)")
expect.set_options(timeout=20_000)


class Visit:
    """One person's browser, and all that it complained of and asked for."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        context.on("console", self._hear)
        context.on("weberror", lambda failure: self.complaints.append(str(failure.error)))

    def _hear(self, message: ConsoleMessage) -> None:
        # A breach of the content security policy is an error here, like any other.
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    async def press(self, button: str) -> None:
        await self.page.get_by_role("button", name=button).first.click()

    async def run(self, operation: str) -> Response:
        """Press the button and give the response to the operation."""
        sent = f'"operationName":"{operation}"'
        async with self.page.expect_response(
            lambda response: sent in (response.request.post_data or "").replace(": ", ":")
        ) as answer:
            await self.press("Execute query")
        return await answer.value

    async def load(self, address: str) -> None:
        """Load the page until it knows the schema; what is typed before may be lost."""
        async with self.page.expect_response(
            lambda response: "IntrospectionQuery" in (response.request.post_data or "")
        ) as schema:
            await self.page.goto(address)
        await (await schema.value).finished()
        await expect(self.page.get_by_text("query Courses")).to_be_visible()

    async def give_token(self, token: str) -> str | None:
        """Write the header, run, and give the header that was sent."""
        await self.page.get_by_text("Bearer azat_").click()
        await self.page.keyboard.press("Control+A")
        # The editor closes the quotation mark and the brace itself.
        await self.page.keyboard.type(f'{{"authorization": "Bearer {token}')
        response = await self.run("Courses")
        return await response.request.header_value("authorization")

    async def memory(self) -> str:
        """All that the page keeps in the browser; it writes half a second after a change."""
        await self.page.wait_for_timeout(1_000)
        return str(await self.page.evaluate("JSON.stringify(localStorage)"))

    @property
    def result(self) -> Locator:
        return self.page.locator(".graphiql-response")


@pytest.fixture
async def stranger(chromium: Browser) -> AsyncIterator[Visit]:
    context = await chromium.new_context(viewport={"width": 1400, "height": 1000})
    yield Visit(context, await context.new_page())
    await context.close()


@pytest.fixture
async def visit(stranger: Visit, server_url: str) -> Visit:
    assert (BUILT / "index.html").is_file(), "needs: npm run build --prefix ui/graphiql"
    await stranger.load(f"{server_url}/graphql")
    return stranger


@pytest.fixture
async def fallback_visit(stranger: Visit, server_url: str) -> Visit:
    """The page that nobody built, with the packages' own files in the place of the CDN."""
    page = graphiql_page(Path("never-built"))

    async def give_page(route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(body=bytes(page.body), headers=dict(page.headers))
        else:
            await route.continue_()

    async def give_own_file(route: Route) -> None:
        await route.fulfill(path=FALLBACK / Path(urlsplit(route.request.url).path).name)

    await stranger.context.route("**/graphql", give_page)
    await stranger.context.route("**/graphiql/fallback/*", give_own_file)
    await stranger.context.route("https://**/*", _give_package_file)
    return stranger


async def _give_package_file(route: Route) -> None:
    file = _package_file(route.request.url)
    await route.fulfill(
        path=file,
        content_type="text/css" if file.suffix == ".css" else "text/javascript",
        headers={"access-control-allow-origin": "*"},
    )


def _package_file(url: str) -> Path:
    address = PINNED_ADDRESS.fullmatch(url)
    assert address is not None
    return PACKAGES / address["package"] / address["file"]


@pytest.mark.browser
async def test_the_first_example_runs_and_shows_its_answer(visit: Visit) -> None:
    response = await visit.run("Courses")
    sent = await response.request.all_headers()
    assert response.request.method == "POST"
    assert sent["content-type"] == "application/json"
    assert sent["accept"] == "application/graphql-response+json, application/json"
    answer = await response.json()
    assert "errors" not in answer
    title = answer["data"]["courses"]["edges"][0]["node"]["title"]
    await expect(visit.result).to_contain_text(f'"title": "{title}"')


TABS = [
    "Courses", "SignIn", "Me", "Node", "Everything", "Figures", "Enroll", "Money", "Work",
]  # fmt: skip


@pytest.mark.browser
async def test_the_examples_are_the_tabs_and_bring_their_variables(visit: Visit) -> None:
    titles = visit.page.get_by_role("tab")
    await expect(titles).to_have_text(TABS, use_inner_text=True)
    await titles.nth(1).click()
    await visit.press("Variables")
    await expect(visit.page.get_by_text("student@azora.world")).to_be_visible()


@pytest.mark.browser
async def test_the_documentation_says_what_a_type_means(visit: Visit, server_url: str) -> None:
    question = {"query": '{ __type(name: "Course") { description } }'}
    answer = await visit.page.request.post(f"{server_url}/graphql", data=question)
    description = (await answer.json())["data"]["__type"]["description"]
    await visit.press("Show Documentation Explorer")
    await visit.page.get_by_role("combobox").fill("Course")
    await visit.page.get_by_role("option", name="Course", exact=True).click()
    documentation = visit.page.locator(".graphiql-doc-explorer")
    first_line = description.splitlines()[0].replace("`", "")
    await expect(documentation).to_contain_text(first_line)


@pytest.mark.browser
async def test_the_explorer_opens_and_shows_the_fields_of_the_query(visit: Visit) -> None:
    await visit.press("Show GraphiQL Explorer")
    explorer = visit.page.locator(".graphiql-explorer-root")
    await expect(explorer).to_contain_text("totalCount")
    await expect(explorer).to_contain_text("pageInfo")


@pytest.mark.browser
async def test_a_header_is_sent_and_forgotten(visit: Visit) -> None:
    assert await visit.give_token("azat_secret") == "Bearer azat_secret"
    kept = await visit.memory()
    assert "query Courses" in kept
    assert "azat_secret" not in kept


@pytest.mark.browser
async def test_a_header_is_kept_for_whoever_asks_for_it(visit: Visit) -> None:
    await visit.page.evaluate("localStorage.setItem('graphiql:shouldPersistHeaders', 'true')")
    await visit.load(visit.page.url)
    assert await visit.give_token("azat_secret") == "Bearer azat_secret"
    assert "azat_secret" in await visit.memory()


def workers_of(visit: Visit) -> set[str]:
    """The names of the editors' workers that have begun by now."""
    return {Path(urlsplit(worker.url).path).name.split("-")[0] for worker in visit.page.workers}


@pytest.mark.browser
async def test_a_whole_visit_keeps_the_policy_and_stays_at_its_origin(
    visit: Visit, server_url: str
) -> None:
    await visit.run("Courses")
    for button in ("Show Documentation", "Show History", "Show GraphiQL Explorer", "Prettify"):
        await visit.press(button)
    operation = visit.page.get_by_role("region", name="Operation Editor")
    await operation.get_by_text("totalCount").click()
    await visit.page.keyboard.type("Unknown")
    # The mark of a field that the schema lacks comes from a worker.
    await expect(operation.locator(".squiggly-error")).to_be_visible()
    async with asyncio.timeout(10):
        while workers_of(visit) != {"editor.worker", "graphql.worker", "json.worker"}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert visit.complaints == []
    assert visit.hosts == {urlsplit(server_url).netloc}


@pytest.mark.browser
async def test_an_injected_script_does_not_run_and_is_complained_of(visit: Visit) -> None:
    injected = "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
    await visit.page.evaluate(f"() => {{ {injected} document.body.append(s); }}")
    assert await visit.page.evaluate("window.ran") is None
    assert len(visit.complaints) == 1
    assert "Content Security Policy" in visit.complaints[0]


@pytest.mark.browser
@pytest.mark.node
async def test_the_unbuilt_page_runs_the_first_example(
    fallback_visit: Visit, server_url: str
) -> None:
    await fallback_visit.page.goto(f"{server_url}/graphql")
    answer = await (await fallback_visit.run("Courses")).json()
    title = answer["data"]["courses"]["edges"][0]["node"]["title"]
    await expect(fallback_visit.result).to_contain_text(f'"title": "{title}"')
    await fallback_visit.press("Show GraphiQL Explorer")
    await expect(fallback_visit.page.locator(".graphiql-explorer-root")).to_contain_text("pageInfo")
    assert fallback_visit.complaints == []
    assert fallback_visit.hosts == {urlsplit(server_url).netloc, "cdn.jsdelivr.net"}


@pytest.mark.browser
@pytest.mark.node
async def test_a_file_changed_on_its_way_does_not_run(
    fallback_visit: Visit, server_url: str
) -> None:
    async def give_changed_file(route: Route) -> None:
        body = _package_file(route.request.url).read_bytes() + b"\nwindow.ran = true;"
        cors = {"access-control-allow-origin": "*"}
        await route.fulfill(body=body, content_type="text/javascript", headers=cors)

    await fallback_visit.context.route("https://**/react.production.min.js", give_changed_file)
    await fallback_visit.page.goto(f"{server_url}/graphql")
    assert await fallback_visit.page.evaluate("[window.ran, window.React]") == [None, None]
    assert "Failed to find a valid digest" in fallback_visit.complaints[0]
