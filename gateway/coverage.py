"""How much of what the models say a database has, domain by domain."""

from collections.abc import Iterable, Iterator, Sequence

from domains.kernel.queue import SCHEMA as QUEUE
from gateway import migrate
from gateway.inspection import Status, Table
from migrations.namespaces import NAMESPACES, metadata
from migrations.objects import models

KERNEL, *DOMAINS = NAMESPACES
"""The kernel's namespace is nobody's domain and counts apart."""

BOOKKEEPING = frozenset({"auth.passkeys", "mint.postings"})
"""Tables of the domains that stand for no model of the specification."""

HEAD = (
    "namespace",
    "models",
    "rows",
    "revisions",
    "policies",
    "indexes",
    "keys without index",
    "row security forced",
)


def report(status: Status, *, verbose: bool) -> Iterator[str]:
    """The lines that tell an operator how a database stands."""
    metadata()
    head = migrate.head()
    state = "up to date" if status.revision == head else f"behind: head is {head}"
    yield f"Postgres {status.version}"
    yield f"Revision {status.revision} ({state})"
    yield ""
    files = migrate.history(status.revision)
    yield from _table([HEAD, *(_row(name, status, files) for name in (*DOMAINS, KERNEL))])
    yield ""
    yield _totals(status)
    yield from _unknown(status)
    if verbose:
        yield ""
        yield from _table([("model", "table", "rows"), *_models(status)])


def _row(namespace: str, status: Status, files: Iterable[str]) -> tuple[str, ...]:
    wanted = _wanted(namespace)
    found = [table for table in status.tables if table.namespace == namespace]
    there = [table for table in found if _full_name(table) in wanted]
    # A file's name begins with its date and its time.
    revisions = [file for file in files if file.split("_", 2)[2].startswith(f"{namespace}_")]
    return (
        namespace,
        f"{len(there)} of {len(wanted)}",
        str(sum(table.rows for table in found)),
        str(len(revisions)),
        str(sum(table.policies for table in found)),
        str(sum(table.indexes for table in found)),
        str(sum(table.bare_keys for table in found)),
        _secured(found),
    )


def _secured(tables: Sequence[Table]) -> str:
    unsecured = [table.name for table in tables if not table.secured]
    if unsecured:
        return f"no: {', '.join(unsecured)}"
    return "yes" if tables else "-"


def _totals(status: Status) -> str:
    there = {_full_name(table) for table in status.tables}
    wanted = {namespace: _wanted(namespace) for namespace in DOMAINS}
    complete = [namespace for namespace, tables in wanted.items() if tables <= there]
    all_wanted = set[str]().union(*wanted.values())
    return (
        f"{len(complete)} of {len(DOMAINS)} namespaces, "
        f"{len(all_wanted & there)} of {len(all_wanted)} models"
    )


def _unknown(status: Status) -> Iterator[str]:
    known = models()
    ours = [table for table in status.tables if table.namespace != QUEUE]
    unknown = [_full_name(table) for table in ours if _full_name(table) not in known]
    if unknown:
        yield f"Tables that no model speaks of: {', '.join(unknown)}"


def _models(status: Status) -> Iterator[tuple[str, ...]]:
    rows = {_full_name(table): str(table.rows) for table in status.tables}
    for namespace in (*DOMAINS, KERNEL):
        for name, model in models().items():
            if name in _wanted(namespace):
                yield f"{namespace}.{model.__name__}", name, rows.get(name, "missing")


def _wanted(namespace: str) -> set[str]:
    return {name for name in models() if name.startswith(f"{namespace}.")} - BOOKKEEPING


def _full_name(table: Table) -> str:
    return f"{table.namespace}.{table.name}"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
