"""补课, for those who may like to and for the secretary; and one's own hours of study."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from markupsafe import Markup

from actions.hours import Mine
from actions.makeups import Lessons, Offer, Offers, Progress, Reading
from bot import texts
from bot.views import Page, button, keyboard, turning
from bot.views.recorddoors import Hours, MakeUp, MakeUps, Record
from bot.views.recorddoors import Progress as Look
from bot.views.sources import cited
from study import hours as rules

LABEL = 24  # characters of a title on a button


class Read(CallbackData, prefix="xr"):
    """A page of the lesson in place of a meeting."""

    meeting: int
    page: int


class Start(CallbackData, prefix="xq"):
    """The questions in place of a meeting."""

    meeting: int


class Choose(CallbackData, prefix="xk"):
    """A page of lessons to offer instead."""

    meeting: int
    page: int


class Take(CallbackData, prefix="xt"):
    """Offer this lesson."""

    meeting: int
    lesson: str


def letter(offer: Offer, *, again: bool) -> Page:
    """The offer as it comes in a letter; `again`: the only reminder."""
    head = texts.html("makeup.again" if again else "makeup.letter", title=offer.title, **_day(offer))
    return Page(Markup("\n").join([head, *_lines(offer)]), _begin(offer))


def look(offer: Offer) -> Page:
    head = texts.html("makeup.head", title=offer.title, **_day(offer))
    return Page(Markup("\n").join([head, *_lines(offer)]), _begin(offer))


def mine(found: Offers) -> Page:
    """What one may make up for, and what one has."""
    head = texts.html("makeup.mine" if found.leaf.total else "makeup.mine.none")
    rows = [[button(_label(offer), MakeUp(meeting=offer.meeting_id))] for offer in found.offers]
    back = button(texts.plain("hours.back"), Hours(year=0, page=0))
    return Page(head, keyboard(*rows, turning.row(found.leaf, lambda page: MakeUps(page=page)), [back]))


def page(found: Reading) -> Page:
    """A page of the lesson, at the end of which the questions wait."""
    offer, count = found.offer, len(found.pages)
    at_end = found.page == count - 1
    lines = [
        texts.html("lesson.title", title=offer.lesson.title),
        Markup(""),
        texts.html("lesson.body", body=found.pages[found.page]),
    ]
    if at_end:
        lines += [Markup(""), cited(offer.lesson.source)]
    turn = []
    if found.page > 0:
        turn.append(button(texts.plain("lesson.back"), Read(meeting=offer.meeting_id, page=found.page - 1)))
    if count > 1:
        here = button(f"{found.page + 1} / {count}", Read(meeting=offer.meeting_id, page=found.page))
        turn.append(here)
    if not at_end:
        turn.append(button(texts.plain("lesson.on"), Read(meeting=offer.meeting_id, page=found.page + 1)))
    below = []
    if at_end and offer.done_on is None:
        below.append(button(texts.plain("makeup.quiz"), Start(meeting=offer.meeting_id)))
    return Page(Markup("\n").join(lines), keyboard(turn, below))


def progress(found: Progress) -> Page:
    """How making up goes, for the secretary: figures, no names."""
    lines = [
        texts.html(
            "makeup.head",
            title=found.title,
            month=found.starts_at.month,
            day=found.starts_at.day,
        )
    ]
    if found.lesson:
        lines.append(texts.html("makeup.lesson", lesson=found.lesson.title))
    key = "makeup.progress" if found.offered else "makeup.progress.none"
    lines.append(texts.html(key, done=found.done, offered=found.offered))
    change = button(texts.plain("makeup.change"), Choose(meeting=found.meeting_id, page=0))
    back = button(texts.plain("minutes.back"), Record(meeting=found.meeting_id))
    return Page(Markup("\n").join(lines), keyboard([change, back]))


def lessons(found: Lessons) -> Page:
    rows = [
        [button(_short(lesson.title), Take(meeting=found.meeting_id, lesson=lesson.id))]
        for lesson in found.lessons
    ]
    turn = turning.row(found.leaf, lambda page: Choose(meeting=found.meeting_id, page=page))
    back = button(texts.plain("makeup.back"), Look(meeting=found.meeting_id))
    return Page(texts.html("makeup.choose"), keyboard(*rows, turn, [back]))


def hours(found: Mine) -> Page:
    """One's own hours, and what they come from."""
    mine = found.hours
    lines = [
        texts.html("hours.head", year=mine.year),
        texts.html("hours.sum", hours=rules.shown(mine.quarters), target=mine.target),
        Markup(""),
    ]
    lines += [
        texts.html(
            "hours.made_up" if line.made_up else "hours.line",
            month=line.on.month,
            day=line.on.day,
            title=line.title,
            hours=rules.shown(line.quarters),
        )
        for line in found.lines
    ]
    if not found.lines:
        lines.append(texts.html("hours.none"))
    lines += [Markup(""), texts.html("hours.foot", target=mine.target)]
    turn = turning.row(found.leaf, lambda page: Hours(year=mine.year, page=page))
    years = [
        button(texts.plain("ledger.year", year=year), Hours(year=year, page=0))
        for year in (mine.year - 1, mine.year + 1)
        if found.this_year - 3 <= year <= found.this_year
    ]
    offers = []
    if found.offers:
        key = "hours.offers" if found.open_offers else "hours.offers_done"
        offers.append(button(texts.plain(key, count=found.open_offers), MakeUps(page=0)))
    return Page(Markup("\n").join(lines), keyboard(turn, offers, years))


# --- parts ----------------------------------------------------------------------------------------


def _lines(offer: Offer) -> list[Markup]:
    lines = [
        texts.html("makeup.lesson", lesson=offer.lesson.title),
        texts.html("makeup.how", minutes=offer.lesson.minutes),
    ]
    if offer.done_on is not None:
        lines.append(texts.html("makeup.done", month=offer.done_on.month, day=offer.done_on.day))
    elif offer.must and offer.is_past:
        lines.append(texts.html("makeup.any_time"))
    elif offer.must:
        lines.append(texts.html("makeup.due", month=offer.due_on.month, day=offer.due_on.day))
    else:
        lines.append(texts.html("makeup.may"))
    if offer.quarters:
        lines.append(texts.html("makeup.hours", hours=rules.shown(offer.quarters)))
    return lines


def _begin(offer: Offer) -> InlineKeyboardMarkup:
    """Read first, then answer."""
    first = []
    if offer.done_on is None and offer.is_read:
        first.append(button(texts.plain("makeup.quiz"), Start(meeting=offer.meeting_id)))
    key = "makeup.read_again" if offer.is_read else "makeup.read"
    first.append(button(texts.plain(key), Read(meeting=offer.meeting_id, page=0)))
    return keyboard(first, [button(texts.plain("makeup.to_mine"), MakeUps(page=0))])


def _label(offer: Offer) -> str:
    key = "makeup.line.done" if offer.done_on else "makeup.line"
    return texts.plain(key, title=_short(offer.title), **_day(offer))


def _short(title: str) -> str:
    return title if len(title) <= LABEL else title[:LABEL] + "…"


def _day(offer: Offer) -> dict[str, int]:
    return {"month": offer.starts_at.month, "day": offer.starts_at.day}
