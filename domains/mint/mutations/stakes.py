"""The mutations of stakes."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM
from domains.mint import errors
from domains.mint.service import stakes
from domains.mint.types.staking import (
    StakeClaimInput,
    StakeClaimPayload,
    StakeCloseInput,
    StakeClosePayload,
    StakeCreateInput,
    StakeCreatePayload,
)

REQUEST = [errors.IdempotencyKeyInvalid, errors.IdempotencyConflict]
STAKE = [errors.StakeNotFound, errors.StakeEnded]
PAYMENT = [errors.SupplyExhausted, errors.WalletNotActive]


@prose.output
class StakeMutation:
    """Locking money for a reward."""

    @mutation(
        refuses=[
            *REQUEST,
            errors.AmountInvalid,
            errors.CurrencyNotStakeable,
            errors.InsufficientFunds,
            errors.TermInvalid,
            errors.WalletNotActive,
            errors.WalletNotFound,
        ]
    )
    async def stake_create(self, info: Info, input: StakeCreateInput) -> StakeCreatePayload | None:
        """Lock money of one's own for a term. It grows until it is taken back."""
        context = info.context
        stake_id = await context.database.transaction(
            SYSTEM,
            stakes.create,
            context.client,
            context.viewer,
            input.idempotency_key,
            key_of("Wallet", input.wallet_id),
            input.amount,
            input.days,
        )
        return StakeCreatePayload(stake=keyed("Stake", stake_id))

    @mutation(refuses=[*REQUEST, *STAKE, errors.NothingToClaim, *PAYMENT])
    async def stake_claim(self, info: Info, input: StakeClaimInput) -> StakeClaimPayload | None:
        """Have what a stake has earned so far; claiming often or seldom brings the same."""
        context = info.context
        stake_id = await context.database.transaction(
            SYSTEM,
            stakes.claim,
            context.viewer,
            input.idempotency_key,
            key_of("Stake", input.stake_id),
        )
        return StakeClaimPayload(stake=keyed("Stake", stake_id))

    @mutation(refuses=[*REQUEST, *STAKE, errors.StakeLocked, *PAYMENT])
    async def stake_close(self, info: Info, input: StakeCloseInput) -> StakeClosePayload | None:
        """Have one's money back after its term, with all that it has earned and not paid."""
        context = info.context
        stake_id = await context.database.transaction(
            SYSTEM,
            stakes.close,
            context.client,
            context.viewer,
            input.idempotency_key,
            key_of("Stake", input.stake_id),
            without_reward=input.without_reward,
        )
        return StakeClosePayload(stake=keyed("Stake", stake_id))
