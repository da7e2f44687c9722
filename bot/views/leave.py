"""One's own meetings, asking for leave, and deciding about it."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions import leave as results
from actions.leave import Ahead, Mine, Request
from bot import texts
from bot.views import Page, button, checkin, doors, keyboard, meetings, moments, turning
from study.leave import STANDING, Ground, State
from study.meetings import Duty, Stage


class Why(CallbackData, prefix="hg"):
    """Ask for leave with this reason; "words" asks for one's own."""

    meeting: int
    ground: str


class Withdraw(CallbackData, prefix="hw"):
    """Come after all."""

    meeting: int


class Decide(CallbackData, prefix="hd"):
    """Approve or decline; from a letter the letter changes, from the list the list."""

    leave: int
    approve: bool
    listed: bool


def ahead(found: Ahead, *, keeps: bool) -> Page:
    """One's own meetings to come."""
    lines = [texts.html("leave.ahead" if found.meetings else "leave.nothing", total=found.leaf.total)]
    lines += [_line(one) for one in found.meetings]
    rows = [
        [
            button(
                texts.plain(
                    "leave.open", when=moments.day(one.brief.starts, now=one.brief.now), title=one.brief.title
                ),
                doors.Own(meeting=one.brief.id),
            )
        ]
        for one in found.meetings
    ]
    turn = turning.row(found.leaf, lambda page: doors.Mine(page=page))
    back = [button(texts.plain("meet.list"), doors.List(past=False, page=0))] if keeps else []
    return Page(Markup("\n").join(lines), keyboard(*rows, turn, back))


def _line(one: Mine) -> Markup:
    brief = one.brief
    return texts.html(
        "leave.line",
        when=moments.moment(brief.starts, now=brief.now),
        title=brief.title,
        unit=brief.unit,
        stands=stands(one),
    )


def stands(one: Mine) -> str:
    """How one stands to a meeting, in a few words."""
    if one.mark is not None:
        return texts.plain(f"roll.is.{one.mark.value}")
    if one.leave in STANDING:
        assert one.leave
        return texts.plain(f"leave.state.{one.leave.value}")
    if one.brief.stage is Stage.OPEN:
        return texts.plain("leave.open_now")
    return texts.plain("leave.may" if one.duty is Duty.MAY else "leave.expected")


def own(one: Mine) -> Page:
    """One meeting of one's own, with what can be done now."""
    brief = one.brief
    lines = meetings.facts(brief)
    if brief.agenda:
        lines.append(texts.html("meet.agenda", agenda=brief.agenda))
    lines += [Markup(""), texts.html("leave.stands", stands=stands(one))]
    if one.leave is State.DECLINED and one.mark is None:
        lines.append(texts.html("leave.was_declined"))
    doing = []
    if brief.stage is Stage.OPEN and (one.mark is None or one.leave in STANDING):
        doing.append(button(texts.plain("checkin.button"), doors.CheckIn(meeting=brief.id)))
    before = brief.stage in (Stage.AHEAD, Stage.OPEN) and brief.now < brief.starts
    if before and one.mark is None and one.leave in (None, State.WITHDRAWN):
        doing.append(button(texts.plain("leave.button"), doors.Leave(meeting=brief.id)))
    if one.leave in STANDING and brief.stage in (Stage.AHEAD, Stage.OPEN):
        doing.append(button(texts.plain("leave.withdraw"), Withdraw(meeting=brief.id)))
    tools = []
    if brief.stage in (Stage.AHEAD, Stage.OPEN):
        tools = [
            button(texts.plain("meet.ics"), doors.Ics(meeting=brief.id, series=False)),
            button(texts.plain("checkin.get_link"), doors.Link(meeting=brief.id)),
        ]
    back = [button(texts.plain("leave.back"), doors.Mine(page=0))]
    return Page(Markup("\n").join(lines), keyboard(doing, checkin.join(brief), tools, back))


def ask_why(one: Mine) -> Page:
    brief = one.brief
    grounds = [
        button(texts.plain(f"leave.ground.{ground.value}"), Why(meeting=brief.id, ground=ground.value))
        for ground in Ground
    ]
    rows = [grounds[start : start + 3] for start in range(0, len(grounds), 3)]
    words = button(texts.plain("leave.words"), Why(meeting=brief.id, ground="words"))
    back = button(texts.plain("leave.keep"), doors.Own(meeting=brief.id))
    text = texts.html("leave.why", title=brief.title, when=moments.moment(brief.starts, now=brief.now))
    return Page(text, keyboard(*rows, [words], [back]))


def ask_words(one: Mine) -> Page:
    back = button(texts.plain("leave.keep"), doors.Own(meeting=one.brief.id))
    return Page(texts.html("leave.ask_words"), keyboard([back]))


def asked(one: Mine) -> Page:
    brief = one.brief
    return Page(
        texts.html("leave.asked", title=brief.title),
        keyboard([button(texts.plain("leave.withdraw"), Withdraw(meeting=brief.id))]),
    )


# For whoever keeps the meeting.


def requests(found: results.Requests) -> Page:
    """The requests for a meeting; those that wait have buttons."""
    brief = found.brief
    lines = [texts.html("leave.requests" if found.requests else "leave.no_requests", title=brief.title)]
    rows: list[list[InlineKeyboardButton]] = []
    for one in found.requests:
        lines.append(
            texts.html(
                "leave.request",
                name=one.name,
                reason=reason(one.reason),
                state=texts.plain(f"leave.state.{one.state.value}"),
            )
        )
        if one.state is State.ASKED:
            rows.append(
                [
                    button(
                        texts.plain("leave.approve_one", name=one.name),
                        Decide(leave=one.leave_id, approve=True, listed=True),
                    ),
                    button(
                        texts.plain("leave.decline_one"),
                        Decide(leave=one.leave_id, approve=False, listed=True),
                    ),
                ]
            )
    turn = turning.row(found.leaf, lambda page: doors.Requests(meeting=brief.id, page=page))
    back = [button(texts.plain("meet.back"), doors.Open(meeting=brief.id))]
    return Page(Markup("\n").join(lines), keyboard(*rows, turn, back))


def letter(one: Request) -> Page:
    """A request as it comes to a secretary, and what became of it."""
    brief = one.brief
    text = texts.html(
        "leave.letter",
        name=one.name,
        title=brief.title,
        when=moments.moment(brief.starts, now=brief.now),
        reason=reason(one.reason),
    )
    if one.state is not State.ASKED:
        return Page(text + texts.html(f"leave.decided.{one.state.value}"))
    return Page(
        text,
        keyboard(
            [
                button(texts.plain("leave.approve"), Decide(leave=one.leave_id, approve=True, listed=False)),
                button(texts.plain("leave.decline"), Decide(leave=one.leave_id, approve=False, listed=False)),
            ]
        ),
    )


def told(one: Request) -> Page:
    """What the member hears."""
    brief = one.brief
    text = texts.html(
        f"leave.told.{one.state.value}", title=brief.title, when=moments.moment(brief.starts, now=brief.now)
    )
    return Page(text)


def reason(given: str) -> str:
    """A ground in words, or the member's own."""
    return texts.plain(f"leave.ground.{given}") if given in set(Ground) else given
