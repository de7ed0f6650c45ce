"""Checks all money of a database against what must be true of it, in one snapshot."""

from dataclasses import dataclass, field

# They declare what must be true when they are imported.
import domains.education.repository
import domains.forge.repository  # noqa: F401
from domains.kernel.invariants import Finding, examine
from domains.mint.public import STATE_ROOT
from gateway.inspection import connected


@dataclass(slots=True)
class Report:
    """What a check came to."""

    findings: list[Finding] = field(default_factory=list)
    root: str = ""
    """What all wallets come to, as one number to be kept elsewhere."""

    @property
    def broken(self) -> list[str]:
        """The codes of what is not as it must be."""
        return [found.invariant.code for found in self.findings if found.violations]

    def lines(self) -> list[str]:
        """The report as one reads it."""
        return [line for found in self.findings for line in _lines(found)]


async def verify(url: str, most: int = 20) -> Report:
    """Look at every invariant and at the state of all wallets, in one snapshot."""
    report = Report()
    async with (
        connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        async for finding in examine(connection, most):
            report.findings.append(finding)
        report.root = await connection.fetchval(STATE_ROOT)
    return report


def _lines(found: Finding) -> list[str]:
    code, says = found.invariant.code, found.invariant.says
    if not found.violations:
        return [f"{code:<4} {says}: {found.rows} rows"]
    rest = ["     … and more"] if found.more else []
    broken = [f"     {violation.found}" for violation in found.violations]
    return [f"{code:<4} BROKEN. {says}:", *broken, *rest]
