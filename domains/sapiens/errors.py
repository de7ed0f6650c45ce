"""Why sapiens refuses."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class AssessmentNotFound(UserError):
    """There is no such assessment, or it is not the viewer's."""

    message: str = "Assessment not found."


@prose.output
class AssessmentAnswered(UserError):
    """An assessment is answered once."""

    message: str = "You have answered this assessment already."


@prose.output
class AssessmentNotMarkable(UserError):
    """The platform has no rule for one of the questions, or does not know its answer."""

    message: str = "This assessment cannot be marked by the platform."


@prose.output
class AnswersInvalid(UserError):
    """Answers are an object of texts, numbers, truth values and lists of texts, not too long."""

    message: str = "Answers are texts, numbers, truth values or lists of texts, by question."

    maximum_bytes: int
    """How long all of them may be as JSON."""

    maximum_characters: int
    """How long a text may be."""


@prose.output
class QuestionUnknown(UserError):
    """The assessment does not ask this."""

    message: str = "There is no such question in this assessment."
