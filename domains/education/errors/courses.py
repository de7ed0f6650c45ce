"""Why writing a course is refused."""

from domains.kernel import prose
from domains.kernel.refusal import UserError


@prose.output
class CourseNotFound(UserError):
    """There is no such course, or the viewer may not see it; nobody takes a draft."""

    message: str = "Course not found."


@prose.output
class ModuleNotFound(UserError):
    """There is no such module, or the viewer may not see its course."""

    message: str = "Module not found."


@prose.output
class CourseTextInvalid(UserError):
    """A title, a description or a category is too short, too long, or cannot be shown."""

    message: str = "This text is too short, too long, or has characters that cannot be shown."

    minimum: int
    """How many characters it has at least."""

    maximum: int
    """How many it has at most."""


@prose.output
class PriceInvalid(UserError):
    """A price is 0 or more."""

    message: str = "A course costs 0 or more."


@prose.output
class DurationInvalid(UserError):
    """A course takes an hour or more, and has an end."""

    message: str = "This is not a number of hours that a course takes."

    maximum: int
    """How many hours it takes at most."""


@prose.output
class ContentInvalid(UserError):
    """A module's content is an object that is neither too large nor too deep."""

    message: str = "A module's content is a JSON object of a bounded size and depth."

    maximum_bytes: int
    """How long it may be as JSON."""

    maximum_depth: int
    """How many objects and lists may stand inside each other."""


@prose.output
class CourseIncomplete(UserError):
    """A published course has at least one module."""

    message: str = "A course needs a module before everybody can see it."


@prose.output
class TooManyModules(UserError):
    """A course has so many modules at most."""

    message: str = "This course cannot have another module."

    maximum: int
    """How many it can have."""


@prose.output
class ModulesIncomplete(UserError):
    """Some of the course's modules were left out, named twice, or are not its own."""

    message: str = "Name all modules of the course, each of them once."


@prose.output
class ModuleBegun(UserError):
    """Somebody has made progress in the module, which would be lost."""

    message: str = "Somebody has begun this module, so it stays."
