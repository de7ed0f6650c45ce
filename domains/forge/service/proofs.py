"""What people have proved by work, for the mint to pay for; read from what is kept, never told."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Contract, ContractStatus
from domains.forge.repository import contracts
from domains.kernel.scalars import Currency
from domains.mint import public as mint

MOST_EARNED = Decimal(50)
"""In AZR, with all of the contract's amount released."""

SHARE = Decimal("0.05")
"""Of what was released: work that was hardly paid for is hardly rewarded."""

APART = timedelta(days=30)
"""How long two people are not paid for again for work of one for the other."""

ALL = 100


@mint.proves(mint.ActivityType.JOB_COMPLETION)
async def prove_job(session: AsyncSession, user_id: UUID, contract_id: UUID) -> mint.Proof | None:
    """That somebody did work that brought them money of the platform's own."""
    contract = await contracts.contract(session, contract_id)
    if contract is None or contract.freelancer_id != user_id or not _counts(contract):
        return None
    released = await contracts.released(session, contract_id)
    if not released:
        return None
    return mint.Proof(
        score=ALL * released / contract.amount,
        base=min(MOST_EARNED, SHARE * released),
        details={"job": str(contract.job_id), "released": f"{released:f}"},
        rivals=await contracts.others_of_the_pair(session, contract),
        apart=APART,
    )


def _counts(contract: Contract) -> bool:
    return contract.status is ContractStatus.COMPLETED and contract.currency is Currency.AZR
