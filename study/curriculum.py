"""What is taught, and which lesson belongs to which day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from study.items import Item, Lesson, Month, Pack
from study.refusal import Refusal

# A lesson of the month's theme comes again this soon at the earliest; others wait as long as there are others.
LEAST_GAP_DAYS = 14


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
    def _years(self) -> dict[int, Mapping[date, str]]:
        return {}

    def lesson_on(self, day: date) -> Lesson:
        """The lesson of a day, the same for everybody and on every machine. Raises NothingTaught."""
        if not self.lessons:
            raise NothingTaught()
        if day.year not in self._years:
            self._years[day.year] = self._plan_year(day.year)
        return self.lessons[self._years[day.year][day]]

    def lesson(self, lesson_id: str) -> Lesson:
        if lesson_id not in self.lessons:
            raise NoSuchLesson()
        return self.lessons[lesson_id]

    def theme_on(self, day: date) -> str | None:
        """The theme of the month when the day's lesson belongs to it, else the lesson's own."""
        lesson, month = self.lesson_on(day), self.months.get(day.month)
        return month.theme if month and lesson.id in month.lessons else lesson.theme

    def _plan_year(self, year: int) -> Mapping[date, str]:
        """Day by day: the month's lessons first, then whatever was seen longest ago."""
        last_seen: dict[str, date] = {}
        chosen: dict[date, str] = {}
        # A run-up, so that January does not repeat what December taught.
        day = date(year - 1, 10, 1)
        while day.year <= year:
            chosen[day] = self._choose(day, last_seen)
            last_seen[chosen[day]] = day
            if day == date.max:
                break
            day += timedelta(days=1)
        return chosen

    def _choose(self, day: date, last_seen: Mapping[str, date]) -> str:
        ready = [
            id_ for id_, lesson in self.lessons.items() if not lesson.valid_from or lesson.valid_from <= day
        ]
        ready = ready or list(self.lessons)
        month = self.months.get(day.month)
        gap = min(LEAST_GAP_DAYS, len(ready) // 2)
        recent = {id_ for id_, seen in last_seen.items() if (day - seen).days <= gap}
        for id_ in month.lessons if month else ():
            if id_ in self.lessons and id_ not in recent and _not_this_month(last_seen.get(id_), day):
                return id_
        return min(ready, key=lambda id_: last_seen.get(id_, date.min))


def _not_this_month(seen: date | None, day: date) -> bool:
    return seen is None or (seen.year, seen.month) != (day.year, day.month)


def _joined(first: Month, second: Month) -> Month:
    return Month(
        month=second.month,
        theme=second.theme,
        weeks=second.weeks or first.weeks,
        lessons=second.lessons + tuple(id_ for id_ in first.lessons if id_ not in second.lessons),
    )
