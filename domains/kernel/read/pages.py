"""Relay connections: keyset pages in one statement.

The page's rows are read in the order of its keys, one more than asked for if somebody wants to
know whether there are more. That extra row is not rendered:

    select '{"edges":[' || string_agg(q.e0, ',') || …  '"hasNextPage":' || (count(*) > n) …
    from (select t.position, case when t.position <= n then <edge> end as e0, … from
          (select p.*, row_number() over () as position from
           (select … from courses … order by … limit n + 1) p) t) q
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from graphql import FieldNode, GraphQLField
from sqlalchemy.dialects.postgresql import ARRAY

from domains.kernel.refusal import BadInput

from . import json_text as j
from .cursors import Cursors
from .graph import Unplannable, named
from .meanings import MOST, PAGE, Order, Pages
from .plan import EACH, Path
from .rows import Parent, node_type, sort_keys, union
from .symbols import Inputs, Reader, bounded

if TYPE_CHECKING:
    from .builder import Builder

ONE: sa.ColumnElement[int] = sa.literal_column("1", sa.Integer())


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the list was asked for."""

    size: sa.ColumnElement[int]
    backwards: bool
    after: Reader | None
    before: Reader | None


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
        self.rendered: list[sa.Label[Any]] = []
        self.aggregated = False
        self.selected = builder.selections.of(self.type, nodes)
        self.looks_further = self._looks_further()

    def build(self) -> j.Expression:
        """The connection's JSON."""
        page = self._numbered(self._page())
        members = [
            (key, self._member(fields, page, (*self.path, key)))
            for key, fields in self.selected.items()
        ]
        rows = self._rendered(page) if self.aggregated else page
        whole = j.obj((key, member(rows)) for key, member in members)
        return sa.select(whole).select_from(rows).scalar_subquery() if self.aggregated else whole

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
        read = self._reader(name)
        number = bounded(lambda inputs: PAGE if (n := read(inputs)) is None else n, name, MOST)
        return Window(
            size=self.builder.symbols.bind(number, sa.Integer()),
            backwards=last is not None,
            after=self._reader("after") if self.values.get("after") is not None else None,
            before=self._reader("before") if self.values.get("before") is not None else None,
        )

    def _reader(self, name: str) -> Reader:
        return self.builder.symbols.reader(self.field, self.nodes[0], name)

    # Rows

    def _matching(self) -> sa.Select[Any]:
        """All rows of the list."""
        row, found = self._asked()
        if self.parent is None or self.meaning.join is None:
            return found
        return self.parent.of(found, self.parent.joins(row.c, self.meaning.join))

    def _asked(self) -> tuple[sa.FromClause, sa.Select[Any]]:
        """The rows of the table that the viewer may see and asked for."""
        row = self.builder.rows_of(self.model)
        found = sa.select(row).where(self.builder.visible(self.model, row))
        if self.meaning.only is not None:
            found = found.where(self.meaning.only(row.c, self.builder.terms))
        asked = self.builder.filtered(self.field, self.nodes[0], self.model, row)
        return row, found.where(*asked)

    def _page(self) -> sa.Select[Any]:
        """The page's rows and one more."""
        row, found = self._asked()
        for cursor, follows in ((self.window.after, True), (self.window.before, False)):
            if cursor is not None:
                found = found.where(self._beyond(row, cursor, follows=follows))
        if self.parent is None or self.meaning.join is None:
            return self._cut(found, row)
        shares = self.parent.shares(row.c, self.meaning.join)
        parts = [self._cut(self.parent.of(found, share), row) for share in shares]
        if len(parts) == 1:
            return parts[0]
        both = union(parts, self.builder.name("u"))
        return self._cut(sa.select(both), both)

    def _cut(self, found: sa.Select[Any], row: sa.FromClause) -> sa.Select[Any]:
        """In order, and no more than the page needs."""
        keys = sort_keys(row, self.cursors.order, backwards=self.window.backwards)
        size = self.window.size
        return found.order_by(*keys).limit(size + ONE if self.looks_further else size)

    def _looks_further(self) -> bool:
        """Whether anybody asks if there are more rows than the page's."""
        further = "hasPreviousPage" if self.window.backwards else "hasNextPage"
        return any(
            field.name.value == further
            for fields in self.selected.values()
            if fields[0].name.value == "pageInfo"
            for (field, *_) in self.builder.selections.of(self._page_info_type(), fields).values()
        )

    def _beyond(
        self, row: sa.FromClause, cursor: Reader, *, follows: bool
    ) -> sa.ColumnElement[bool]:
        """The rows on one side of a cursor, by comparing all keys at once."""
        columns = [row.c[name] for name in self.cursors.order.keys]
        read = self.cursors.reader(cursor, columns)
        values = [
            self.builder.symbols.bind(_part(read, index), column.type)
            for index, column in enumerate(columns)
        ]
        keys, place = sa.tuple_(*columns), sa.tuple_(*values)
        return keys > place if follows is not self.cursors.order.descending else keys < place

    def _numbered(self, page: sa.Select[Any]) -> sa.FromClause:
        rows = page.subquery(self.builder.name("p"))
        if not self._is_numbered():
            return rows
        number = sa.func.row_number().over().label("position__")
        return sa.select(rows, number).subquery(self.builder.name("t"))

    def _is_numbered(self) -> bool:
        """Whether the rows' positions matter: to leave one out, or to turn them around."""
        return self.window.backwards or self.looks_further

    def _rendered(self, page: sa.FromClause) -> sa.FromClause:
        """Each row's finished texts, in the client's order."""
        if not self._is_numbered():
            rows = sa.select(*self.rendered).select_from(page)
            return rows.subquery(self.builder.name("q"))
        position = page.c.position__
        placed = sa.select(position, *self.rendered).select_from(page)
        if self.window.backwards:
            placed = placed.order_by(position.desc())
        return placed.subquery(self.builder.name("q"))

    # Members of the connection

    def _member(
        self, fields: list[FieldNode], page: sa.FromClause, path: Path
    ) -> Callable[[sa.FromClause], j.Part]:
        match fields[0].name.value:
            case "__typename":
                return lambda _rows: f'"{self.type.name}"'
            case "edges":
                return self._list(page, self._edge(fields, page, (*path, EACH)))
            case "nodes":
                items = self.builder.object(self.node_type, fields, page, (*path, EACH))
                return self._list(page, items)
            case "pageInfo":
                return self._page_info(fields, page)
            case "totalCount":
                return lambda _rows: self._total_count()
            case other:
                raise Unplannable(other)

    def _list(self, page: sa.FromClause, item: j.Expression) -> Callable[[sa.FromClause], j.Part]:
        name = self._render(page, item)
        self.aggregated = True
        return lambda rows: j.array(rows.c[name])

    def _render(self, page: sa.FromClause, text: j.Expression) -> str:
        """A text of every row of the page; null for the one beyond it."""
        name = f"e{len(self.rendered)}"
        if self.looks_further:
            text = sa.case((page.c.position__ <= self.window.size, text))
        self.rendered.append(text.label(name))
        return name

    def _edge(self, fields: list[FieldNode], page: sa.FromClause, path: Path) -> j.Expression:
        edge = named(self.type.fields["edges"])
        pairs: list[tuple[str, j.Part]] = []
        for key, nodes in self.builder.selections.of(edge, fields).items():
            match nodes[0].name.value:
                case "__typename":
                    pairs.append((key, f'"{edge.name}"'))
                case "cursor":
                    pairs.append((key, j.quoted(self.cursors.text(page))))
                case "node":
                    item = self.builder.object(self.node_type, nodes, page, (*path, key))
                    pairs.append((key, item))
                case other:
                    raise Unplannable(other)
        return j.obj(pairs)

    def _total_count(self) -> j.Part:
        rows = self._matching().subquery(self.builder.name("c"))
        count = sa.select(sa.func.count()).select_from(rows).scalar_subquery()
        return sa.cast(count, j.TEXT)

    # Where the page stands

    def _page_info_type(self) -> Any:
        return named(self.type.fields["pageInfo"])

    def _page_info(
        self, fields: list[FieldNode], page: sa.FromClause
    ) -> Callable[[sa.FromClause], j.Part]:
        selected = self.builder.selections.of(self._page_info_type(), fields)
        names = {nodes[0].name.value for nodes in selected.values()}
        cursor = None
        if names & {"startCursor", "endCursor"}:
            cursor = self._render(page, self.cursors.text(page))
        self.aggregated = self.aggregated or cursor is not None or self.looks_further
        return lambda rows: j.obj(
            (key, self._place(nodes[0].name.value, rows, cursor)) for key, nodes in selected.items()
        )

    def _place(self, name: str, rows: sa.FromClause, cursor: str | None) -> j.Part:
        more = j.boolean(sa.func.count() > self.window.size)
        backwards = self.window.backwards
        match name:
            case "__typename":
                return f'"{self._page_info_type().name}"'
            case "hasNextPage":
                return _constant(self.window.before) if backwards else more
            case "hasPreviousPage":
                return more if backwards else _constant(self.window.after)
            case "startCursor" | "endCursor" if cursor is not None:
                return self._end(rows.c[cursor], first=name == "startCursor")
            case other:
                raise Unplannable(other)

    def _end(self, cursors: sa.ColumnElement[Any], *, first: bool) -> j.Expression:
        """The first or last row's cursor. The row beyond the page has none and stands outside."""
        beyond = sa.func.count() - sa.func.count(cursors)
        if self.window.backwards:
            index = beyond + ONE if first else sa.func.count()
        else:
            index = ONE if first else sa.func.count(cursors)
        every = sa.type_coerce(sa.func.array_agg(cursors).self_group(), ARRAY(sa.Text))
        return j.or_null(j.quoted(every[index]))


def _part(read: Callable[[Inputs], list[Any]], index: int) -> Reader:
    return lambda inputs: read(inputs)[index]


def _constant(given: Reader | None) -> str:
    return "false" if given is None else "true"
