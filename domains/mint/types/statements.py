"""A wallet's statement: what it held, what came and went, and what it held then."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.node import keyed
from domains.kernel.read.meanings import MOST, PAGE
from domains.kernel.refusal import BadInput
from domains.kernel.scalars import Money
from domains.mint.engine.statements import Line, Statement
from domains.mint.models import TransactionType
from domains.mint.service import statements

from .nodes import Transaction, Wallet

First = Annotated[
    int, strawberry.argument(description=f"At most so many, {PAGE} unless said, up to {MOST}.")
]
Skip = Annotated[int, strawberry.argument(description="Only what follows the first so many.")]


@prose.output
class StatementLine:
    """A movement of money, as the wallet of the statement has it."""

    transaction: Transaction | None
    """The transaction itself."""

    created_at: datetime
    """When it was made."""

    type: TransactionType
    """Why it was made."""

    amount: Decimal
    """How much, in the wallet's currency: less than 0 where it went out."""

    balance: Decimal
    """What the wallet held after it."""

    counterparty: str | None
    """The address of the other wallet, where it was sent to by address or is an escrow; else null,
    for nobody is told who paid them."""

    reason: str | None
    """What it was for, in words."""

    reference: str | None
    """What it was for, as the domain that asked for it calls that."""


def _line(line: Line) -> StatementLine:
    moved = line.movement
    return StatementLine(
        transaction=keyed("Transaction", moved.transaction_id),
        created_at=moved.created_at,
        type=moved.type,
        amount=moved.amount,
        balance=line.balance,
        counterparty=moved.counterparty,
        reason=moved.reason,
        reference=moved.reference,
    )


@prose.output
class WalletStatement:
    """What went in and out of a wallet in a period.

    What it held before, with what came in and without what went out, is what it held then.
    """

    statement: strawberry.Private[Statement]

    wallet: Wallet | None
    """Whose statement it is."""

    opening_balance: Money
    """What the wallet held when the period began."""

    total_in: Money
    """All that came in."""

    total_out: Money
    """All that went out."""

    closing_balance: Money
    """What the wallet held when the period ended; if that is to come, what it holds."""

    line_count: int
    """How many movements there were."""

    @strawberry.field
    def lines(self, first: First = PAGE, skip: Skip = 0) -> list[StatementLine]:
        """The movements, the earliest first."""
        if not 0 <= first <= MOST or skip < 0:
            raise BadInput(f"`first` is from 0 to {MOST}, and `skip` 0 or more.")
        return [_line(line) for line in self.statement.lines(skip, skip + first)]

    @strawberry.field
    async def csv(self, info: Info) -> str:
        """All movements as a table of comma-separated values, for spreadsheets: RFC 4180.

        One in an operation.
        """
        info.context.once("table")
        return await statements.table(self.statement)


def shown(statement: Statement) -> WalletStatement:
    """A statement as the graph has it."""

    def money(amount: Decimal) -> Money:
        return Money(amount=amount, currency=statement.currency)

    return WalletStatement(
        statement=statement,
        wallet=keyed("Wallet", statement.wallet_id),
        opening_balance=money(statement.opening),
        total_in=money(statement.total_in),
        total_out=money(statement.total_out),
        closing_balance=money(statement.closing),
        line_count=len(statement.movements),
    )
