"""Those who stay: connections that are kept open, how many there are, and when each ends."""

from .endings import Ending, ending_of
from .seats import Full, Seat, Seats
from .session import Attendance

__all__ = ["Attendance", "Ending", "Full", "Seat", "Seats", "ending_of"]
