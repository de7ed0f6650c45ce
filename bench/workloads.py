"""The questions that contestants answer, in Azora's own schema."""

import base64
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

import orjson

from bench.rows import NOTICES, STUDENTS, course_ids, enrollment_id, notice_id
from domains.kernel.node import encode_id
from seed.scale.words import CATEGORIES

ASKED_COURSES: Final = 100
"""So many different courses are asked for in turn, if there are so many."""

ASKED_CATEGORIES: Final = 5
ASKED_PAGES: Final = 50

Asker = Literal["anonymous", "admin", "student"]


@dataclass(frozen=True, slots=True)
class Workload:
    """An operation, the variables of the requests that follow each other, and who asks."""

    name: str
    title: str
    query: str
    viewer: Asker = "anonymous"
    variables: tuple[dict[str, Any], ...] = ({},)
    connections: int = 32

    @property
    def writes(self) -> bool:
        """Whether an answer is followed by a commit."""
        return self.query.lstrip().startswith("mutation")

    def graphql_bodies(self) -> list[bytes]:
        """The bodies of GraphQL over HTTP."""
        query = " ".join(self.query.split())
        return [orjson.dumps({"query": query, "variables": each}) for each in self.variables]

    def plain_bodies(self) -> list[bytes]:
        """For a handler that knows the question: the variables alone."""
        return [orjson.dumps(each) for each in self.variables]


ONE_COURSE = """
query Course($id: ID!) {
  course(id: $id) {
    id title description price { amount currency } durationHours level category publishedAt
  }
}
"""

COURSES = """
query Courses($category: String!) {
  courses(first: 20, where: { category: $category }) {
    nodes {
      id title level category price { amount currency }
      modules(first: 10) { id title description position }
    }
  }
}
"""

STUDENTS_DEEPLY = """
query Students {
  students(first: 20) {
    nodes {
      id firstName lastName
      enrollments(first: 10) {
        nodes {
          id status progress
          course { id title modules(first: 10) { id title position } }
        }
      }
    }
  }
}
"""

PAGE = """
query Page($after: String!) {
  enrollments(first: 100, after: $after, where: { status: ACTIVE }, orderBy: NEWEST) {
    nodes { id status progress price { amount currency } attempt enrolledAt completedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

MARK_READ = """
mutation MarkRead($id: ID!) {
  notificationMarkRead(input: { id: $id }) {
    notification { id readAt }
    userErrors { message }
  }
}
"""

EVERYTHING = """
query Everything {
  viewer {
    name
    student {
      enrollments(first: 5) { nodes { progress course { title modules(first: 5) { title } } } }
      tutoringSessions(first: 5) { nodes { topic messages(first: 5) { nodes { role content } } } }
    }
    wallets(first: 3) {
      nodes {
        balance { amount currency }
        transactions(first: 5) { nodes { type amount { amount } } }
      }
    }
    skillProfile { skills rating }
    recommendations(first: 5) { nodes { itemName score } }
    conversations(first: 5) { nodes { member { name } } }
    notifications(first: 5) { nodes { title readAt } }
  }
  serviceLogs(first: 5) { nodes { level service } }
}
"""

STATS = """
query Stats {
  courseStats(by: [CATEGORY, LEVEL]) {
    category level currency count price { sum average min max } durationHours { average }
  }
}
"""


def cursor(name: str, id: UUID) -> str:
    """Azora's own cursor of a row in an order by its id."""
    return base64.b64encode(orjson.dumps([name, str(id)])).decode()


def workloads(students: int = STUDENTS) -> dict[str, Workload]:
    """All of them, with the ids of a world of so many students."""
    return {
        each.name: each
        for each in (
            Workload(
                "q1", "one course by its id, 8 fields", ONE_COURSE, variables=_courses(students)
            ),
            Workload(
                "q2",
                "20 courses of a category with 10 modules each",
                COURSES,
                variables=tuple({"category": each} for each in CATEGORIES[:ASKED_CATEGORIES]),
            ),
            Workload(
                "q3",
                "20 students, 10 places each, the course of each and its 10 modules: 2,326 objects",
                STUDENTS_DEEPLY,
                "admin",
            ),
            Workload(
                "q4",
                "a page of 100 active places after a cursor",
                PAGE,
                "admin",
                _pages(students),
            ),
            Workload(
                "q5",
                "a notification marked as read",
                MARK_READ,
                "student",
                tuple({"id": encode_id("Notification", notice_id(n))} for n in range(NOTICES)),
            ),
            Workload("viewer", "a student's own, through nine domains", EVERYTHING, "student"),
            Workload("stats", "courses counted by category and level", STATS),
        )
    }


def _courses(students: int) -> tuple[dict[str, Any], ...]:
    """Far apart from each other."""
    ids = course_ids(students)
    step = max(1, len(ids) // ASKED_COURSES)
    return tuple({"id": encode_id("Course", id)} for id in ids[::step][:ASKED_COURSES])


def _pages(students: int) -> tuple[dict[str, Any], ...]:
    """From near the top of the list to near its end."""
    numbers = (students * (place + 1) // (ASKED_PAGES + 1) for place in range(ASKED_PAGES))
    return tuple({"after": cursor("NEWEST", enrollment_id(max(n, 50)))} for n in numbers)


WORKLOADS: Final = workloads()
