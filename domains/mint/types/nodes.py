"""Wallets and what moved between them, stakes, mining and the economy as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, or_

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection, Node
from domains.kernel.policy import Columns, ViewerTerms
from domains.kernel.read.declarations import embedded, expression, node, one, pages
from domains.kernel.read.totals import total
from domains.kernel.scalars import Currency, Money, OpenJSON
from domains.kernel.viewer import Role
from domains.mint import models
from domains.mint.models import (
    REWARDS,
    ActivityType,
    StakeStatus,
    TransactionType,
    WalletKind,
    WalletStatus,
)
from domains.mint.policy import OWN_WALLETS

from .filters import MiningRecordFilter, StakeFilter, TransactionFilter, TransactionOrder


def staked_of(wallet: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    """The sum of a wallet's stakes that have not been paid back."""
    stake = models.Stake.__table__.alias("staked")  # type: ignore[attr-defined]
    return total(
        stake.c.amount, stake.c.wallet_id == wallet.id, stake.c.status == StakeStatus.ACTIVE
    )


def earned_of(wallet: Columns, _viewer: ViewerTerms) -> ColumnElement[Decimal]:
    """The sum of the rewards that a wallet has received."""
    moved = models.Transaction.__table__.alias("earned")  # type: ignore[attr-defined]
    return total(moved.c.amount, moved.c.to_id == wallet.id, moved.c.type.in_(REWARDS))


def proof_text(record: Columns, _viewer: ViewerTerms) -> ColumnElement[str]:
    return func.encode(record.proof_hash, "hex")


def balance_after(side: str) -> Callable[[Columns, ViewerTerms], ColumnElement[Decimal | None]]:
    """What one of the wallets of a movement held then, for those who may see what it holds."""

    def shown(moved: Columns, viewer: ViewerTerms) -> ColumnElement[Decimal | None]:
        holds = viewer.holds(moved[f"{side}_id"], OWN_WALLETS)
        return case((or_(viewer.is_a(Role.ADMIN), holds), moved[f"{side}_balance_after"]))

    return shown


@node(models.Wallet)
@prose.output
class Wallet(Node):
    """Money of one currency: a person's own, held between two people, or the platform's."""

    kind: WalletKind
    """What it is for."""

    currency: Currency
    """What all of it is counted in."""

    status: WalletStatus
    """Whether it can be used."""

    address: str
    """Its public name: `azr` and 40 digits."""

    balance: Money = embedded(amount="balance", currency="currency")
    """What it holds."""

    staked: Money = embedded(amount=staked_of, currency="currency")
    """What its owner has locked out of it; no part of the balance."""

    earned: Money = embedded(amount=earned_of, currency="currency")
    """All rewards that it ever received."""

    created_at: datetime
    """When it was opened."""

    user: User | None = one(here="user_id")
    """Whose it is; null for one between two people, and for the platform's."""

    payer: User | None = one(here="payer_id")
    """Whose money is held, in a wallet between two people."""

    payee: User | None = one(here="payee_id")
    """For whom it is held."""

    transactions: Connection[Transaction] = pages(
        there=("from_id", "to_id"), orders=TransactionOrder, where=TransactionFilter
    )
    """What moved in and out, newest first."""

    sent: Connection[Transaction] = pages(
        there="from_id", orders=TransactionOrder, where=TransactionFilter
    )
    """What moved out, newest first."""

    received: Connection[Transaction] = pages(
        there="to_id", orders=TransactionOrder, where=TransactionFilter
    )
    """What moved in, newest first."""

    stakes: Connection[Stake] = pages(there="wallet_id", where=StakeFilter)
    """What was locked out of it, newest first."""

    mining_records: Connection[MiningRecord] = pages(there="wallet_id", where=MiningRecordFilter)
    """The proofs of knowledge that were paid into it, newest first."""


@node(models.Transaction)
@prose.output
class Transaction(Node):
    """A movement of money from one wallet to another. It is never altered."""

    type: TransactionType
    """Why it was made."""

    amount: Money = embedded(amount="amount", currency="currency")
    """How much moved: always more than 0."""

    reference: str | None
    """What it was for, as the domain that asked for it calls that."""

    reason: str | None
    """What it was for, in words."""

    created_at: datetime
    """When it was made."""

    from_wallet: Wallet | None = one(here="from_id")
    """Where the money came from; null for new money, and for a wallet of somebody else."""

    to_wallet: Wallet | None = one(here="to_id")
    """Where it went; null for money that is gone, and for a wallet of somebody else."""

    from_balance_after: Decimal | None = expression(balance_after("from"))
    """What the wallet that it came from held then; null for a wallet of somebody else."""

    to_balance_after: Decimal | None = expression(balance_after("to"))
    """What the wallet that it went to held then; null for a wallet of somebody else."""

    reversal_of: Transaction | None = one(here="reversal_of_id")
    """The earlier transaction that it takes back; null if it takes none back."""


@node(models.Stake)
@prose.output
class Stake(Node):
    """Money that a person has locked for a term, for a reward."""

    amount: Money = embedded(amount="amount", currency="currency")
    """How much is locked."""

    reward_rate: Decimal
    """The reward for a year, as a part of the amount: `0.05` is 5 %."""

    reward_paid: Money = embedded(amount="reward_paid", currency="currency")
    """The reward that was paid out so far."""

    status: StakeStatus
    """Where it stands."""

    started_at: datetime
    """When it was locked."""

    unlocks_at: datetime
    """From when it can be had back."""

    closed_at: datetime | None
    """When it was paid back; null until then."""

    user: User | None = one(here="user_id")
    """Whose it is."""

    wallet: Wallet | None = one(here="wallet_id")
    """The wallet that it came from and goes back to."""

    transaction: Transaction | None = one(here="transaction_id")
    """What locked it."""


@node(models.MiningRecord)
@prose.output
class MiningRecord(Node):
    """A proof of knowledge that was paid for; each activity is paid for once."""

    number: int
    """Its place among all records, from 1; after every 210000 of them rewards are halved."""

    activity_type: ActivityType
    """What was done."""

    tokens_earned: Money = embedded(amount="tokens_earned", currency="currency")
    """What was paid for it."""

    difficulty: int
    """How hard it was, from 1 to 10."""

    score: Decimal
    """How well it was done, from 0 to 100."""

    proof_hash: str = expression(proof_text)
    """SHA-256 of the proof, in hexadecimal."""

    details: OpenJSON
    """What else is known of the activity."""

    mined_at: datetime
    """When it was paid for."""

    user: User | None = one(here="user_id")
    """Who mined."""

    wallet: Wallet | None = one(here="wallet_id")
    """The wallet that it was paid into."""

    transaction: Transaction | None = one(here="transaction_id")
    """The payment."""


@node(models.EconomicMetrics)
@prose.output
class EconomicMetrics(Node):
    """How much AZR there was at a moment and where, as the ledger says."""

    total_supply: Decimal
    """All AZR: circulating, staked and held between people; at most 1000000000."""

    circulating_supply: Decimal
    """What people hold in their wallets, and the platform in its own."""

    total_staked: Decimal
    """What people have locked."""

    total_escrowed: Decimal
    """What is held between two people until work is done."""

    total_minted: Decimal
    """All that was ever made, with what is gone again."""

    active_wallets: int
    """How many people's wallets can be used."""

    transactions: Decimal
    """How many transactions there were, a whole number."""

    daily_volume: Decimal
    """What had moved in the last 24 hours."""

    recorded_at: datetime
    """When this was so."""
