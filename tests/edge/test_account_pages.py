"""The pages behind the links of letters: what they are sent with, and what they do in a browser."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode, parse, validate
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from domains.auth.engine.letters import Letter
from domains.auth.public import NewUser, UserRole, appoint
from domains.kernel.context import Context
from domains.kernel.database import Database
from domains.kernel.viewer import ANONYMOUS
from gateway.app import create_app, gateway_of
from gateway.execution import GraphQLRequest
from gateway.execution.registered import hash_of
from gateway.pages import PAGES, account_routes, documents
from gateway.schema import schema
from gateway.settings import Profile, Settings
from tests import postgres
from tests.mailbox import Mailbox
from tests.postgres import Urls
from tests.serving import serving

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PATHS = [f"/account/{page.name}" for page in PAGES]


async def fetch(path: str, method: str = "GET") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=account_routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://azora.test") as client:
        return await client.request(method, path)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_may_load_its_own_files_alone_and_is_kept_nowhere(path: str) -> None:
    answer = await fetch(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_has_no_script_or_style_of_its_own(path: str) -> None:
    html = (await fetch(path)).text
    assert html.count("<script") == html.count('<script src="assets/account.js?') == 1
    assert "style=" not in html and "<style" not in html
    assert " on" not in html.replace(" one ", " ").replace(" only ", " ").replace(" on ", " ")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_page_can_only_be_read(path: str, method: str) -> None:
    assert (await fetch(path, method)).status_code == 405


@pytest.mark.parametrize(
    ("name", "kind"), [("account.css", "text/css"), ("account.js", "text/javascript")]
)
async def test_a_file_of_the_pages_is_kept_under_the_address_of_its_content(
    name: str, kind: str
) -> None:
    html = (await fetch(PATHS[0])).text
    [address] = [part for part in html.split('"') if part.startswith(f"assets/{name}?")]
    answer = await fetch(f"/account/{address}")
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == POLICY
    assert "://" not in answer.text


@pytest.mark.parametrize(
    "name", ["layout.jinja", "../templates/layout.jinja", "%2e%2e/__init__.py"]
)
async def test_nothing_else_is_served(name: str) -> None:
    assert (await fetch(f"/account/assets/{name}")).status_code == 404


def test_a_page_asks_for_the_one_mutation_that_it_names() -> None:
    for page, document in zip(PAGES, documents(), strict=True):
        assert validate(schema._schema, parse(document)) == []
        [operation] = parse(document).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.name is not None
        assert (operation.operation.value, operation.name.value) == ("mutation", page.operation)


async def test_what_the_pages_ask_for_runs_where_only_registered_operations_do() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    only = Settings(profile=Profile.TEST, database_url=nowhere, registered_operations_only=True)
    gateway, database = gateway_of(only), Database(nowhere)
    context = Context(database=database, viewer=ANONYMOUS, request_id="pages")
    for document in documents():
        for asked in (GraphQLRequest(document), GraphQLRequest(None, hash=hash_of(document))):
            assert (await gateway.operation(asked, context)).kind == "mutation"
    await database.close()


async def test_the_pages_can_be_left_to_another_application() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    for pages, status in ((True, 200), (False, 404)):
        settings = Settings(profile=Profile.TEST, database_url=nowhere, account_pages=pages)
        app = create_app(settings)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://azora.test") as client:
            answer = await client.get(PATHS[0])
        assert answer.status_code == status


PASSWORD = "a quiet harbour at dusk"
OTHER = "seven lanterns over the bay"


class Person:
    """Somebody with a mailbox and a browser, at a real server that sends real mail."""

    def __init__(self, address: str, mailbox: Mailbox, page: Page, email: str) -> None:
        self.address = address
        self.mailbox = mailbox
        self.page = page
        self.email = email
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda failure: self.complaints.append(failure.message))

    def _hear(self, message: Any) -> None:
        # A breach of the content security policy is an error here, like any other.
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    async def ask(self, mutation: str, token: str | None = None, **input: Any) -> Any:
        """Run a mutation and give its payload."""
        name = f"{mutation[0].upper()}{mutation[1:]}Input"
        selection = {"sessionCreate": "accessToken userErrors { __typename }"}
        fields = selection.get(mutation, "userErrors { __typename }")
        query = f"mutation($input: {name}!) {{ it: {mutation}(input: $input) {{ {fields} }} }}"
        if not input:
            query = f"mutation {{ it: {mutation} {{ {fields} }} }}"
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(headers=headers) as client:
            body = {"query": query, "variables": {"input": input}}
            answer = (await client.post(f"{self.address}/graphql", json=body)).json()
        assert "errors" not in answer, answer
        return answer["data"]["it"]

    async def signs_in(self, password: str = PASSWORD, email: str | None = None) -> str | None:
        """The token of a new session; none if there was none to be had."""
        payload = await self.ask("sessionCreate", email=email or self.email, password=password)
        token: str | None = payload["accessToken"]
        return token

    async def link(self, letter: Letter, *, to: str | None = None) -> str:
        """The link of a letter that is on its way."""
        to = to or self.email
        async with asyncio.timeout(20):
            while not self.mailbox.of(letter, to=to):  # noqa: ASYNC110 (the mailbox has no event)
                await asyncio.sleep(0.05)
        return self.mailbox.link(letter, to=to)

    async def opens(self, link: str) -> None:
        await self.page.goto("about:blank")
        await self.page.goto(link)

    async def presses(self, button: str) -> None:
        await self.page.get_by_role("button", name=button).click()

    async def reads(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    async def is_told(self, words: str) -> None:
        await expect(self.page.get_by_role("alert")).to_contain_text(words)


@pytest.fixture(scope="module")
async def mailing(
    server: Urls, worker_id: str, mail_server: tuple[Mailbox, int]
) -> AsyncIterator[tuple[str, Database]]:
    """The address and the database of a real server whose mail arrives here."""
    name = f"azora_mailing_{worker_id}"
    urls = await postgres.copy(server, name)
    database = Database(urls.app)
    await database.open()
    environment = {
        "AZORA_MAIL__HOST": "127.0.0.1",
        "AZORA_MAIL__PORT": str(mail_server[1]),
        "AZORA_MAIL__SECURITY": "none",
        "AZORA_MAIL__SENDER": "Azora <azora@azora.example>",
    }
    with serving(urls, **environment) as address:
        yield address, database
    await database.close()
    await postgres.remove(server, name)


@pytest.fixture
async def person(
    mailing: tuple[str, Database],
    mailbox: Mailbox,
    chromium: Browser,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Person]:
    """Somebody new, who has no account yet."""
    context = await chromium.new_context()
    email = f"{request.node.name[:40].replace('_', '-')}@example.org"
    person = Person(mailing[0], mailbox, await context.new_page(), email)
    yield person
    assert person.complaints == []
    await context.close()


@pytest.fixture
async def member(person: Person, mailing: tuple[str, Database]) -> Person:
    """Somebody with an account."""
    new = NewUser(email=person.email, password=PASSWORD, name="Ada", role=UserRole.STUDENT)
    assert await appoint(mailing[1], new)
    return person


@pytest.mark.browser
async def test_verifying_takes_the_link_and_the_password(person: Person) -> None:
    await person.ask("userSignUp", email=person.email, password=PASSWORD, name="Ada")
    link = await person.link(Letter.VERIFY_EMAIL)
    assert await person.signs_in() is None
    await person.opens(link)
    await person.page.get_by_label("Password", exact=True).fill(OTHER)
    await person.presses("Confirm")
    await person.is_told("The password is not the one of the sign-up.")
    assert await person.signs_in() is None
    await person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await person.presses("Confirm")
    await person.reads("Your address is confirmed")
    assert "#" not in person.page.url
    assert await person.signs_in() is not None


@pytest.mark.browser
async def test_a_new_password_is_typed_twice_and_held_to_the_rules(member: Person) -> None:
    await member.ask("passwordResetRequest", email=member.email)
    link = await member.link(Letter.RESET_PASSWORD)
    await member.opens(link)
    first, again = (member.page.get_by_label(name) for name in ("New password", "The same again"))
    await first.fill(OTHER)
    await again.fill(PASSWORD)
    await member.presses("Set the password")
    await member.is_told("The two passwords differ.")
    await expect(again).to_have_attribute("aria-invalid", "true")
    for field in (first, again):
        await field.fill("short")
    await member.presses("Set the password")
    await member.is_told("The password is too short.")
    await expect(first).to_have_attribute("aria-invalid", "true")
    assert await member.signs_in(PASSWORD) is not None
    for field in (first, again):
        await field.fill(OTHER)
    await member.presses("Set the password")
    await member.reads("Your new password is set")
    assert await member.signs_in(PASSWORD) is None
    assert await member.signs_in(OTHER) is not None


@pytest.mark.browser
async def test_an_address_is_changed_by_one_link_and_changed_back_by_another(
    member: Person,
) -> None:
    new = f"new-{member.email}"
    await member.ask("emailChange", await member.signs_in(), newEmail=new)
    await member.opens(await member.link(Letter.CONFIRM_NEW_EMAIL, to=new))
    assert await member.signs_in(email=new) is None
    await member.presses("Use the new address")
    await member.reads("Your account has its new address")
    assert await member.signs_in(email=new) is not None
    await member.opens(await member.link(Letter.EMAIL_CHANGE_NOTICE))
    assert await member.signs_in(email=new) is not None
    await member.presses("Undo the change")
    await member.reads("Your account has its old address again")
    assert await member.signs_in(email=new) is None
    assert (await member.link(Letter.RESET_PASSWORD)).startswith(member.address)


@pytest.mark.browser
async def test_an_account_that_was_to_be_deleted_is_kept(member: Person) -> None:
    await member.ask("accountDelete", await member.signs_in())
    link = await member.link(Letter.DELETION_REQUESTED)
    await member.opens(link)
    await member.presses("Keep my account")
    await member.reads("Your account is kept")
    assert await member.signs_in() is not None
    await member.opens(link)
    await member.presses("Keep my account")
    await expect(member.page.get_by_role("alert")).not_to_be_empty()


@pytest.mark.browser
@pytest.mark.parametrize("path", PATHS)
async def test_without_its_secret_a_page_asks_for_nothing(person: Person, path: str) -> None:
    await person.opens(f"{person.address}{path}")
    await person.reads("This link is not complete")
    await expect(person.page.get_by_role("button")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_either_light(person: Person, scheme: Any) -> None:
    await person.page.emulate_media(color_scheme=scheme)
    await person.opens(f"{person.address}{PATHS[1]}#token=x")
    colors = await person.page.evaluate(COLORS)
    assert min(map(contrast, colors)) >= 4.5


COLORS = """() => {
  const card = getComputedStyle(document.querySelector("main")).backgroundColor;
  const of = (selector, back) => {
    const style = getComputedStyle(document.querySelector(selector));
    return [style.color, back ?? style.backgroundColor];
  };
  return [of("h1", card), of("p", card), of("label", card), of("button"), of(".problem")];
}"""


def contrast(pair: tuple[str, str]) -> float:
    """The ratio that WCAG asks to be 4.5 at least."""
    darker, lighter = sorted(map(luminance, pair))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    shares = [int(part) / 255 for part in color.removeprefix("rgb(").rstrip(")").split(",")]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(
        share * weight for share, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    )
