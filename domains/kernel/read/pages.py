"""Relay connections: keyset pages in one statement.

The page's rows are read in the order of its keys, one more than asked for if somebody wants to
know whether there are more. The text of that one is cut off:

    select '{"edges":[' || array_to_string((array_agg(q.e0))[1:n], ',') || …
           '"hasNextPage":' || (count(*) > n) …
    from (select <edge> as e0, … from courses t … order by … limit n + 1) q

The one beyond costs what each row costs. To number the rows and write none of it costs a seventh
more for a page of 100 rows without relations, and saves as much only for short pages of long ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField

from domains.kernel.refusal import BadInput

from . import json_text as j
from .cursors import Cursors
from .graph import Unplannable, named
from .meanings import MOST, PAGE, Order, Pages
from .plan import EACH, Path
from .rows import TRUE, Parent, Row, Value, every, in_order, node_type, select, table_of, union
from .symbols import Inputs, Reader

if TYPE_CHECKING:
    from .builder import Builder


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the list was asked for."""

    size: str
    backwards: bool
    after: Reader | None
    before: Reader | None


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page's rows come from: one name for them, and what is asked of them."""

    rows: Row
    source: Callable[[str], str]
    """The FROM, given the text that reads the rows."""
    asked: str = TRUE


class ConnectionBuilder:
    """Builds one connection."""

    def __init__(
        self,
        builder: "Builder",
        field: GraphQLField,
        nodes: list[FieldNode],
        meaning: Pages,
        path: Path,
        parent: Parent | None,
    ) -> None:
        self.builder = builder
        self.field = field
        self.nodes = nodes
        self.meaning = meaning
        self.path = path
        self.parent = parent
        self.type = named(field)
        self.node_type = node_type(field)
        self.model = builder.graph.model_of(self.node_type)
        self.values = builder.symbols.values(field, nodes[0])
        self.cursors = Cursors(*self._order())
        self.window = self._window()
        self.rendered: list[str] = []
        self.aggregated = False
        self.selected = builder.selections.of(self.type, nodes)
        self.looks_further = self._looks_further()

    def build(self) -> j.Expression:
        """The connection's JSON."""
        page = self._page()
        members = [
            (key, self._member(fields, page.rows, (*self.path, key)))
            for key, fields in self.selected.items()
        ]
        rows = self.builder.name("q")
        whole = j.obj((key, member(rows)) for key, member in members)
        return f"({select(whole, self._rendered(page, rows))})" if self.aggregated else whole

    # What was asked for

    def _order(self) -> tuple[str, Order]:
        chosen = self.values.get("orderBy")
        name = chosen.name if chosen is not None else next(iter(self.meaning.orders))
        return name, self.meaning.orders[name]

    def _window(self) -> Window:
        first, last = self.values.get("first"), self.values.get("last")
        if first is not None and last is not None:
            raise BadInput("Give `first` or `last`, not both.")
        name = "last" if last is not None else "first"
        return Window(
            size=self.builder.symbols.size(self.field, self.nodes[0], name, (PAGE, MOST)),
            backwards=last is not None,
            after=self._reader("after") if self.values.get("after") is not None else None,
            before=self._reader("before") if self.values.get("before") is not None else None,
        )

    def _reader(self, name: str) -> Reader:
        return self.builder.symbols.reader(self.field, self.nodes[0], name)

    # Rows

    def _row(self) -> Row:
        return self.builder.rows_of(self.model, self.parent, self.meaning.only)

    def _asked(self, row: Row) -> str:
        """Whether the viewer may see a row and asked for it."""
        only, builder = self.meaning.only, self.builder
        return every(
            builder.visible(self.model, row),
            TRUE if only is None else builder.declared(only, row),
            builder.filtered(self.field, self.nodes[0], self.model, row),
        )

    def _page(self) -> Page:
        row = self._row()
        beyond = [
            self._beyond(row, cursor, follows=follows)
            for cursor, follows in ((self.window.after, True), (self.window.before, False))
            if cursor is not None
        ]
        asked = every(self._asked(row), *beyond)
        shares = [TRUE] if self.parent is None else self.parent.shares(row)
        if len(shares) == 1:
            return Page(row, lambda _: row.source, every(asked, *shares))
        return self._united(row, asked, shares)

    def _united(self, row: Row, asked: str, shares: Sequence[str]) -> Page:
        """Rows that come from several parts, each of which is cut by itself."""
        both = replace(row, name=self.builder.name("t"))

        def source(text: str) -> str:
            what, cut = both.read_in(text, row), self._cut(row)
            return union(
                (f"{select(what, row.source, asked, share)}{cut}" for share in shares), both.name
            )

        return Page(both, source)

    def _cut(self, row: Row) -> str:
        """In order, and no more than the page needs."""
        order = in_order(row, self.cursors.order, backwards=self.window.backwards)
        more = " + 1" if self.looks_further else ""
        return f"{order} LIMIT {self.window.size}{more}"

    def _looks_further(self) -> bool:
        """Whether anybody asks if there are more rows than the page's."""
        further = "hasPreviousPage" if self.window.backwards else "hasNextPage"
        return any(
            field.name.value == further
            for fields in self.selected.values()
            if fields[0].name.value == "pageInfo"
            for (field, *_) in self.builder.selections.of(self._page_info_type(), fields).values()
        )

    def _beyond(self, row: Row, cursor: Reader, *, follows: bool) -> str:
        """The rows on one side of a cursor, by comparing all keys at once."""
        names = self.cursors.order.keys
        kinds = [row.value(name).kind for name in names]
        read = self.cursors.reader(cursor, kinds)
        values = [
            self.builder.symbols.bind(_part(read, index), kind) for index, kind in enumerate(kinds)
        ]
        keys = ", ".join(map(row.column, names))
        side = ">" if follows is not self.cursors.order.descending else "<"
        return f"({keys}) {side} ({', '.join(values)})"

    def _rendered(self, page: Page, name: str) -> str:
        """The finished texts of each row."""
        # A row counts even if none of its texts was asked for.
        what = ", ".join(self.rendered) or "1"
        cut = self._cut(page.rows)
        return f"({select(what, page.source(what + cut), page.asked)}{cut}) AS {name}"

    # Members of the connection

    def _member(self, fields: list[FieldNode], row: Row, path: Path) -> Callable[[str], j.Part]:
        match fields[0].name.value:
            case "__typename":
                return lambda _rows: j.Constant(f'"{self.type.name}"')
            case "edges":
                return self._list(self._edge(fields, row, (*path, EACH)))
            case "nodes":
                return self._list(self.builder.object(self.node_type, fields, row, (*path, EACH)))
            case "pageInfo":
                return self._page_info(fields, row)
            case "totalCount":
                return lambda _rows: self._total_count()
            case other:
                raise Unplannable(other)

    def _list(self, item: j.Expression) -> Callable[[str], j.Part]:
        name = self._render(item)
        self.aggregated = True
        return lambda rows: j.array(self._joined(f"{rows}.{name}"))

    def _render(self, text: j.Expression) -> str:
        name = f"e{len(self.rendered)}"
        self.rendered.append(f"{text} AS {name}")
        return name

    def _joined(self, items: j.Expression) -> j.Expression:
        """The page's texts in the client's order, without that of the row beyond it."""
        if not self.looks_further and not self.window.backwards:
            return j.joined(items)
        found = f"array_agg({items})"
        if self.looks_further:
            found = f"({found})[1:{self.window.size}]"
        if self.window.backwards:
            found = f"array_reverse({found})"
        return f"array_to_string({found}, ',')"

    def _edge(self, fields: list[FieldNode], row: Row, path: Path) -> j.Expression:
        edge = named(self.type.fields["edges"])
        pairs: list[tuple[str, j.Part]] = []
        for key, nodes in self.builder.selections.of(edge, fields).items():
            match nodes[0].name.value:
                case "__typename":
                    pairs.append((key, j.Constant(f'"{edge.name}"')))
                case "cursor":
                    pairs.append((key, j.quoted(self._cursor(row))))
                case "node":
                    item = self.builder.object(self.node_type, nodes, row, (*path, key))
                    pairs.append((key, item))
                case other:
                    raise Unplannable(other)
        return j.obj(pairs)

    def _cursor(self, row: Row) -> j.Expression:
        return self.cursors.text(map(row.leaf, self.cursors.order.keys))

    def _total_count(self) -> j.Part:
        row = self._row()
        theirs = TRUE if self.parent is None else self.parent.joins(row)
        asked = every(self._asked(row), theirs)
        return j.text(f"({select('count(*)', row.source, asked)})")

    # Where the page stands

    def _page_info_type(self) -> Any:
        return named(self.type.fields["pageInfo"])

    def _page_info(self, fields: list[FieldNode], row: Row) -> Callable[[str], j.Part]:
        selected = self.builder.selections.of(self._page_info_type(), fields)
        names = {nodes[0].name.value for nodes in selected.values()}
        ends: list[str] = []
        if names & {"startCursor", "endCursor"}:
            ends = [self._render(row.column(name)) for name in self.cursors.order.keys]
        self.aggregated = self.aggregated or bool(ends) or self.looks_further
        return lambda rows: j.members(
            (key, self._place(nodes[0].name.value, rows, ends)) for key, nodes in selected.items()
        )

    def _place(self, name: str, rows: str, ends: list[str]) -> j.Part:
        more = j.boolean(f"count(*) > {self.window.size}")
        backwards = self.window.backwards
        match name:
            case "__typename":
                return j.Constant(f'"{self._page_info_type().name}"')
            case "hasNextPage":
                return _constant(self.window.before) if backwards else more
            case "hasPreviousPage":
                return more if backwards else _constant(self.window.after)
            case "startCursor" | "endCursor":
                keys = [f"{rows}.{end}" for end in ends]
                return self._end(keys, first=name == "startCursor")
            case other:
                raise Unplannable(other)

    def _end(self, keys: list[str], *, first: bool) -> j.Expression:
        """The first or last row's cursor, null of an empty page.

        Only here is it made of keys, because that costs more than anything else of a row.
        """
        index = "1" if first is not self.window.backwards else "count(*)"
        if self.looks_further:
            index = f"least({index}, {self.window.size})"
        columns = table_of(self.model).c
        ends = [
            Value(f"(array_agg({key}))[{index}]", columns[name].type, never_null=True).leaf()
            for name, key in zip(self.cursors.order.keys, keys, strict=True)
        ]
        return j.or_null(j.quoted(self.cursors.text(ends)))


def _part(read: Callable[[Inputs], list[Any]], index: int) -> Reader:
    return lambda inputs: read(inputs)[index]


def _constant(given: Reader | None) -> j.Constant:
    return j.Constant("false" if given is None else "true")
