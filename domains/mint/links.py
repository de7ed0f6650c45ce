"""What the mint adds to the types of the domains below it."""

from domains.auth.types import User
from domains.kernel import prose
from domains.kernel.node import Connection
from domains.kernel.read.declarations import pages

from .types import MiningRecord, MiningRecordFilter, Stake, StakeFilter, Wallet, WalletFilter


@prose.extends(User)
class UserInMint:
    """A person with money."""

    wallets: Connection[Wallet] = pages(there="user_id", where=WalletFilter)
    """Their money, a wallet for each currency; empty for anybody but themselves and admins."""

    stakes: Connection[Stake] = pages(there="user_id", where=StakeFilter)
    """What they have locked, newest first; empty for anybody but themselves and admins."""

    mining_records: Connection[MiningRecord] = pages(there="user_id", where=MiningRecordFilter)
    """The proofs of knowledge that they were paid for, newest first; empty for anybody but
    themselves and admins."""
