"""What other domains may ask of education."""

from .repository import course_title

__all__ = ["course_title"]
