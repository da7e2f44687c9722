"""The day's lesson."""

from dataclasses import dataclass
from datetime import date

from actions import actors, ledger
from actions.actors import Who
from actions.app import App
from storage import quizzes, studydays
from study import reading
from study.calendar import day_of
from study.items import Lesson
from study.points import Action
from study.quiz import Occasion


@dataclass(frozen=True)
class Today:
    """A lesson as a card: `answered` of `questions` of the day's quiz are done (0 of 0: not begun)."""

    day: date
    lesson: Lesson
    theme: str | None
    answered: int = 0
    questions: int = 0
    is_today: bool = True


@dataclass(frozen=True)
class Reading:
    """A page of a lesson, and what reading it to the end has brought. `page` counts from 0."""

    lesson: Lesson
    page: int
    pages: tuple[str, ...]
    points: int = 0
    day: date | None = None  # the local day, when the lesson is today's


async def card(app: App, who: Who) -> Today:
    """Today's lesson for whoever asks."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        curriculum = await app.library.current(tx)
        day = day_of(app.clock(), actor.timezone)
        lesson = curriculum.lesson_on(day)
        quiz = await quizzes.of_day(tx, actor.own_id(), kind=Occasion.DAY, day_on=day)
        return Today(
            day=day,
            lesson=lesson,
            theme=curriculum.theme_on(day),
            answered=quiz.answered.bit_count() if quiz else 0,
            questions=len(quiz.questions) if quiz else 0,
        )


async def preview(app: App, day: date) -> Today:
    """The card of a day as it is sent in the morning, the same for everybody."""
    async with app.db.reading() as tx:
        curriculum = await app.library.current(tx)
        return Today(day=day, lesson=curriculum.lesson_on(day), theme=curriculum.theme_on(day))


async def read(app: App, who: Who, *, lesson_id: str, page: int = 0) -> Reading:
    """Open a page of a lesson; at the last page of today's the day's point is booked (once)."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        curriculum = await app.library.current(tx)
        lesson = curriculum.lesson(lesson_id)
        pages = reading.pages(lesson)
        page = min(max(page, 0), len(pages) - 1)
        now = app.clock()
        day = day_of(now, actor.timezone)
        if curriculum.lesson_on(day).id != lesson_id:
            return Reading(lesson, page, pages)
        member_id = actor.own_id()
        at_end = page == len(pages) - 1
        moments = {"opened_at": now} if page == 0 else {}
        if at_end:
            moments["read_at"] = now
        await studydays.mark(tx, member_id=member_id, day_on=day, lesson_id=lesson_id, **moments)
        points = 0
        if at_end:
            key = f"lesson:{member_id}:{day}"
            booked = await ledger.book(
                app, tx, actor, Action.LESSON, key=key, details={"lesson": lesson.title}
            )
            points = booked.amount
        return Reading(lesson, page, pages, points, day)


async def lesson(app: App, who: Who, *, lesson_id: str) -> Lesson:
    """A lesson of the live curriculum; raises NoSuchLesson."""
    async with app.db.reading() as tx:
        await actors.load(tx, who)
        return (await app.library.current(tx)).lesson(lesson_id)
