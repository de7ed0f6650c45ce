"""The workloads in the words of other servers: documents, variables, and what is called otherwise.

PostGraphile names its fields after tables and keys; its documents have the aliases that give an
answer Azora's shape. What aliases cannot do is done to the answer here, before it is compared.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from bench.rows import student_user_id
from bench.workloads import Workload
from domains.kernel.node import decode_id

ORDER_BY_ID: Final = "a6fec4b8d9"
"""How PostGraphile's cursors begin in the order of the places in courses by their ids."""

READ_AT: Final = "2026-01-01T00:00:00+00:00"
"""PostGraphile's generated mutation knows nothing of the moment; its client has to say it."""

ONE_COURSE = """
query Course($id: UUID!) {
  course: courseByRowId(rowId: $id) {
    id: rowId title description price currency durationHours level category publishedAt
  }
}
"""

COURSES = """
query Courses($category: String!) {
  courses: allCourses(first: 20, condition: { category: $category }, orderBy: [ROW_ID_DESC]) {
    nodes {
      id: rowId title level category price currency
      modules: modulesByCourseIdAndPublishedList(first: 10, orderBy: [POSITION_ASC]) {
        id: rowId title description position
      }
    }
  }
}
"""

STUDENTS_DEEPLY = """
query Students {
  students: allStudents(first: 20, orderBy: [ROW_ID_DESC]) {
    nodes {
      id: rowId firstName lastName
      enrollments: enrollmentsByStudentId(first: 10, orderBy: [ROW_ID_DESC]) {
        nodes {
          id: rowId status progress
          course: courseByCourseId {
            id: rowId title
            modules: modulesByCourseIdAndPublishedList(first: 10, orderBy: [POSITION_ASC]) {
              id: rowId title position
            }
          }
        }
      }
    }
  }
}
"""

PAGE = """
query Page($after: Cursor!) {
  enrollments: allEnrollments(
    first: 100, after: $after, condition: { status: active }, orderBy: [ROW_ID_DESC]
  ) {
    nodes { id: rowId status progress price currency attempt enrolledAt completedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

MARK_READ = """
mutation MarkRead($id: UUID!, $readAt: Datetime!) {
  notificationMarkRead: updateNotificationsNotificationByRowId(
    input: { rowId: $id, notificationsNotificationPatch: { readAt: $readAt } }
  ) {
    notification: notificationsNotification { id: rowId readAt }
  }
}
"""

EVERYTHING = """
query Everything($viewer: UUID!) {
  viewer: authUserByRowId(rowId: $viewer) {
    name
    student: studentByUserId {
      enrollments: enrollmentsByStudentId(first: 5, orderBy: [ROW_ID_DESC]) {
        nodes {
          progress
          course: courseByCourseId {
            title
            modules: modulesByCourseIdAndPublishedList(first: 5, orderBy: [POSITION_ASC]) { title }
          }
        }
      }
      tutoringSessions: sapiensTutoringSessionsByStudentId(first: 5, orderBy: [ROW_ID_DESC]) {
        nodes {
          topic
          messages: sapiensMessagesBySessionIdAndStudentId(first: 5, orderBy: [SEQ_ASC]) {
            nodes { role content }
          }
        }
      }
    }
    wallets: mintWalletsByUserId(first: 3, condition: { kind: USER }, orderBy: [ROW_ID_DESC]) {
      nodes {
        balance currency
        sent: mintTransactionsByFromIdAndCurrency(first: 5, orderBy: [ROW_ID_DESC]) {
          nodes { id: rowId type amount currency }
        }
        received: mintTransactionsByToIdAndCurrency(first: 5, orderBy: [ROW_ID_DESC]) {
          nodes { id: rowId type amount currency }
        }
      }
    }
    skillProfile: forgeSkillProfileByUserId { skills rating }
    userProfile: nexusUserProfileByUserId {
      recommendations: nexusRecommendationsByUserId(first: 5, orderBy: [ROW_ID_DESC]) {
        nodes { itemName score }
      }
    }
    conversations: familyConversationsByUserId(
      first: 5, orderBy: [UPDATED_AT_DESC, ROW_ID_DESC]
    ) {
      nodes { member: familyFamilyMemberByMemberId { name } }
    }
    notifications: notificationsNotificationsByUserId(first: 5, orderBy: [ROW_ID_DESC]) {
      nodes { title readAt }
    }
  }
  serviceLogs: allHealthLogs(first: 5, orderBy: [ROW_ID_DESC]) { nodes { level service } }
}
"""

DOCUMENTS: Final[Mapping[str, str]] = {
    "q1": ONE_COURSE,
    "q2": COURSES,
    "q3": STUDENTS_DEEPLY,
    "q4": PAGE,
    "q5": MARK_READ,
    "viewer": EVERYTHING,
}
"""PostGraphile's. Groups are not among them: it has none without a plugin."""

BESIDES: Final[Mapping[str, Mapping[str, str]]] = {
    "q5": {"readAt": READ_AT},
    "viewer": {"viewer": str(student_user_id())},
}
"""Variables that PostGraphile needs and Azora does not."""


def row_variables(workload: Workload, page: Callable[[UUID], str]) -> list[dict[str, Any]]:
    """The variables of the requests for a server that knows rows by their keys alone.

    `page` makes a cursor of the key of the row that it follows.
    """
    kinds: dict[str, Callable[[str], str]] = {
        "id": lambda id: str(decode_id(id)[1]),
        "after": lambda cursor: page(row_after(cursor)),
    }
    same = str
    return [
        {name: kinds.get(name, same)(value) for name, value in each.items()}
        for each in workload.variables
    ]


def row_after(cursor: str) -> UUID:
    """The key in a cursor of a list that is ordered by it alone: Azora's or PostGraphile's."""
    _, key = orjson.loads(base64.b64decode(cursor))
    return UUID(key)


def postgraphile_cursor(key: UUID) -> str:
    return base64.b64encode(orjson.dumps([ORDER_BY_ID, str(key)])).decode()


def reshaped(workload: Workload, data: dict[str, Any]) -> dict[str, Any]:
    """PostGraphile's answer with those parts in their places that no alias can move."""
    if workload.name == "q5":
        # Who may not change a row is told so by an error, and there was none.
        data["notificationMarkRead"]["userErrors"] = []
    if workload.name == "viewer":
        viewer = data["viewer"]
        viewer |= viewer.pop("userProfile")
        for wallet in viewer["wallets"]["nodes"]:
            wallet["transactions"] = {"nodes": _newest(wallet, 5)}
    return data


def _newest(wallet: dict[str, Any], count: int) -> list[Any]:
    """Of both directions, which PostGraphile has as two relations."""
    moved = [*wallet["sent"]["nodes"], *wallet["received"]["nodes"]]
    by_id = {each["id"]: each for each in moved}
    return [by_id[id] for id in sorted(by_id, reverse=True)][:count]
