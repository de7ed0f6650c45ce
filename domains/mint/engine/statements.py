"""What went in and out of a wallet in a period, line by line, for people and for spreadsheets."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from io import StringIO
from itertools import accumulate
from uuid import UUID

from domains.kernel.scalars import Currency, datetime_text, decimal_text
from domains.mint.models import TransactionType

COLUMNS = (
    "time",
    "type",
    "amount",
    "balance",
    "currency",
    "counterparty",
    "reason",
    "reference",
    "transaction",
)

FORMULA = re.compile(r'(^|[;|\t])([\s"]*)(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])')
"""Where a cell begins that a spreadsheet would run; the last four signs are their wide forms."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement, as its wallet has it."""

    transaction_id: UUID
    created_at: datetime
    type: TransactionType
    amount: Decimal
    """Less than 0 where it went out."""

    counterparty: str | None
    """The address of the other wallet, if that is a person's or one between two."""

    reason: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One movement, and what the wallet held after it."""

    movement: Movement
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """A wallet's movements between two moments."""

    wallet_id: UUID
    currency: Currency
    closing: Decimal
    movements: Sequence[Movement]
    """In the order in which the wallet had them."""

    @cached_property
    def total_in(self) -> Decimal:
        return _sum(movement.amount for movement in self.movements if movement.amount > 0)

    @cached_property
    def total_out(self) -> Decimal:
        return _sum(-movement.amount for movement in self.movements if movement.amount < 0)

    @property
    def opening(self) -> Decimal:
        """What the wallet held before the first line; the ledger is exact, and so is this."""
        return self.closing - self.total_in + self.total_out

    @cached_property
    def balances(self) -> Sequence[Decimal]:
        """What the wallet held after each movement."""
        amounts = (movement.amount for movement in self.movements)
        return [*accumulate(amounts, initial=self.opening)][1:]

    def lines(self, start: int = 0, end: int | None = None) -> Iterator[Line]:
        """All lines, or those from one place until before another."""
        return map(Line, self.movements[start:end], self.balances[start:end])


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def csv_text(statement: Statement) -> str:
    """The lines as RFC 4180 has it, with no text in them that a spreadsheet would run."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(statement.currency, line) for line in statement.lines())
    return text.getvalue()


def _row(currency: Currency, line: Line) -> tuple[str, ...]:
    moved = line.movement
    return (
        datetime_text(moved.created_at),
        moved.type.value,
        decimal_text(moved.amount),
        decimal_text(line.balance),
        currency.value,
        moved.counterparty or "",
        _harmless(moved.reason),
        _harmless(moved.reference),
        str(moved.transaction_id),
    )


def _harmless(text: str | None) -> str:
    """A text that is shown as it is, with a mark before what could be taken for a formula.

    Where `;` separates, as in much of Europe, a cell begins after each of them as well.
    """
    return FORMULA.sub(r"\1'\2", text or "")
