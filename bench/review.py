"""A year of spaced review against plain repetition of mistakes, in a simulation.

Members answer the quiz of the day; what they remember follows a model that knows nothing of the scheduler. An item has
a strength of S days and is known after t days with the chance exp(-t / S). The explanation of a first answer gives it
an S of 14 days in the middle (log-normal, sigma 0.7, by item); one in four is known from before, with 90. A right
answer from memory multiplies S by 1.3 + 2.5 (1 - chance): what was nearly forgotten gains most. A wrong one halves S,
and the explanation makes that at least the S of the beginning. Whoever does not know guesses rightly one time in four.

Both sides follow the same rules for the length of a day's quiz. The product's side runs its own code: FSRS dates, their
spread, and the choice of a day's items. Plain repetition asks again what was wrong, from the next day on, until it is
right once; all else is new.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import mean
from typing import Any

from actions.reviews import MISSED_DAYS
from bench._tools import machine
from study import quiz
from study.grading import Verdict
from study.items import Item, Kind, Source
from study.review import FORGIVEN_AFTER, RETENTION, Due, Recall, Schedule, in_order

Taught = Sequence[Sequence[Item]]

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365
LEAVE = range(200, 230)
KINDS = (Kind.SINGLE, Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE, Kind.FILL, Kind.NUMBER, Kind.SHORT)
PATTERNS: dict[str, Callable[[int], bool]] = {
    "daily": lambda day: True,
    "every_third_day": lambda day: day % 3 == 0,
    "month_of_leave": lambda day: day not in LEAVE,
}


class Memory:
    """What one member knows, by the model above; days are numbers."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._first: dict[str, float] = {}
        self._strength: dict[str, float] = {}
        self._seen: dict[str, int] = {}

    def chance(self, item: str, day: int) -> float:
        """How likely the item is known on the day; an item never met is not."""
        if item not in self._strength:
            return 0.0
        return math.exp(-(day - self._seen[item]) / self._strength[item])

    def answer(self, item: str, day: int) -> bool:
        """Whether the answer is right; giving it, and reading the explanation, changes the memory."""
        if item in self._strength:
            chance = self.chance(item, day)
            knows = self._rng.random() < chance
            gained = self._strength[item] * (1.3 + 2.5 * (1 - chance))
            lost = max(self._strength[item] / 2, self._first[item])
            self._strength[item] = gained if knows else lost
        else:
            known = self._rng.random() < 0.25
            self._first[item] = self._rng.lognormvariate(math.log(14), 0.7)
            self._strength[item] = 90.0 if known else self._first[item]
            knows = known or self._rng.random() < 0.5
        self._seen[item] = day
        return knows or self._rng.random() < 0.25


@dataclass
class Student:
    """One member's year: what they know, what is planned, and what was asked on each day with a quiz."""

    name: str
    memory: Memory
    met: set[str] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)  # of these, met before
    waiting: list[int] = field(default_factory=list)  # what was due, asked or not

    def new(self, day: int, taught: Taught, *, back: int) -> list[Item]:
        """What the lesson of so many days before has that was never asked."""
        lesson = taught[(day - back) % len(taught)] if day >= back else ()
        return [item for item in lesson if item.id not in self.met]

    def missed(self, day: int, taught: Taught) -> list[Item]:
        return [item for back in range(1, MISSED_DAYS) for item in self.new(day, taught, back=back)]

    def take(self, chosen: Sequence[Item], day: int, *, due: int) -> dict[str, Verdict]:
        """Answer the chosen ones."""
        self.asked.append(len(chosen))
        self.again.append(sum(item.id in self.met for item in chosen))
        self.waiting.append(due)
        self.met |= {item.id for item in chosen}
        return {
            item.id: Verdict.CORRECT if self.memory.answer(item.id, day) else Verdict.WRONG for item in chosen
        }


def spaced(student: Student, taught: Taught, schedule: Schedule) -> Callable[[int], None]:
    """A day by the product's rules."""
    items = {item.id: item for lesson in taught for item in lesson}
    planned: dict[str, Recall] = {}
    said: dict[str, Verdict] = {}

    def study(day: int) -> None:
        now, by = START + timedelta(days=day, hours=8), START + timedelta(days=day + 1)
        due = in_order(
            Due.of(id_, recall, said[id_])
            for id_, recall in planned.items()
            if by - FORGIVEN_AFTER < recall.due_at <= by
        )
        lesson = taught[day % len(taught)]
        chosen = quiz.compose(
            due=[items[one.item_id] for one in due],
            fresh=[
                item
                for item in lesson
                if item.id not in planned or planned[item.id].due_at <= by - FORGIVEN_AFTER
            ],
            missed=student.missed(day, taught),
            spare=lesson,
            rng=Random(f"{student.name}:{day}"),
        )
        for id_, verdict in student.take(chosen, day, due=len(due)).items():
            before = planned[id_].state if id_ in planned else None
            planned[id_] = schedule.after(before, verdict, now=now, key=f"{student.name}:{id_}")
            said[id_] = verdict

    return study


def plain(student: Student, taught: Taught) -> Callable[[int], None]:
    """A day of new items, and of mistakes until they are right once."""
    items = {item.id: item for lesson in taught for item in lesson}
    wrong: dict[str, int] = {}

    def study(day: int) -> None:
        due = [id_ for id_, missed in wrong.items() if missed < day]
        chosen = quiz.compose(
            due=[items[id_] for id_ in due],
            fresh=student.new(day, taught, back=0),
            missed=student.missed(day, taught),
            spare=taught[day % len(taught)],
            rng=Random(f"{student.name}:{day}"),
        )
        for id_, verdict in student.take(chosen, day, due=len(due)).items():
            if verdict is Verdict.CORRECT:
                wrong.pop(id_, None)
            else:
                wrong[id_] = day

    return study


def summary(students: Sequence[Student]) -> dict[str, float]:
    """Means over all members: questions a day, of these met before, the backlog, and what is known in the end."""
    chances = [[one.memory.chance(id_, DAYS) for id_ in one.met] for one in students]
    asked = [count for one in students for count in one.asked]
    again = [count for one in students for count in one.again]
    waiting = [count for one in students for count in one.waiting]
    return {
        "asked_mean": round(mean(asked), 2),
        "asked_max": max(asked),
        "again_mean": round(mean(again), 2),
        "again_max": max(again),
        "waiting_mean": round(mean(waiting), 1),
        "waiting_max": max(waiting),
        "items_met": round(mean(len(one.met) for one in students)),
        "retention": round(mean(mean(known) for known in chances), 3),
        "items_known": round(mean(sum(known) for known in chances)),
    }


def run(*, members: int = 20, lessons: int = 96, retention: float = RETENTION) -> dict[str, Any]:
    taught = [
        [
            Item(f"{lesson}-{number}", kind, question="?", explanation="!", source=Source("-"))
            for number, kind in enumerate(KINDS)
        ]
        for lesson in range(lessons)
    ]
    figures: dict[str, Any] = {"members": members, "items": lessons * len(KINDS), "target": retention}
    for pattern, attends in PATTERNS.items():
        for side in ("spaced", "plain"):
            students = [
                Student(str(number), Memory(Random(f"{pattern}:{number}"))) for number in range(members)
            ]
            for student in students:
                study = (
                    spaced(student, taught, Schedule(retention))
                    if side == "spaced"
                    else plain(student, taught)
                )
                for day in filter(attends, range(DAYS)):
                    study(day)
            figures |= {f"{pattern}_{side}_{name}": value for name, value in summary(students).items()}
    return {**figures, **machine()}
