"""The database of a command: the one that is configured, or the embedded one while it runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gateway.embedded import AlreadyRunning, Cluster, embedded_postgres, running_cluster
from gateway.settings import Profile, Settings, WrongSettings


@contextmanager
def with_database(settings: Settings, *, beside: bool = False) -> Iterator[Settings]:
    """The settings with both addresses in place; `beside` a running server, its own are taken."""
    if not settings.embedded:
        yield settings
        return
    if settings.profile is Profile.PRODUCTION:
        raise WrongSettings("DATABASE_URL: the production profile has no embedded database")
    with ExitStack() as stack:
        cluster = _cluster(settings.data_dir, stack, beside=beside)
        addresses = {"database_url": cluster.app_url, "owner_database_url": cluster.owner_url}
        yield settings.model_copy(update=addresses)


def _cluster(data_dir: Path, stack: ExitStack, *, beside: bool) -> Cluster:
    try:
        return stack.enter_context(embedded_postgres(data_dir))
    except AlreadyRunning:
        running = running_cluster(data_dir) if beside else None
        if running is None:
            raise
        return running


def owner_url(settings: Settings) -> str:
    if settings.owner_database_url is None:
        raise WrongSettings("AZORA_OWNER_DATABASE_URL: this command needs the owner's address")
    return settings.owner_database_url


def app_url(settings: Settings) -> str:
    if settings.database_url is None:
        raise WrongSettings("DATABASE_URL: this command needs the address of azora_app")
    return settings.database_url


def admin_url(settings: Settings) -> str:
    if settings.admin_database_url is None:
        raise WrongSettings("AZORA_ADMIN_DATABASE_URL: this command needs a superuser's address")
    return settings.admin_database_url
