"""Education's fields of `Mutation`."""

from domains.kernel import prose

from .courses import CourseMutation
from .learning import LearningMutation
from .modules import ModuleMutation


@prose.output
class EducationMutation(CourseMutation, ModuleMutation, LearningMutation):
    """Writing courses, taking and paying for them, and learning in them."""
