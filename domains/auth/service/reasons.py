"""Why somebody does what touches others, in their own words."""

from domains.auth.errors.administration import ReasonInvalid
from domains.kernel.refusal import Refused

SHORTEST = 3
LONGEST = 500


def kept_reason(told: str, longest: int = LONGEST) -> str:
    """A reason as it is kept, or a refusal."""
    kept = " ".join(told.split())
    if SHORTEST <= len(kept) <= longest and kept.isprintable():
        return kept
    raise Refused(ReasonInvalid(path=["input", "reason"], minimum=SHORTEST, maximum=longest))
