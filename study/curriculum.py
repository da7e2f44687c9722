"""What is taught, and which lesson belongs to which day."""

from calendar import monthrange
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from study.items import Item, Lesson, Month, Pack
from study.refusal import Refusal

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2100, 1, 1)
# What belongs to this month or the two after it is not used up in between.
COMING_MONTHS = 3


class NothingTaught(Refusal):
    """No pack is live."""

    key = "refusal.nothing_taught"


class NoSuchLesson(Refusal):
    """The lesson was taken out of the curriculum since its button was sent."""

    key = "refusal.no_such_lesson"


@dataclass(frozen=True)
class Curriculum:
    """All live packs together; ids are unique over all of them (a later pack wins, should they clash)."""

    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    months: Mapping[int, Month] = field(default_factory=dict)

    @classmethod
    def of(cls, packs: Iterable[Pack]) -> "Curriculum":
        lessons: dict[str, Lesson] = {}
        items: dict[str, Item] = {}
        months: dict[int, Month] = {}
        for pack in packs:
            lessons.update((lesson.id, lesson) for lesson in pack.lessons)
            items.update((item.id, item) for item in pack.items)
            for month in pack.months:
                earlier = months.get(month.month)
                months[month.month] = month if earlier is None else _joined(earlier, month)
        return cls(lessons, items, months)

    @cached_property
    def items_by_lesson(self) -> Mapping[str, tuple[Item, ...]]:
        found: dict[str, list[Item]] = {}
        for item in self.items.values():
            if item.lesson:
                found.setdefault(item.lesson, []).append(item)
        return {lesson: tuple(items) for lesson, items in found.items()}

    @cached_property
    def topics(self) -> Mapping[str, int]:
        """Tags of items, those with the most items first."""
        counts: dict[str, int] = {}
        for item in self.items.values():
            for tag in item.tags:
                counts[tag] = counts.get(tag, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @cached_property
    def _calendar(self) -> "_Calendar":
        return _Calendar(self)

    def lesson_on(self, day: date) -> Lesson:
        """The lesson of a day, the same for everybody and on every machine. Raises NothingTaught."""
        if not self.lessons:
            raise NothingTaught()
        return self.lessons[self._calendar.lesson_on(day)]

    def lesson(self, lesson_id: str) -> Lesson:
        if lesson_id not in self.lessons:
            raise NoSuchLesson()
        return self.lessons[lesson_id]

    def theme_on(self, day: date) -> str | None:
        """The theme of the month and of the week when the day's lesson belongs to it, else the lesson's own."""
        lesson, month = self.lesson_on(day), self.months.get(day.month)
        if not month or lesson.id not in month.lessons:
            return lesson.theme
        week = (day.day - 1) // 7
        return f"{month.theme} · {month.weeks[week]}" if week < len(month.weeks) else month.theme


class _Calendar:
    """Day by day what is taught: the month's lessons spread over the month, and between them whatever was taught
    longest ago and is not about to come anyway. So with enough lessons none comes twice within two months.

    It is worked out from a fixed first day on, because every day depends on the days before it.
    """

    def __init__(self, curriculum: Curriculum) -> None:
        self._lessons = curriculum.lessons
        self._months = {
            number: tuple(id_ for id_ in month.lessons if id_ in curriculum.lessons)
            for number, month in curriculum.months.items()
        }
        self._days: dict[date, str] = {}
        self._next = FIRST_DAY
        # In the order in which they were taught last; what was never taught comes first.
        self._seen: OrderedDict[str, date | None] = OrderedDict((id_, None) for id_ in curriculum.lessons)

    def lesson_on(self, day: date) -> str:
        if not FIRST_DAY <= day < LAST_DAY:
            day = day.replace(year=FIRST_DAY.year + 3)  # a leap year like any other
        while self._next <= day:
            chosen = self._choose(self._next)
            self._days[self._next] = chosen
            self._seen[chosen] = self._next
            self._seen.move_to_end(chosen)
            self._next += timedelta(days=1)
        return self._days[day]

    def _choose(self, day: date) -> str:
        own = self._months.get(day.month, ())
        length = monthrange(day.year, day.month)[1]
        for place, id_ in enumerate(own):
            if (
                day.day > place * length // len(own)
                and self._ready(id_, day)
                and not self._this_month(id_, day)
            ):
                return id_
        coming = {
            id_
            for ahead in range(COMING_MONTHS)
            for id_ in self._months.get((day.month + ahead - 1) % 12 + 1, ())
        }
        waiting = [id_ for id_ in self._seen if self._ready(id_, day)] or list(self._seen)
        return next((id_ for id_ in waiting if id_ not in coming), waiting[0])

    def _ready(self, id_: str, day: date) -> bool:
        valid_from = self._lessons[id_].valid_from
        return valid_from is None or valid_from <= day

    def _this_month(self, id_: str, day: date) -> bool:
        seen = self._seen[id_]
        return seen is not None and (seen.year, seen.month) == (day.year, day.month)


def _joined(first: Month, second: Month) -> Month:
    return Month(
        month=second.month,
        theme=second.theme,
        weeks=second.weeks or first.weeks,
        lessons=second.lessons + tuple(id_ for id_ in first.lessons if id_ not in second.lessons),
    )
