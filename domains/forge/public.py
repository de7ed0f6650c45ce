"""What other domains and the gateway may ask of the forge."""

from .models import DisputeOutcome
from .repository.words import Part, decision, freelancer_name, job_title, part, rating
from .service import farewell, proofs  # noqa: F401 (asked by auth and the mint once imported)
from .service.choices import choices

__all__ = [
    "DisputeOutcome",
    "Part",
    "choices",
    "decision",
    "freelancer_name",
    "job_title",
    "part",
    "rating",
]
