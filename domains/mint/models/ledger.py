"""Wallets and what moved between them, written by the database's function `mint.post` alone."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from domains.kernel.row import ChangingRow, CreatedRow, enum_type
from domains.kernel.scalars import Currency

from .columns import (
    AMOUNT,
    CURRENCY,
    NAMESPACE,
    SUPPLY_CAP,
    TransactionType,
    WalletKind,
    WalletStatus,
)

ADDRESS = "'azr' || left(encode(sha256(uuid_send(id)), 'hex'), 40)"
"""A wallet's public name: it follows from the id, and gives nothing away."""


class Wallet(ChangingRow, table=True):
    """Money of one owner, kind and currency; no row is ever deleted."""

    __tablename__ = "wallets"
    __table_args__ = (
        CheckConstraint("(kind in ('USER', 'STAKE')) = (user_id is not null)", name="owner"),
        CheckConstraint(
            "num_nonnulls(payer_id, payee_id) = case kind when 'ESCROW' then 2 else 0 end",
            name="parties",
        ),
        CheckConstraint("payer_id <> payee_id", name="two_parties"),
        CheckConstraint("balance <> 'NaN'", name="balance"),
        CheckConstraint("balance >= 0 or kind = 'ISSUANCE'", name="funds"),
        CheckConstraint(
            f"kind <> 'ISSUANCE' or currency <> 'AZR' or balance >= -{SUPPLY_CAP}", name="supply"
        ),
        CheckConstraint("status <> 'CLOSED' or balance = 0", name="closed"),
        UniqueConstraint("user_id", "kind", "currency"),
        UniqueConstraint("id", "currency"),
        UniqueConstraint("id", "user_id", "currency"),
        UniqueConstraint("id", "payer_id", "payee_id", "currency"),
        Index(
            "wallets_issuance_key",
            "currency",
            unique=True,
            postgresql_where=text("kind = 'ISSUANCE'"),
        ),
        Index(
            "wallets_platform_key",
            "currency",
            unique=True,
            postgresql_where=text("kind = 'PLATFORM'"),
        ),
        Index(None, "user_id", "id"),
        Index(None, "payer_id", "id"),
        Index(None, "payee_id", "id"),
        Index(None, "kind", "currency", "id"),
        # Room on each page, and no index on what a posting changes, keep updates in their page.
        {"schema": NAMESPACE, "postgresql_with": {"fillfactor": 70}},
    )

    user_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="RESTRICT")
    payer_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="RESTRICT")
    payee_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="RESTRICT")
    kind: WalletKind = Field(
        default=WalletKind.USER,
        sa_type=enum_type(WalletKind, "wallet_kind", NAMESPACE),
        sa_column_kwargs={"server_default": text("'USER'")},
    )
    currency: Currency = Field(
        default=Currency.AZR,
        sa_type=CURRENCY,
        sa_column_kwargs={"server_default": text("'AZR'")},
    )
    status: WalletStatus = Field(
        default=WalletStatus.ACTIVE,
        sa_type=enum_type(WalletStatus, "wallet_status", NAMESPACE),
        sa_column_kwargs={"server_default": text("'ACTIVE'")},
    )
    address: str | None = Field(
        default=None,
        sa_column=Column(String, Computed(ADDRESS, persisted=True), nullable=False, unique=True),
    )
    """Kept by the database."""

    balance: Decimal = Field(
        default=Decimal(0), sa_type=AMOUNT, sa_column_kwargs={"server_default": text("0")}
    )
    version: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )
    """How many transactions there were."""

    head_hash: bytes = Field(
        default=b"", sa_type=LargeBinary, sa_column_kwargs={"server_default": text("''")}
    )
    """The hash of the last one."""


class Posting(CreatedRow, table=True):
    """One request to move money that was granted; the key makes it happen once."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("length(idempotency_key) between 1 and 255", name="idempotency_key"),
        UniqueConstraint("actor_id", "idempotency_key", postgresql_nulls_not_distinct=True),
        {"schema": NAMESPACE},
    )

    actor_id: UUID | None = Field(default=None, foreign_key="auth.users.id", ondelete="RESTRICT")
    """Whose key it is; the platform's own if null."""

    idempotency_key: str
    request_hash: bytes
    """SHA-256 of what was asked for, to tell a repetition from another request."""


class Transaction(CreatedRow, table=True):
    """A movement of money from one wallet to another; such rows are only ever added."""

    __tablename__ = "transactions"
    __table_args__ = (
        CheckConstraint("amount > 0 and amount <> 'NaN'", name="amount"),
        CheckConstraint("from_id <> to_id", name="two_wallets"),
        CheckConstraint("length(reference) between 1 and 200", name="reference"),
        CheckConstraint("length(reason) between 1 and 200", name="reason"),
        # A movement between currencies is impossible.
        ForeignKeyConstraint(
            ["from_id", "currency"],
            ["mint.wallets.id", "mint.wallets.currency"],
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(
            ["to_id", "currency"],
            ["mint.wallets.id", "mint.wallets.currency"],
            ondelete="RESTRICT",
        ),
        Index(None, "posting_id"),
        Index(None, "from_id", "id"),
        Index(None, "to_id", "id"),
        Index(None, "type", "id"),
        Index(None, "reference", postgresql_where=text("reference is not null")),
        Index(None, "reversal_of_id", postgresql_where=text("reversal_of_id is not null")),
        Index(None, "created_at", postgresql_using="brin"),
        {"schema": NAMESPACE, "postgresql_partition_by": "RANGE (id)"},
    )

    posting_id: UUID = Field(foreign_key="mint.postings.id", ondelete="RESTRICT")
    leg: int = Field(sa_type=SmallInteger)
    """Its place in the posting, from 1."""

    type: TransactionType = Field(sa_type=enum_type(TransactionType, "transaction_type", NAMESPACE))
    from_id: UUID
    to_id: UUID
    currency: Currency = Field(sa_type=CURRENCY)
    amount: Decimal = Field(sa_type=AMOUNT)
    reference: str | None = None
    """What it was for, as `enrollment:…`."""

    reason: str | None = None
    """What it was for, in words."""

    reversal_of_id: UUID | None = Field(
        default=None, foreign_key="mint.transactions.id", ondelete="RESTRICT"
    )
    """The movement that it takes back; one is taken back once."""

    from_seq: int = Field(sa_type=BigInteger)
    """The sender's version after it."""

    to_seq: int = Field(sa_type=BigInteger)
    """The recipient's version after it."""

    from_balance_after: Decimal = Field(sa_type=AMOUNT)
    to_balance_after: Decimal = Field(sa_type=AMOUNT)
    hash: bytes
    """SHA-256 of both wallets' last hashes and of this row: neither can be altered unnoticed."""
