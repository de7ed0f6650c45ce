"""What was measured side by side, as text for people: the same on a terminal and in a record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from bench.goals import AZORA, GOALS, Verdict, verdicts
from bench.grid import grid
from bench.plot import Bar, Panel, bars
from bench.record import FORM, Record, Sample, Series, Table
from bench.report_security import sessions_text

HEAD = (
    *("contestant", "requests/s", "÷ Azora", "p50 ms", "p99 ms"),
    *("server CPU ms", "Postgres CPU ms", "total CPU ms", "÷ Azora"),
    *("server MiB", "Postgres MiB", "statements"),
)

PICTURE = "Requests a second beside Azora's"
DESCRIPTION = (
    "Bars of each contestant and workload: how many requests it answers a second for each that "
    "Azora answers. A bar below the line says that Azora answers more. The tables have the figures."
)

KINDS = {"q1": "row", "q2": "lists", "q3": "nested", "q4": "page", "q5": "mutation"}
"""What a workload is, where there is little room to say so."""

per_second: Callable[[Sample], float] = attrgetter("per_second")
total_ms: Callable[[Sample], float] = attrgetter("total_ms")


def table_text(table: Table) -> str:
    """One workload: its title, the contestants, and how they compare with Azora."""
    title = (
        f"### {table.workload}: {table.title}\n\n"
        f"{_clients(table)}, {table.viewer}, an answer of {table.answer_bytes:,} bytes\n\n"
    )
    azora = table.of(AZORA)
    return title + grid([HEAD, *(_row(series, azora) for series in table.series)])


def _clients(table: Table) -> str:
    return "1 client" if table.connections == 1 else f"{table.connections} clients"


def _row(series: Series, azora: Series | None) -> tuple[str, ...]:
    def figure(name: str, digits: int) -> str:
        return f"{series.median(attrgetter(name)):,.{digits}f}"

    return (
        series.title,
        figure("per_second", 0),
        _ratio(series, azora, per_second),
        figure("p50_ms", 2),
        figure("p99_ms", 2),
        figure("server_ms", 3),
        figure("postgres_ms", 3),
        figure("total_ms", 3),
        _ratio(series, azora, total_ms),
        figure("server_mib", 0),
        figure("postgres_mib", 0),
        f"{series.statements:.4g}",
    )


def _ratio(series: Series, azora: Series | None, figure: Callable[[Sample], float]) -> str:
    return f"{series.ratio(azora, figure):.2f}" if azora else "-"


def goals_text(tables: Sequence[Table]) -> str:
    """The goals in a row each, the workloads in a column each, and what was missed in words."""
    found = [*verdicts(tables)]
    if not found:
        return "No goal was measured: Azora or those it is compared with took no part."
    workloads = [*dict.fromkeys(table.workload for table in tables)]
    judged = [name for name in workloads if any(each.workload == name for each in found)]
    rows = [row for goal in GOALS if len(row := _goal(goal.title, found, judged)) > 1]
    return f"{grid([('goal', *judged), *rows])}\n\n" + "\n".join(_words(found))


def _goal(title: str, found: Iterable[Verdict], workloads: Sequence[str]) -> tuple[str, ...]:
    cells = {each.workload: str(each) for each in found if each.goal.title == title}
    return (title, *(cells.get(name, "") for name in workloads)) if cells else (title,)


def _words(found: Sequence[Verdict]) -> Iterator[str]:
    missed = [each for each in found if not each.reached]
    yield f"{len(found) - len(missed)} of {len(found)} goals reached."
    if missed:
        yield "\nMissed:\n"
        yield from (f"- {each.workload}, {each.goal.title}: {each}" for each in missed)


def whole(record: Record) -> str:
    """Everything, for a file."""
    parts = [
        f"# Measured on {record.setting.measured}",
        "\n".join(record.setting.lines()),
        f"{record.rounds} rounds, turns of {record.seconds:g} s under many connections",
        goals_text(record.tables),
        *map(table_text, record.tables),
    ]
    if record.sessions:
        parts.append("### sign-in: Azora alone\n\n" + sessions_text(record.sessions))
    return "\n\n".join(parts) + "\n"


def picture(record: Record) -> str:
    """The others' requests a second, divided by Azora's: many clients above, one below."""
    many = [table for table in record.tables if table.connections > 1]
    alone = [table for table in record.tables if table.connections == 1]
    shown = [("32 clients", many), ("1 client", alone)]
    panels = [_panel(title, tables) for title, tables in shown if tables]
    return bars(PICTURE, DESCRIPTION, panels)


def _panel(title: str, tables: Sequence[Table]) -> Panel:
    return Panel(title, {_label(table): [*_bars(table)] for table in tables})


def _label(table: Table) -> str:
    return " ".join([table.workload, *filter(None, [KINDS.get(table.workload)])])


def _bars(table: Table) -> Iterator[Bar]:
    azora = table.of(AZORA)
    for series in table.series:
        if azora is not None and series is not azora:
            ratio = series.ratio(azora, per_second)
            figure = f"{series.median(per_second):,.0f} requests/s"
            told = f"{series.title}, {table.workload}: {figure}, {ratio:.2f} of Azora's"
            yield Bar(series.title, ratio, told)


def page(name: str, said: bytes) -> str:
    """What the documentation shows of a record."""
    record = FORM.validate_json(said)
    many = [table for table in record.tables if table.connections > 1]
    elsewhere = (
        "Under 32 clients; the figures with one client are in "
        f"[the record](../bench/results/{name}.md), and every sample in "
        f"[its data](../bench/results/{name}.json)."
    )
    return "\n\n".join(
        [
            "\n".join(record.setting.lines()),
            goals_text(record.tables),
            f"![{PICTURE}: the tables below have the figures](../bench/results/{name}.svg)",
            elsewhere,
            *map(table_text, many),
        ]
    )
