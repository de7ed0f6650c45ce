"""What the mutations of sapiens take and answer."""

import strawberry

from domains.education.types import AssessmentSubmission
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import OpenJSON

from .paths import AdaptiveAssessment


@prose.input
class AssessmentSubmitInput:
    """Answers to an assessment."""

    assessment_id: strawberry.ID
    """An assessment that was put together for the viewer."""

    answers: OpenJSON
    """An object with the answers by the questions' ids: a text for `multiple_choice` and
    `short_answer`, true or false for `true_false`, a number or a text for `numeric`, a list of
    texts for `several_choice`. A question that is left out earns nothing. At most 32768 bytes."""


@prose.output
class AssessmentSubmitPayload(Payload):
    """What `assessmentSubmit` answers."""

    assessment: AdaptiveAssessment | None = None
    """The assessment, marked."""

    submission: AssessmentSubmission | None = None
    """What was handed in, and what it is worth."""
