"""Fixtures of all tests: a database built by the real migrations, wiped before each test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import asyncpg
import httpx
import pytest

from domains.kernel.clock import MovedClock, allow_moving
from domains.kernel.database import Database
from gateway.app import create_app, gateway_of
from gateway.execution import Gateway
from gateway.identity import configure_identity
from gateway.settings import Profile, Settings
from tests import mailbox as mailboxes
from tests import postgres
from tests.mailbox import Mailbox
from tests.operations import Operations
from tests.postgres import Urls
from tests.serving import run_seed, serving
from tests.statements import Statements

SERVER = pytest.StashKey[Urls]()
RESOURCES = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Where several workers run, their controller starts the one server for all of them."""
    config.stash[RESOURCES] = ExitStack()
    configure_identity(Settings(profile=Profile.TEST))
    if hasattr(config, "workerinput"):
        config.stash[SERVER] = Urls(*config.workerinput["postgres"])
    elif getattr(config.option, "numprocesses", None):
        _start_server(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[RESOURCES].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    urls = node.config.stash[SERVER]
    node.workerinput["postgres"] = (urls.owner, urls.app, urls.superuser)


def _start_server(config: pytest.Config) -> Urls:
    if SERVER not in config.stash:
        config.stash[SERVER] = config.stash[RESOURCES].enter_context(postgres.server())
    return config.stash[SERVER]


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Urls:
    """The server of this run."""
    return _start_server(pytestconfig)


@pytest.fixture(scope="session")
def urls(server: Urls, worker_id: str) -> Iterator[Urls]:
    """The addresses of this worker's own database."""
    name = f"azora_{worker_id}"
    yield postgres.settled(postgres.copy(server, name))
    postgres.settled(postgres.remove(server, name))


@pytest.fixture
async def scratch(server: Urls, worker_id: str) -> AsyncIterator[Urls]:
    """A database in which no migration has run."""
    name = f"azora_scratch_{worker_id}"
    urls = await postgres.copy(server, name, "template0")
    await postgres.run(urls.superuser, "create extension citext", "create extension pg_trgm")
    yield urls
    await postgres.remove(server, name)


@pytest.fixture(scope="session")
async def opened(urls: Urls) -> AsyncIterator[tuple[Database, Statements]]:
    """The application's database, and a log of what is said to it."""
    database, statements = Database(urls.app), Statements()
    await database.open()
    statements.listen(database)
    yield database, statements
    await database.close()


@pytest.fixture(scope="session")
async def superuser(urls: Urls) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    connection = await asyncpg.connect(urls.superuser)
    yield connection, await postgres.wipe_statement(urls.superuser)
    await connection.close()


@pytest.fixture
async def wiped(superuser: tuple[asyncpg.Connection, str]) -> None:
    """Nothing is left of the tests before."""
    connection, wipe = superuser
    await connection.execute(wipe)


@pytest.fixture
def database(wiped: None, opened: tuple[Database, Statements]) -> Database:
    """The database as the application sees it."""
    return opened[0]


@pytest.fixture
def clock() -> Iterator[MovedClock]:
    """The program's clock, which this test may move."""
    # What a test before ran as a command may have been of another profile.
    allow_moving(allowed=True)
    with MovedClock() as moved:
        yield moved


@pytest.fixture(scope="session")
async def mail_server() -> AsyncIterator[tuple[Mailbox, int]]:
    """A mail server, and what it keeps."""
    mailbox = Mailbox()
    async with mailboxes.smtp_server(mailbox) as port:
        yield mailbox, port


@pytest.fixture
def mailbox(mail_server: tuple[Mailbox, int]) -> Mailbox:
    """Where all mail and text messages of this test arrive."""
    mailbox, port = mail_server
    mailbox.clear()
    mailboxes.route(mailbox, port)
    return mailbox


@pytest.fixture
def statements(opened: tuple[Database, Statements]) -> Statements:
    """What the test has said to the database so far."""
    opened[1].clear()
    return opened[1]


@pytest.fixture
async def owner(wiped: None, urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """A connection past all row policies, for looking at what really is there."""
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
def gateway() -> Gateway:
    """The real schema under the rules of the test profile."""
    return gateway_of(Settings(profile=Profile.TEST))


@pytest.fixture
def operations(gateway: Gateway, database: Database) -> Operations:
    """Runs operations over the test's database."""
    return Operations(gateway, database)


@pytest.fixture
def graph(operations: Operations) -> Any:
    """Brings an operation's data; errors fail the test."""
    return operations.data


@pytest.fixture
def answer(operations: Operations) -> Any:
    """Brings an operation's whole response."""
    return operations.answer


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the real application in the test profile, without a socket."""
    app = create_app(Settings(profile=Profile.TEST, database_url=database.url))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://azora") as client,
    ):
        yield client


@pytest.fixture(scope="session")
def server_url(server: Urls, worker_id: str) -> Iterator[str]:
    """The address of a real server in the development profile, over a seeded database."""
    name = f"azora_served_{worker_id}"
    urls = postgres.settled(postgres.copy(server, name))
    postgres.beside_the_loop(run_seed, urls)
    with serving(urls) as address:
        yield address
    postgres.settled(postgres.remove(server, name))
