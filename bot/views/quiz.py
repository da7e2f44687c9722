"""Questions, marks and results of quizzes."""

from hashlib import blake2b

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.answering import Graded
from actions.questions import Finished, Shown
from actions.reviews import Backlog, Waiting
from bot import texts
from bot.views import Page, button, keyboard, marking
from bot.views.appeals import Ask
from bot.views.sources import cited
from study import appeals
from study.items import Item, Kind
from study.quiz import LETTERS, REWARDED, Mark, Occasion

TOPICS_SHOWN = 12
# Options this short fit on the buttons themselves; longer ones stand in the text and the buttons bear letters.
SHORT_OPTION = 14
# So much of a question tells which one it is.
GLANCE = 36


class Choose(CallbackData, prefix="c"):
    """Answer with one option (the item's own index)."""

    quiz: int
    at: int
    option: int


class Tick(CallbackData, prefix="t"):
    """Tick or untick an option."""

    quiz: int
    at: int
    option: int


class Submit(CallbackData, prefix="s"):
    """Answer with what is ticked."""

    quiz: int
    at: int


class GiveUp(CallbackData, prefix="g"):
    """Show the answer instead of giving one."""

    quiz: int
    at: int


class Next(CallbackData, prefix="n"):
    """On to the question that waits."""

    quiz: int


class Practise(CallbackData, prefix="p"):
    """Practise the topic of this `topic_key`, or anything."""

    topic: str | None = None


class Review(CallbackData, prefix="rv"):
    """Go over one's own mistakes."""


class Topics(CallbackData, prefix="tp"):
    """Choose what to practise."""


def question(shown: Shown) -> Page:
    """A question with its buttons."""
    item = shown.item
    lines = [_head(shown), Markup(""), texts.html("quiz.question", question=item.question)]
    if item.is_choice and not fits_buttons(item):
        lines.append(Markup(""))
        lines += [
            texts.html("quiz.option", letter=LETTERS[place], option=item.options[index])
            for place, index in enumerate(shown.order)
        ]
    lines += [Markup(""), texts.html(f"quiz.hint.{item.kind.value}")]
    return Page(Markup("\n").join(lines), keyboard(*_question_buttons(shown)))


def graded(result: Graded) -> Page:
    """The mark, what was right and what was missing, why, and where it stands."""
    item, mark = result.item, result.mark
    lines = [
        _verdict_line(result),
        Markup(""),
        texts.html("quiz.question", question=item.question),
        Markup(""),
    ]
    lines += _options_marked(result) if item.is_choice else _words_marked(item, mark)
    lines += [Markup(""), texts.html("quiz.explanation", explanation=item.explanation), cited(item.source)]
    if result.held:
        lines += [Markup(""), texts.html("quiz.held")]
    if result.capped:
        lines += [Markup(""), texts.html(f"quiz.capped.{result.capped.value}")]
    if result.finished:
        lines += [Markup(""), *_finished_lines(result.finished, result)]
    return Page(Markup("\n").join(lines), keyboard(*_after_buttons(result)))


def finished(result: Finished) -> Page:
    """A quiz that is done, looked at again."""
    return Page(
        Markup("\n").join(_finished_lines(result, None)), keyboard(*_finished_buttons(result.occasion))
    )


def topic_key(topic: str) -> str:
    """Stands for a topic on a button, which holds 64 bytes: it is the same as long as the topic's name is."""
    return blake2b(topic.encode(), digest_size=6).hexdigest()


