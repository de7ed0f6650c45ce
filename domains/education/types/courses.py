"""What the mutations of courses and their modules take and answer."""

from decimal import Decimal

import strawberry

from domains.education.models import CourseLevel
from domains.kernel import prose
from domains.kernel.mutation import Payload
from domains.kernel.scalars import Currency, OpenJSON

from .nodes import Course, Module


@prose.input
class CourseCreateInput:
    """A new course."""

    idempotency_key: strawberry.ID
    """Any text of the client's own that names this request: sent again, it makes no other."""

    title: str
    """What it is called; 3 to 200 characters."""

    description: str
    """What it is about; 1 to 2000 characters."""

    category: str
    """The field that it belongs to; 1 to 60 characters."""

    level: CourseLevel
    """What it expects of those who take it."""

    duration_hours: int
    """How many hours it takes, about; 1 to 10000."""

    price: Decimal = Decimal(0)
    """What taking it costs; 0 is free."""

    currency: Currency = Currency.AZR
    """What the price is counted in. It cannot be changed later."""


@prose.output
class CourseCreatePayload(Payload):
    """What `courseCreate` answers."""

    course: Course | None = None
    """The course, a draft without modules."""


@prose.input
class CourseUpdateInput:
    """What changes of a course; what is left out stays, and nothing can be null."""

    course_id: strawberry.ID
    """The course."""

    title: strawberry.Maybe[str | None] = None
    """What it is called; 3 to 200 characters."""

    description: strawberry.Maybe[str | None] = None
    """What it is about; 1 to 2000 characters."""

    category: strawberry.Maybe[str | None] = None
    """The field that it belongs to; 1 to 60 characters."""

    level: strawberry.Maybe[CourseLevel | None] = None
    """What it expects of those who take it."""

    duration_hours: strawberry.Maybe[int | None] = None
    """How many hours it takes, about; 1 to 10000."""

    price: strawberry.Maybe[Decimal | None] = None
    """What taking it costs from now on, in the same currency; 0 is free."""


@prose.output
class CourseUpdatePayload(Payload):
    """What `courseUpdate` answers."""

    course: Course | None = None
    """The course as it is now."""


@prose.input
class CoursePublishInput:
    """The course to publish."""

    course_id: strawberry.ID
    """A course with a module at least."""


@prose.output
class CoursePublishPayload(Payload):
    """What `coursePublish` answers."""

    course: Course | None = None
    """The course, which everybody can see and take."""


@prose.input
class CourseUnpublishInput:
    """The course to withdraw."""

    course_id: strawberry.ID
    """A course."""


@prose.output
class CourseUnpublishPayload(Payload):
    """What `courseUnpublish` answers."""

    course: Course | None = None
    """The course, a draft again; who takes it goes on."""


@prose.input
class ModuleAddInput:
    """A new module of a course."""

    idempotency_key: strawberry.ID
    """Any text of the client's own that names this request: sent again, it adds no other."""

    course_id: strawberry.ID
    """The course."""

    title: str
    """What it is called; 1 to 200 characters."""

    description: str | None = None
    """What it is about; at most 2000 characters."""

    content: OpenJSON
    """Lessons, videos and materials: an object of at most 65536 bytes, 8 levels deep."""


@prose.output
class ModuleAddPayload(Payload):
    """What `moduleAdd` answers."""

    module: Module | None = None
    """The module, the last of its course."""

    course: Course | None = None
    """The course."""


@prose.input
class ModuleUpdateInput:
    """What changes of a module; what is left out stays."""

    module_id: strawberry.ID
    """The module."""

    title: strawberry.Maybe[str | None] = None
    """What it is called; 1 to 200 characters, and not null."""

    description: strawberry.Maybe[str | None] = None
    """What it is about; at most 2000 characters. Null takes it away."""

    content: strawberry.Maybe[OpenJSON | None] = None
    """Lessons, videos and materials: an object of at most 65536 bytes, 8 levels deep; not null."""


@prose.output
class ModuleUpdatePayload(Payload):
    """What `moduleUpdate` answers."""

    module: Module | None = None
    """The module as it is now."""


@prose.input
class ModulesReorderInput:
    """Another order of a course's modules."""

    course_id: strawberry.ID
    """The course."""

    module_ids: list[strawberry.ID]
    """All its modules, each once, in their new order."""


@prose.output
class ModulesReorderPayload(Payload):
    """What `modulesReorder` answers."""

    course: Course | None = None
    """The course with its modules in order."""


@prose.input
class ModuleRemoveInput:
    """The module to take out of its course."""

    module_id: strawberry.ID
    """A module that nobody has begun, and not the only one of a published course."""


@prose.output
class ModuleRemovePayload(Payload):
    """What `moduleRemove` answers."""

    course: Course | None = None
    """The course without it."""
