"""Taking courses, giving them up, completing them, and being paid for what one knows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from .base import Base, anyone, pick, picks, text
from .cast import COURSES, EDGAR, STUDENTS, UNIT
from .model import Leg, Seat, issuance, own
from .steps import step

modules = range(2)
titles = [*COURSES]
learners = [*STUDENTS, *STUDENTS, "emma"]
percents = [10, 30, 40, 99]
WINDOW, ENOUGH = timedelta(days=14), Decimal(20)
DAILY = 1000 * UNIT


class Courses(Base):
    """What students and their educator do."""

    def seat(self, student: str, title: str) -> Seat | None:
        found = [
            seat for seat in self.model.seats if (seat.student, seat.course) == (student, title)
        ]
        return found[0] if found else None

    @step(3, student=learners, title=titles, most=[None, None, None, 0, 1, 40 * UNIT])
    def take(self, student: str, title: str, most: int | None) -> None:
        if student in self.model.gone:
            return
        seat, price = self.seat(student, title), self.model.prices[title]
        legs = self._price(student, title, seat)
        why = self.model.why_not(legs)
        if legs and most is not None and price > most:
            why = {"PriceChanged"}
        if seat and seat.status != "dropped":
            why = {"AlreadyEnrolled"}
        if student not in STUDENTS or student == EDGAR:
            why = {"OwnCourse"} if student == EDGAR else {"NotAStudent"}
        given: dict[str, Any] = {"courseId": ("Course", self.town.cast.courses[title])}
        if most is not None:
            given["maximumPrice"] = text(most)
        answer = self.once(why, "courseEnroll", student, "enrollment", **given)
        if answer and answer.id:
            self.model.move(*legs)
            self._took(seat, answer.id, student, title)

    def _price(self, student: str, title: str, seat: Seat | None) -> list[Leg]:
        """What a place costs somebody for whom it is not paid any more, or was not yet."""
        price, currency = self.model.prices[title], COURSES[title][1].value
        if not price or (seat and seat.is_paid):
            return []
        return [(own(student, currency), own(EDGAR, currency), price)]

    def _took(self, seat: Seat | None, id: UUID, student: str, title: str) -> None:
        price, currency = self.model.prices[title], COURSES[title][1].value
        moment = self.town.clock.moment
        if seat is None:
            seat = Seat(id, student, title, price, currency, moment, is_paid=price > 0)
            self.model.seats.append(seat)
        elif not seat.is_paid:
            seat.attempt += bool(seat.price or price)
            seat.price, seat.taken = price, moment
            seat.is_paid = price > 0
        seat.status = "active"

    @step(2, when=lambda self: self.model.seats, given=anyone, number=picks, anyway=(False, True))
    def leave(self, given: str | None, number: int, anyway: bool) -> None:  # noqa: FBT001
        seat = pick(self.model.seats, number)
        if seat.student in self.model.gone:
            return
        student = self.actor(given, seat.student)
        back = seat.is_paid and not anyway
        legs: list[Leg] = []
        if back:
            ends = own(EDGAR, seat.currency), own(seat.student, seat.currency)
            legs = [(*ends, seat.price)]
        why = {"RefundNotPossible"} if self.model.why_not(legs) else set()
        late = self.town.clock.moment > seat.taken + WINDOW
        if back and (late or self.model.mean(seat) >= ENOUGH):
            why = {"RefundNotCovered"}
        if seat.status != "active":
            why = {"EnrollmentEnded"}
        if student != seat.student:
            why = {"EnrollmentNotFound"} if student in STUDENTS else {"NotAStudent"}
        known = ("Enrollment", seat.id)
        if self.once(
            why, "enrollmentDrop", student, "enrollment", enrollmentId=known, withoutRefund=anyway
        ):
            self.model.move(*legs)
            seat.status, seat.is_paid = "dropped", seat.is_paid and not back

    @step(
        when=lambda self: self.model.seats,
        given=anyone,
        number=picks,
        module=modules,
        percent=percents,
    )
    def learn(self, given: str | None, number: int, module: int, percent: int) -> None:
        """Say how far a module is done; it never goes back."""
        seat = pick(self.model.seats, number)
        told: dict[str, Any] = {"progress": str(percent), "minutesSpent": 5}
        if self._learned(given, seat, module, "moduleProgress", **told):
            place = (seat.student, seat.course, module)
            before = self.model.progress.get(place, Decimal(0))
            self.model.progress[place] = max(before, Decimal(percent))

    @step(
        2,
        when=lambda self: self.model.seats,
        given=anyone,
        number=picks,
        some=[(0,), (1,), (0, 1), (0, 1)],
    )
    def finish(self, given: str | None, number: int, some: tuple[int, ...]) -> None:
        """Complete modules, and with the second one the course."""
        seat = pick(self.model.seats, number)
        for module in some:
            if self._learned(given, seat, module, "moduleComplete"):
                self.model.progress[seat.student, seat.course, module] = Decimal(100)
                if self.model.mean(seat) == 100:
                    seat.status = "completed"

    def _learned(self, given: str | None, seat: Seat, module: int, act: str, **told: Any) -> bool:
        """Whether it was the seat's own student who could say so."""
        if seat.student in self.model.gone:
            return False
        student = self.actor(given, seat.student)
        if student != seat.student and self.seat(student, seat.course):
            return False
        why = {"NotEnrolled"} if student != seat.student or seat.status == "dropped" else set()
        if student not in STUDENTS:
            why = {"NotAStudent"}
        known = ("Module", self.town.cast.modules[seat.course][module])
        return self.do(why, act, student, "learningProgress", moduleId=known, **told) is not None

    @step(given=anyone, title=titles, price=[0, 1, 7 * UNIT, 30 * UNIT])
    def price_anew(self, given: str | None, title: str, price: int) -> None:
        """What somebody has paid before stays as it was."""
        educator = self.actor(given, EDGAR)
        why = set() if educator in {EDGAR, "root", "judge"} else {"FORBIDDEN"}
        course = ("Course", self.town.cast.courses[title])
        if self.do(why, "courseUpdate", educator, "course", courseId=course, price=text(price)):
            self.model.prices[title] = price

    @step(2, when=lambda self: self.model.seats, given=anyone, number=picks)
    def mine(self, given: str | None, number: int) -> None:
        """Be paid for a course that one has completed, once."""
        title = pick(self.model.seats, number).course
        student = self.actor(given, pick(self.model.seats, number).student)
        if student in self.model.gone:
            return
        course_id, level = self.town.cast.courses[title], [*COURSES].index(title)
        mark = (student, "course_completion", course_id)
        seat = self.seat(student, title)
        earned = 10 * UNIT * (1, 2, 3, 1)[level]
        legs: list[Leg] = [(issuance("AZR"), own(student), earned)]
        why = self.model.why_not(legs)
        if mark in self.model.mined:
            why = {"AlreadyMined"}
        if seat is None or seat.status != "completed":
            why = {"ActivityNotDone"}
        given_: dict[str, Any] = {
            "activityType": "COURSE_COMPLETION",
            "activityId": ("Course", course_id),
        }
        if self.do(why, "miningClaim", student, "miningRecord", **given_):
            self.model.move(*legs)
            self.model.mined[mark] = earned
