"""Tutoring, learning paths, questions and assessments of a learner."""
