"""The four questions that every contestant answers."""

from dataclasses import dataclass
from typing import Any

import orjson

from bench.world import COURSE, COURSES, key
from domains.kernel.node import encode_id

ASKED_COURSES = 100
"""So many different courses are asked for in turn."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A query, the variables of the requests that follow each other, and who asks."""

    name: str
    title: str
    query: str
    by_admin: bool = False
    variables: tuple[dict[str, Any], ...] = ({},)
    connections: int = 32

    def graphql_bodies(self) -> list[bytes]:
        """The bodies of GraphQL over HTTP."""
        query = " ".join(self.query.split())
        return [orjson.dumps({"query": query, "variables": each}) for each in self.variables]

    def plain_bodies(self) -> list[bytes]:
        """For a handler that knows the question: the variables alone."""
        return [orjson.dumps(each) for each in self.variables]


Q1 = Workload(
    "q1",
    "one course by its id, 8 fields",
    """
    query Course($id: ID!) {
      course(id: $id) {
        id title description price { amount currency } durationHours level category publishedAt
      }
    }
    """,
    variables=tuple(
        {"id": encode_id("Course", key(COURSE, 1 + number * (COURSES // ASKED_COURSES)))}
        for number in range(ASKED_COURSES)
    ),
)

Q2 = Workload(
    "q2",
    "20 courses with 10 modules each",
    """
    query Courses {
      courses(first: 20) {
        nodes {
          id title level category price { amount currency }
          modules(first: 10) { id title description position }
        }
      }
    }
    """,
)

Q3 = Workload(
    "q3",
    "20 students, 10 enrolments each, the course of each and its 10 modules: 2,420 objects",
    """
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
    """,
    by_admin=True,
    # An answer takes the slowest contestant a good part of a second.
    connections=8,
)

Q4 = Workload(
    "q4",
    "100 students without relations",
    """
    query List($first: Int!) {
      students(first: $first) { nodes { id firstName lastName email grade country createdAt } }
    }
    """,
    by_admin=True,
    variables=({"first": 100},),
)

WORKLOADS = {workload.name: workload for workload in (Q1, Q2, Q3, Q4)}
