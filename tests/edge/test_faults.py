"""What a client is told of an error, and what the log keeps."""

import json
import logging
from typing import Any

import asyncpg
import orjson
import pytest
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
    located_error,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domains.kernel.refusal import BadInput, Unauthenticated
from gateway.faults import Code, Fault, code_of, is_busy, public_error, public_exception

OPERATION = parse("{ wallet }").definitions[0]
assert isinstance(OPERATION, OperationDefinitionNode)
FIELD = OPERATION.selection_set.selections[0]

MASKED = {
    "message": "Something went wrong on our side.",
    "locations": [{"line": 1, "column": 3}],
    "path": ["wallet"],
    "extensions": {"code": "INTERNAL", "requestId": "r1"},
}


def located(exception: Exception) -> GraphQLError:
    """The error that the executor makes of what a resolver raised."""
    return located_error(exception, [FIELD], ["wallet"])


def shown(exception: Exception) -> dict[str, Any]:
    return public_error(located(exception), "r1")


def fail(exception: Exception, cause: BaseException | None) -> None:
    raise exception from cause


def raised(exception: Exception, cause: BaseException | None = None) -> Exception:
    """The exception as it arrives: with its frames and its cause."""
    with pytest.raises(type(exception)) as caught:
        fail(exception, cause)
    return caught.value


def refused_by_postgres(kind: type[asyncpg.PostgresError], **said: str) -> asyncpg.PostgresError:
    error = kind("the message")
    error.__dict__.update(said)
    return error


def wrapped(cause: Exception) -> DBAPIError:
    """As SQLAlchemy raises it: with the statement and its parameters in the text."""
    error = IntegrityError("INSERT INTO wallets VALUES ($1)", {"secret": "hunter2"}, cause)
    caught = raised(error, cause)
    assert isinstance(caught, DBAPIError)
    return caught