def topics(found: tuple[tuple[str, int], ...], backlog: Backlog) -> Page:
    """What may be practised."""
    rows = []
    buttons = [
        button(texts.plain("quiz.topic", topic=topic, items=count), Practise(topic=topic_key(topic)))
        for topic, count in found[:TOPICS_SHOWN]
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    first = [button(texts.plain("quiz.anything"), Practise())]
    if backlog.first:
        first.append(button(texts.plain("quiz.review"), Review()))
    return Page(texts.html("quiz.topics"), keyboard(first, *rows))


def review(backlog: Backlog) -> Page:
    """What waits for review, and why: never how much has piled up."""
    if not backlog.first:
        return Page(
            texts.html("review.nothing"), keyboard([button(texts.plain("quiz.anything"), Practise())])
        )
    lines = [texts.html("review.waiting"), Markup("")]
    lines += [_why(waiting) for waiting in backlog.first]
    return Page(Markup("\n").join(lines), keyboard([button(texts.plain("review.start"), Review())]))


# --- parts ----------------------------------------------------------------------------------------


def _why(waiting: Waiting) -> Markup:
    question = waiting.item.question.replace("\n", " ")
    return texts.html(
        "review.item",
        question=question if len(question) <= GLANCE else question[:GLANCE] + "…",
        reason=texts.plain(f"review.reason.{waiting.verdict.value}"),
        ago=_ago(waiting.days),
    )


def _ago(days: int) -> str:
    if days < 2:
        return texts.plain("review.ago.yesterday" if days else "review.ago.today")
    for unit, length in (("months", 30), ("weeks", 7)):
        if days >= length:
            return texts.plain(f"review.ago.{unit}", number=days // length)
    return texts.plain("review.ago.days", number=days)


def _head(shown: Shown) -> Markup:
    return texts.html(
        "quiz.head",
        occasion=texts.plain(f"quiz.occasion.{shown.occasion.value}"),
        number=shown.position + 1,
        total=shown.total,
        kind=texts.plain(f"quiz.kind.{shown.item.kind.value}"),
    )


def fits_buttons(item: Item) -> bool:
    """Whether the options stand on the buttons themselves, and not in the text."""
    return all(len(option) <= SHORT_OPTION for option in item.options)


def _question_buttons(shown: Shown) -> list[list[InlineKeyboardButton]]:
    item, quiz, at = shown.item, shown.quiz_id, shown.position
    give_up = button(texts.plain("quiz.give_up"), GiveUp(quiz=quiz, at=at))
    if not item.is_choice:
        return [[give_up]]
    options = [
        _option_button(shown, place=place, index=index, words=fits_buttons(item))
        for place, index in enumerate(shown.order)
    ]
    if item.kind is Kind.TRUEFALSE or not fits_buttons(item):
        rows = [options]
    else:
        rows = [[option] for option in options]
    if item.kind is Kind.MULTIPLE:
        return [
            *rows,
            [button(texts.plain("quiz.submit", ticked=len(shown.ticks)), Submit(quiz=quiz, at=at))],
        ]
    return rows


def _option_button(shown: Shown, *, place: int, index: int, words: bool) -> InlineKeyboardButton:
    item = shown.item
    label = LETTERS[place]
    if item.kind is Kind.TRUEFALSE:
        return button(
            texts.plain("quiz.true" if index == 0 else "quiz.false"),
            Choose(quiz=shown.quiz_id, at=shown.position, option=index),
        )
    if words:
        label = f"{label}. {item.options[index]}"
    if item.kind is Kind.MULTIPLE:
        tick = "☑" if index in shown.ticks else "☐"
        return button(f"{tick} {label}", Tick(quiz=shown.quiz_id, at=shown.position, option=index))
    return button(label, Choose(quiz=shown.quiz_id, at=shown.position, option=index))


def _verdict_line(result: Graded) -> Markup:
    gave_up = not result.mark.given
    key = "gave_up" if gave_up else "held" if result.held else result.mark.verdict.value
    line = texts.html(f"quiz.verdict.{key}")
    if result.points:
        line += Markup(" ") + texts.html("quiz.plus", points=result.points)
    return line


def _options_marked(result: Graded) -> list[Markup]:
    item, lines = result.item, []
    for place, index in enumerate(result.order):
        right, picked = index in item.right, index in result.mark.picks
        sign = ("✅" if right else "❌") if picked else ("👉" if right else "▫️")
        if item.kind is Kind.TRUEFALSE:
            words = texts.html("quiz.true" if index == 0 else "quiz.false")
            lines.append(texts.html("quiz.truth_marked", sign=sign, option=words))
        else:
            lines.append(
                texts.html("quiz.option_marked", sign=sign, letter=LETTERS[place], option=item.options[index])
            )
    return lines


def _words_marked(item: Item, mark: Mark) -> list[Markup]:
    lines = [marking.given(mark)] if mark.given.strip() else []
    return [*lines, *marking.points(item, mark), *marking.reasons(item, mark)]


def _finished_lines(result: Finished, last: Graded | None) -> list[Markup]:
    lines = [
        texts.html(
            "quiz.finished",
            occasion=texts.plain(f"quiz.occasion.{result.occasion.value}"),
            right=result.right,
            total=result.total,
        )
    ]
    if result.occasion is Occasion.MAKE_UP:
        lines.append(texts.html("quiz.made_up"))
    if last and last.finish_points:
        lines.append(texts.html("quiz.finish_points", points=last.finish_points))
    if last and result.occasion in REWARDED:
        lines.append(texts.html("quiz.season", points=last.season_points))
    return lines


def _after_buttons(result: Graded) -> list[list[InlineKeyboardButton]]:
    if result.left:
        rows = [[button(texts.plain("quiz.next", left=result.left), Next(quiz=result.quiz_id))]]
    else:
        rows = _finished_buttons(result.occasion)
    if result.answer_id is not None and not result.held and _may_appeal(result):
        rows = [*rows, [button(texts.plain("appeals.ask"), Ask(answer=result.answer_id))]]
    return rows


def _may_appeal(result: Graded) -> bool:
    return result.occasion is not Occasion.TRIAL and appeals.may_appeal(result.mark)


def _finished_buttons(occasion: Occasion) -> list[list[InlineKeyboardButton]]:
    again = button(texts.plain("quiz.more"), Topics())
    return [[button(texts.plain("review.start"), Review()), again]]
