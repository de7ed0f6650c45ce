"""The curves as text, and as a picture."""

from collections.abc import Iterator, Sequence

from bench.curves_fit import Verdict, judged_crowd, judged_flat, judged_linear
from bench.curves_record import FORM, Curve, Curves
from bench.grid import grid
from bench.lines import Drawn, Panel, lines

INTRODUCTION = """
One process of Azora, in its production profile and over HTTP, is asked for more and more. A figure
is the median of its turns; sizes take turns, so that what disturbs the machine disturbs all of
them. CPU is the processor time of the server and of its backends for one request, by one client
where nothing else is said. *µs / kB* is that by what is answered: it falls where an answer costs no
more than its length. Objects are those of the JSON."""

ABOUT = {
    "rows": ("students", "The same question to more rows"),
    "page": ("items", "Larger pages"),
    "depth": ("levels", "Deeper questions"),
    "roots": ("root fields", "More root fields"),
    "clients": ("clients", "More clients at once"),
}
"""What is varied: the name of a size, and a title."""


def page(name: str, record: bytes) -> str:
    """What the documentation says."""
    curves = FORM.validate_json(record)
    parts = [
        INTRODUCTION.strip(),
        "\n".join(curves.setting.lines()),
        f"![Cost against size](../bench/results/{name}.svg)",
        *(_section(curves, about) for about in ABOUT),
        "\n".join(map(str, verdicts(curves))),
    ]
    return "\n\n".join(parts)


def _section(curves: Curves, about: str) -> str:
    return f"### {ABOUT[about][1]}\n\n" + "\n\n".join(map(table, curves.about(about)))


def table(curve: Curve) -> str:
    """One curve: a row for each size."""
    head = (
        *(f"{curve.name}: {ABOUT[curve.about][0]}", "objects", "bytes", "statements"),
        *("server CPU ms", "Postgres CPU ms", "CPU ms", "µs / kB"),
        *("requests/s", "p50 ms", "p99 ms"),
    )
    return grid([head, *_rows(curve)])


def _rows(curve: Curve) -> Iterator[tuple[str, ...]]:
    names = ("server_ms", "postgres_ms", "cpu_ms", "per_second", "p50_ms", "p99_ms")
    for place, point in enumerate(curve.points):
        server, postgres, cpu, per_second, p50, p99 = (curve.figures(name)[place] for name in names)
        yield (
            *(f"{point.size:,}", f"{point.objects:,}", f"{point.answer_bytes:,}"),
            *(f"{point.statements:.2f}", f"{server:.3f}", f"{postgres:.3f}", f"{cpu:.3f}"),
            f"{cpu * 1e6 / point.answer_bytes:,.0f}",
            *(f"{per_second:,.0f}", f"{p50:.2f}", f"{p99:.2f}"),
        )


def verdicts(curves: Curves) -> Iterator[Verdict]:
    """How the curves stand to what is asked of them."""
    for curve in curves.about("rows"):
        yield judged_flat(curve.name, curve.sizes, curve.costs)
    for about in ("page", "depth", "roots"):
        for curve in curves.about(about):
            name = f"{ABOUT[about][1].lower()}, {curve.name}"
            yield from judged_linear(name, curve.kilobytes, curve.costs, evenly=about != "depth")
    for curve in curves.about("clients"):
        yield judged_crowd(curve.name, curve.sizes, curve.figures("per_second"))


def picture(curves: Curves) -> str:
    """All curves as small plots."""
    return lines("Cost against size", "Azora alone, one process", [*_panels(curves)])


def _panels(curves: Curves) -> Iterator[Panel]:
    rows = curves.about("rows")
    yield Panel(
        "More rows: CPU per request",
        "students",
        f"as a multiple of that with {rows[0].sizes[0]:,}" if rows else "",
        [_drawn(each, [cost / each.costs[0] for cost in each.costs]) for each in rows],
        log_across=True,
    )
    for about in ("page", "depth", "roots"):
        size, title = ABOUT[about]
        found = curves.about(about)
        yield Panel(
            f"{title}: CPU per request", size, "ms", [_drawn(each, each.costs) for each in found]
        )
    yield from _crowds(curves.about("clients"))


def _crowds(found: Sequence[Curve]) -> Iterator[Panel]:
    yield Panel(
        "More clients: requests answered",
        "clients",
        "a second",
        [_drawn(each, each.figures("per_second")) for each in found],
        log_across=True,
    )
    yield Panel(
        "More clients: latency",
        "clients",
        "ms",
        [
            Drawn(f"{each.name} {name}", [*zip(each.sizes, each.figures(figure), strict=True)])
            for each in found
            for name, figure in (("p50", "p50_ms"), ("p99", "p99_ms"))
        ],
        log_across=True,
        log_up=True,
    )


def _drawn(curve: Curve, figures: Sequence[float]) -> Drawn:
    return Drawn(curve.name, [*zip(curve.sizes, figures, strict=True)])