class Coded(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def test_an_unexpected_exception_is_masked() -> None:
    assert shown(RuntimeError("postgresql://user:secret@host/db")) == MASKED


def test_an_unexpected_exception_outside_of_fields_is_masked() -> None:
    assert public_exception(RuntimeError("secret"), "r1") == {
        "message": "Something went wrong on our side.",
        "extensions": {"code": "INTERNAL", "requestId": "r1"},
    }


@pytest.mark.parametrize("code", [code for code in Code if code not in {"INTERNAL", "SERVER_BUSY"}])
def test_a_fault_is_shown_with_its_code_and_details(code: Code) -> None:
    assert shown(Fault(code, "No.", retryAfter=3)) == MASKED | {
        "message": "No.",
        "extensions": {"code": code.value, "retryAfter": 3},
    }


@pytest.mark.parametrize(
    ("exception", "code", "message"),
    [
        (BadInput("A torn cursor."), "BAD_USER_INPUT", "A torn cursor."),
        (Unauthenticated(), "UNAUTHENTICATED", "Sign in first."),
        (Coded("RATE_LIMITED", "Too often."), "RATE_LIMITED", "Too often."),
    ],
)
def test_a_domain_may_raise_coded_errors(exception: Exception, code: str, message: str) -> None:
    answer = shown(exception)
    assert (answer["message"], answer["extensions"]) == (message, {"code": code})


@pytest.mark.parametrize("code", ["gkpj", "internal", "", "ENOENT"])
def test_a_code_outside_of_the_list_is_masked(code: str) -> None:
    assert shown(Coded(code, "secret")) == MASKED


def test_a_fault_that_says_internal_is_masked_too() -> None:
    assert shown(Fault(Code.INTERNAL, "secret")) == MASKED


def test_a_value_that_its_type_cannot_show_is_masked() -> None:
    query = GraphQLObjectType("Query", {"big": GraphQLField(GraphQLInt, resolve=lambda *_: 2**40)})
    errors = execute_sync(GraphQLSchema(query), parse("{ big }")).errors
    assert errors is not None
    (error,) = errors
    assert str(2**40) in error.message
    assert public_error(error, "r1")["message"] == "Something went wrong on our side."


def picky(text: object) -> Any:
    raise ValueError(f"not {text}")


SCHEMA = GraphQLSchema(
    GraphQLObjectType("Query", {"greeting": GraphQLField(GraphQLInt)}),
    types=[GraphQLScalarType("Picky", parse_value=picky)],
)


def test_a_mistake_in_the_document_is_the_clients() -> None:
    (error,) = validate(SCHEMA, parse("{ greting }"), hide_suggestions=True)
    assert public_error(error, "r1") == {
        "message": "Cannot query field 'greting' on type 'Query'.",
        "locations": [{"line": 1, "column": 3}],
        "extensions": {"code": "BAD_USER_INPUT"},
    }


def test_a_variable_that_its_scalar_refuses_is_the_clients_mistake() -> None:
    operation = parse("query($p: Picky) { greeting }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    errors = get_variable_values(SCHEMA, operation.variable_definitions or (), {"p": 1})
    assert isinstance(errors, list)
    answer = public_error(errors[0], "r1")
    assert answer["extensions"] == {"code": "BAD_USER_INPUT"}
    assert answer["message"].startswith("Variable '$p' has invalid value")


def test_an_argument_that_turns_out_wrong_while_executing_is_the_clients_mistake() -> None:
    error = located(GraphQLError("Argument 'Query.a(x:)' has invalid value: no.", FIELD))
    assert code_of(error) is Code.BAD_USER_INPUT


@pytest.mark.parametrize(
    "exception",
    [
        TimeoutError(),
        ConnectionRefusedError(),
        FileNotFoundError("/run/postgresql/.s.PGSQL.5432"),
        PoolTimeout(),
        asyncpg.TooManyConnectionsError("m"),
        asyncpg.CannotConnectNowError("m"),
        asyncpg.AdminShutdownError("m"),
        asyncpg.QueryCanceledError("m"),
        asyncpg.LockNotAvailableError("m"),
        asyncpg.DeadlockDetectedError("m"),
        asyncpg.SerializationError("m"),
        asyncpg.ConnectionDoesNotExistError("m"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.InternalClientError("cannot switch to state 12"),
        wrapped(asyncpg.SerializationError("m")),
        DBAPIError("s", {}, Exception(), connection_invalidated=True),
        raised(RuntimeError("m"), ConnectionResetError()),
    ],
    ids=repr,
)
def test_what_only_the_moment_is_to_blame_for_is_busy(exception: Exception) -> None:
    assert is_busy(exception)
    assert shown(exception) == MASKED | {
        "message": "The server is busy. Try again in a moment.",
        "extensions": {"code": "SERVER_BUSY", "requestId": "r1"},
    }


@pytest.mark.parametrize(
    "exception",
    [
        RuntimeError(),
        asyncpg.UniqueViolationError("m"),
        asyncpg.UndefinedColumnError("m"),
        asyncpg.InterfaceError("another operation is in progress"),
        wrapped(asyncpg.CheckViolationError("m")),
    ],
    ids=repr,
)
def test_what_would_fail_again_is_not_busy(exception: Exception) -> None:
    assert not is_busy(exception)
    assert shown(exception) == MASKED


@pytest.mark.parametrize(
    "message", ["a\0b", "half \ud800 pair", "é" * 5000], ids=["nul", "surrogate", "long"]
)
def test_what_was_sent_cannot_break_the_answer(message: str) -> None:
    answer = shown(Fault(Code.BAD_USER_INPUT, message, given=[message, {message: (1, None)}]))
    assert json.loads(orjson.dumps(answer)) == json.loads(json.dumps(answer))
    assert len(answer["message"]) <= 1001
    assert "\0" not in str(answer)


def logged(caplog: pytest.LogCaptureFixture, exception: Exception) -> logging.LogRecord:
    caplog.clear()
    shown(exception)
    (record,) = caplog.records
    assert record.name == "azora.faults"
    return record


def test_what_is_masked_is_logged_with_its_trace_under_the_request_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    record = logged(caplog, raised(RuntimeError("outer"), raised(KeyError("inner"))))
    fields = record.__dict__["fields"]
    assert record.levelno == logging.ERROR
    assert (fields["request_id"], fields["path"]) == ("r1", ["wallet"])
    assert "in fail\n" in fields["traceback"]
    assert fields["traceback"].index("KeyError: 'inner'") < fields["traceback"].index("outer")


def test_the_log_names_what_a_statement_broke_but_never_its_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cause = refused_by_postgres(
        asyncpg.UniqueViolationError,
        detail="Key (email)=(hunter2) already exists.",
        constraint_name="uq_users_email",
        table_name="users",
    )
    trace = logged(caplog, wrapped(cause)).__dict__["fields"]["traceback"]
    assert "sqlstate 23505, table_name users, constraint_name uq_users_email" in trace
    assert "hunter2" not in trace


def test_the_log_keeps_the_message_of_a_wrong_statement(caplog: pytest.LogCaptureFixture) -> None:
    error = asyncpg.UndefinedColumnError('column "nme" does not exist')
    trace = logged(caplog, error).__dict__["fields"]["traceback"]
    assert 'sqlstate 42703, column "nme" does not exist' in trace


def test_a_busy_server_is_a_warning_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    record = logged(caplog, wrapped(asyncpg.SerializationError("m")))
    assert record.levelno == logging.WARNING
    assert record.__dict__["fields"] == {
        "request_id": "r1",
        "path": ["wallet"],
        "causes": ["IntegrityError: (message withheld)", "SerializationError: sqlstate 40001"],
    }


def test_a_clients_mistake_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    shown(Fault(Code.BAD_USER_INPUT, "No."))
    assert caplog.records == []
