"""Counts what is said to the database, so that a statement too many makes a test fail."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event

from domains.kernel.connections import Connections
from domains.kernel.database import Database
from domains.kernel.statements import Line

ASKED_BY_THE_DRIVER = ("typeinfo_tree", "current_setting('jit')")
"""What asyncpg asks once on a connection that meets a type of ours."""

CONTROL = ("begin", "commit", "rollback", "savepoint", "release", "set ", ";")


class Statements(list[str]):
    """The statements in their order, without those that begin and end transactions."""

    def listen(self, database: Database) -> None:
        """Note all that goes through the read pool and the engine from now on."""
        for connections in database._reads.values():
            self._listen_to_values(connections)
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._from_engine)
        event.listen(database.engine.sync_engine, "connect", self._from_raw)

    def listen_to(self, connections: Connections) -> None:
        """Note what goes through those that are made from now on, a turn of the loop later."""
        make = connections._connected

        async def watched() -> Line:
            line = await make()
            line.connection.add_query_logger(self._from_asyncpg)
            return line

        setattr(connections, "_connected", watched)  # noqa: B010 (no type takes it)

    def _listen_to_values(self, connections: Connections) -> None:
        value = connections.value

        async def noted(sql: str, arguments: Sequence[Any]) -> Any:
            self._note(sql)
            return await value(sql, arguments)

        setattr(connections, "value", noted)  # noqa: B010 (no type takes it)

    def _from_raw(self, connection: Any, _record: Any) -> None:
        # Plans within a transaction pass SQLAlchemy by.
        connection.driver_connection.add_query_logger(self._from_asyncpg)

    def _from_asyncpg(self, query: Any) -> None:
        self._note(query.query)

    def _from_engine(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "set_config('azora.role'" not in statement:
            self._note(statement)

    def _note(self, statement: str) -> None:
        if not statement.lower().startswith(CONTROL):
            self.append(statement)


def reads(statements: Statements) -> list[str]:
    """The statements that are not the driver's own."""
    return [each for each in statements if not any(word in each for word in ASKED_BY_THE_DRIVER)]
