"""Sapiens' fields of `Mutation`."""

from domains.kernel import prose
from domains.kernel.context import Info
from domains.kernel.mutation import mutation
from domains.kernel.node import key_of, keyed
from domains.kernel.viewer import SYSTEM

from . import errors, service
from .types import AssessmentSubmitInput, AssessmentSubmitPayload


@prose.output
class SapiensMutation:
    """Showing what one knows."""

    @mutation(
        refuses=[
            errors.AssessmentNotFound,
            errors.AssessmentAnswered,
            errors.AssessmentNotMarkable,
            errors.AnswersInvalid,
            errors.QuestionUnknown,
        ]
    )
    async def assessment_submit(
        self, info: Info, input: AssessmentSubmitInput
    ) -> AssessmentSubmitPayload | None:
        """Hand in the answers to an assessment, once. The server marks them by a key of its own."""
        context, id = info.context, key_of("AdaptiveAssessment", input.assessment_id)
        done = await context.database.transaction(
            SYSTEM, service.submit, context.viewer, id, input.answers
        )
        return AssessmentSubmitPayload(
            assessment=keyed("AdaptiveAssessment", done.assessment_id),
            submission=keyed("AssessmentSubmission", done.submission_id),
        )
