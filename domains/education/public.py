"""What other domains may ask of education."""

from .policy import OWN_STUDENTS, TAUGHT_COURSES, sees_own_or_administers
from .repository.courses import course_title, instructor_of
from .repository.students import Learner, learner
from .service import leaving, proofs  # noqa: F401 (asked by auth and the mint once imported)
from .service.choices import choices
from .service.submissions import MarkedAnswers
from .service.submissions import record as record_submission

__all__ = [
    "OWN_STUDENTS",
    "TAUGHT_COURSES",
    "Learner",
    "MarkedAnswers",
    "choices",
    "course_title",
    "instructor_of",
    "learner",
    "record_submission",
    "sees_own_or_administers",
]
