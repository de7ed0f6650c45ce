"""What students ask their tutor, and the paths that they are on."""

from domains.sapiens.models import (
    Assessment,
    LearningInsight,
    LearningPath,
    Message,
    PathStep,
    Progress,
    Question,
    StudentProfile,
    TutoringSession,
)

from .kinds import (
    ASSESSMENT,
    INSIGHT,
    LEARNER_PROFILE,
    PATH,
    PATH_PROGRESS,
    PATH_STEP,
    QUESTION,
    STUDENT,
    TUTORING,
    TUTORING_MESSAGE,
)
from .learning import PLACES
from .terms import NUMBERS, Filling, Source, array, at, dice, key, moment, pick
from .words import ANSWERS, CHAPTERS, QUESTIONS, STYLES, SUBJECTS

WIDTH = 8
"""Places of what belongs to one session."""

STEPS = 5
POINTS = 10

TOPIC = pick(SUBJECTS, "n")
STUDENT_ID = key(STUDENT)
ASSESSED = """jsonb_build_array(
  jsonb_build_object('id', 'a', 'type', 'multiple_choice', 'prompt', 'Which comes first?',
    'options', jsonb_build_array('the question', 'the answer'), 'points', 5),
  jsonb_build_object('id', 'b', 'type', 'multiple_choice', 'prompt', 'Which can be checked?',
    'options', jsonb_build_array('an opinion', 'a claim'), 'points', 5))"""

SESSIONS = Source(
    f"{PLACES}",
    f"e < 1 + {dice(60, 2)}",
    {"topic": TOPIC, "over": dice(61, 4, "n * 2 + e")},
)
"""One or two of the student's courses are talked about; one talk in four still goes on."""

ON_PATHS = Source(NUMBERS, "n % 4 = 0", {"steps_done": dice(62, STEPS + 1)})
ENDED = moment(at(TUTORING, j="e"), plus="40 minutes")

FILLINGS = (
    Filling(
        TutoringSession,
        TUTORING,
        {
            "student_id": STUDENT_ID,
            "course_id": "course_id",
            "topic": "topic",
            "duration_minutes": "case over when 0 then 0 else 40 end",
            "status": "case over when 0 then 'active' when 1 then 'abandoned' else 'completed' end",
            "started_at": moment(at(TUTORING, j="e")),
            "ended_at": f"case when over > 0 then {ENDED} end",
        },
        str(SESSIONS),
        j="e",
    ),
    Filling(
        Message,
        TUTORING_MESSAGE,
        {
            "session_id": key(TUTORING, j="e"),
            "student_id": STUDENT_ID,
            "seq": "m + 1",
            "role": pick(("user", "assistant"), "m"),
            "content": f"case m % 2 when 0 then {pick(QUESTIONS, 'n + m')}"
            f" else {pick(ANSWERS, 'n + m - 1')} end",
        },
        f"{SESSIONS}, generate_series(0, 3) as m",
        j=f"e * {WIDTH} + m",
    ),
    Filling(
        LearningInsight,
        INSIGHT,
        {
            "session_id": key(TUTORING),
            "student_id": STUDENT_ID,
            "insight_type": pick(("strength", "weakness", "pace", "style"), "n / 2"),
            "description": f"'Asks about ' || {TOPIC} || ' before reading on.'",
            "confidence": f"0.5 + {dice(63, 50)} / 100.0",
        },
        where="n % 2 = 0",
    ),
    Filling(
        LearningPath,
        PATH,
        {
            "student_id": STUDENT_ID,
            "subject": TOPIC,
            "title": f"'A path through ' || {TOPIC}",
            "current_level": "'beginner'",
            "target_level": pick(("intermediate", "advanced"), "n / 4"),
            "estimated_hours": f"{STEPS * 8}",
            "status": f"case steps_done when {STEPS} then 'completed' else 'active' end",
        },
        str(ON_PATHS),
    ),
    Filling(
        PathStep,
        PATH_STEP,
        {
            "path_id": key(PATH),
            "student_id": STUDENT_ID,
            "position": "step + 1",
            "title": pick((*CHAPTERS, "Looking back"), "step"),
            "description": f"'What ' || {TOPIC} || ' needs next.'",
            "estimated_hours": "8",
            "completed_at": "case when step < steps_done then"
            f" {moment(at(PATH_STEP, j='step'), plus='4 hours')} end",
        },
        f"{ON_PATHS}, generate_series(0, {STEPS - 1}) as step",
        j="step",
    ),
    Filling(
        Progress,
        PATH_PROGRESS,
        {
            "student_id": STUDENT_ID,
            "path_id": key(PATH),
            "minutes_spent": "steps_done * 240",
            "last_activity_at": moment(at(PATH_PROGRESS), plus="5 days"),
        },
        str(ON_PATHS),
    ),
    Filling(
        Question,
        QUESTION,
        {
            "student_id": STUDENT_ID,
            "question": pick(QUESTIONS, "n / 2"),
            "answer": f"case when n % 6 > 0 then {pick(ANSWERS, 'n / 2')} end",
            "topic": TOPIC,
            "difficulty": pick(("beginner", "intermediate", "advanced"), "n / 2"),
            "asked_at": moment(at(QUESTION)),
            "answered_at": f"case when n % 6 > 0 then {moment(at(QUESTION), plus='1 minute')} end",
        },
        where="n % 2 = 0",
    ),
    Filling(
        Assessment,
        ASSESSMENT,
        {
            "student_id": STUDENT_ID,
            "path_id": key(PATH),
            "type": pick(("diagnostic", "quiz", "project", "final"), "n / 4"),
            "subject": TOPIC,
            "questions": ASSESSED,
            "answer_key": """'{"a": "the question", "b": "a claim"}'""",
            "answers": """'{"a": "the question", "b": "a claim"}'""",
            "score": f"5 * {dice(64, 3)}",
            "max_score": f"{POINTS}",
            "difficulty": "'beginner'",
            "seconds_spent": f"60 + {dice(65, 600)}",
            "started_at": moment(at(ASSESSMENT)),
            "completed_at": moment(at(ASSESSMENT), plus="15 minutes"),
        },
        where="n % 4 = 0",
    ),
    Filling(
        StudentProfile,
        LEARNER_PROFILE,
        {
            "student_id": STUDENT_ID,
            "learning_style": pick(STYLES, dice(66, len(STYLES))),
            "strengths": array(("practice", "curiosity")),
            "weaknesses": array(("patience",)),
            "interests": f"array[{TOPIC}]",
            "goals": "jsonb_build_array('To finish what was begun')",
        },
    ),
)
