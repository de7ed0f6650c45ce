"""The example student's tutoring and path explain each other."""

from typing import Any

from domains.kernel.database import Database
from domains.kernel.viewer import Role, Viewer
from seed import run
from seed.accounts import STUDENT

LEARNING = """
{
  tutoringSessions {
    nodes {
      topic durationMinutes status course { title } messages { nodes { seq role content } }
    }
  }
  learningPaths {
    nodes {
      title currentLevel targetLevel estimatedHours totalSteps completedSteps
      steps { position estimatedHours completedAt }
      progress { currentStep completionRate minutesSpent }
    }
  }
}
"""


async def test_the_student_is_tutored_and_a_fifth_along_the_path(
    graph: Any, database: Database
) -> None:
    await run(database)
    data = await graph(LEARNING, as_=Viewer(STUDENT.id, Role.STUDENT))

    (session,) = data["tutoringSessions"]["nodes"]
    messages = session.pop("messages")["nodes"]
    assert session == {
        "topic": "Python Basics",
        "durationMinutes": 30,
        "status": "ACTIVE",
        "course": {"title": "Introduction to Python Programming"},
    }
    assert [(each["seq"], each["role"]) for each in messages] == [(1, "USER"), (2, "ASSISTANT")]
    assert messages[0]["content"] == "How do I make a variable in Python?"

    (path,) = data["learningPaths"]["nodes"]
    steps = path.pop("steps")
    assert [step["position"] for step in steps] == [1, 2, 3, 4, 5]
    assert [step["completedAt"] is not None for step in steps] == [True] + [False] * 4
    assert sum(int(step["estimatedHours"]) for step in steps) == 40
    assert path == {
        "title": "Python Mastery Path",
        "currentLevel": "BEGINNER",
        "targetLevel": "INTERMEDIATE",
        "estimatedHours": "40",
        "totalSteps": 5,
        "completedSteps": 1,
        "progress": {"currentStep": 2, "completionRate": "20", "minutesSpent": 480},
    }
