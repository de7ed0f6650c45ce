"""Learning: courses and their modules, students, enrolment, progress and what it costs."""
