"""The rules of holding the platform against its constitution."""

import logging

from sqlmodel.ext.asyncio.session import AsyncSession

from . import repository

LEDGER_VERIFIED = "ledger.verified"

logger = logging.getLogger("azora.health")


async def verify_ledger(session: AsyncSession) -> None:
    """Note whether all money adds up, and what its wallets come to, for the books to be held to.

    The session must be one snapshot. Whoever keeps the state root elsewhere can tell later that
    the wallets were as this row says.
    """
    findings = await repository.findings(session)
    broken = [str(violation) for finding in findings for violation in finding.violations]
    for violation in broken:
        logger.error("the ledger is not right: %s", violation)
    details = {
        "stateRoot": await repository.state_root(session),
        "rows": {finding.invariant.code: finding.rows for finding in findings},
        "violations": broken,
    }
    repository.add_judgement(session, LEDGER_VERIFIED, compliant=not broken, details=details)
