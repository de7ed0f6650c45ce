"""What HTTP refuses before GraphQL is asked."""

from gateway.faults import Code

Headers = tuple[tuple[bytes, bytes], ...]


class HTTPRefusal(Exception):
    """A request that is answered with this status, and with its reason as a GraphQL error."""

    def __init__(
        self, status: int, message: str, code: Code = Code.BAD_USER_INPUT, headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


class ClientLeft(Exception):
    """The client closed the connection before its request was complete."""
