"""Checking in: the receipt, the code as a picture, and what a letter about a meeting says."""

from io import BytesIO

import segno
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.briefs import Brief
from actions.checkin import CheckedIn, Code, OthersLink
from actions.invitations import Answer, Invitation
from actions.summons import Summons, What
from bot import texts
from bot.views import Page, button, doors, keyboard, meetings, moments
from study.meetings import Duty, Mark, Stage

QR_SCALE = 10  # pixels a module


def receipt(done: CheckedIn) -> Page:
    """One is there."""
    brief = done.brief
    key = "checkin.again" if done.again else "checkin.late" if done.mark is Mark.LATE else "checkin.done"
    text = texts.html(key, title=brief.title, at=f"{done.at:%H:%M}")
    return Page(text, keyboard(join(brief)) if join(brief) else None)


def others_link(found: OthersLink) -> Page:
    """Somebody else's link, without a word on whose; and one's own way in."""
    brief = found.brief
    if found.expected and brief.stage in (Stage.OPEN, Stage.AHEAD):
        own = button(texts.plain("checkin.own"), doors.CheckIn(meeting=brief.id))
        return Page(texts.html("checkin.others", title=brief.title), keyboard([own]))
    return Page(texts.html("checkin.others_stranger"))


def code(shown: Code, *, page_url: str | None) -> Page:
    """The caption of the QR picture."""
    brief = shown.brief
    rows = [[button(texts.plain("checkin.refresh"), doors.Code(meeting=brief.id, fresh=False))]]
    if page_url:
        rows.append([InlineKeyboardButton(text=texts.plain("checkin.page"), url=page_url)])
    text = texts.html(
        "checkin.code",
        title=brief.title,
        code=spaced(shown.code),
        until=f"{shown.until:%H:%M:%S}",
        closes=f"{brief.closes:%H:%M}",
    )
    if page_url:
        text += texts.html("checkin.code_page", url=Markup(page_url))
    return Page(text, keyboard(*rows))


def spaced(digits: str) -> str:
    """ "123456" -> "123 456"."""
    half = len(digits) // 2
    return f"{digits[:half]} {digits[half:]}"


def qr(url: str) -> bytes:
    """The link with the code as a PNG to be scanned."""
    out = BytesIO()
    segno.make_qr(url, error="m").save(out, kind="png", scale=QR_SCALE, border=4)
    return out.getvalue()


def page_url(base: str | None, meeting_id: int, token: str) -> str | None:
    """Where the page of the meeting is, if this bot serves any."""
    return f"{base.rstrip('/')}/meet/{meeting_id}/{token}" if base else None


def own_link(brief: Brief, url: str) -> Page:
    return Page(
        texts.html(
            "checkin.link",
            title=brief.title,
            url=Markup(url),
            opens=moments.moment(brief.opens, now=brief.now),
        )
    )


def summons(letter: Summons) -> Page:
    """A reminder, a change of plan: with what one can tap right there."""
    brief = letter.brief
    # The reminder of the day before may come on the day itself: planned late, or held back by night.
    today = letter.what is What.DAY and brief.starts.date() == brief.now.date()
    lines = meetings.facts(brief, head="summons.today" if today else f"summons.{letter.what.value}")
    if letter.what is What.CANCELLED:
        return Page(Markup("\n").join(lines))
    if letter.what is not What.SOON and brief.agenda:
        lines.append(texts.html("meet.agenda", agenda=brief.agenda))
    if letter.duty is Duty.MAY:
        lines.append(texts.html("summons.may"))
    lines += [Markup(""), texts.html(f"summons.how.{_how(letter)}", opens=f"{brief.opens:%H:%M}")]
    own = []
    if brief.stage is Stage.OPEN:
        own.append(button(texts.plain("checkin.button"), doors.CheckIn(meeting=brief.id)))
    if letter.can_leave:
        own.append(button(texts.plain("leave.button"), doors.Leave(meeting=brief.id)))
    rows = [_received(brief, done=letter.received) if letter.received is not None else [], own, join(brief)]
    if letter.what is not What.SOON:
        rows.append([button(texts.plain("meet.ics"), doors.Ics(meeting=brief.id, series=False))])
    return Page(Markup("\n").join(lines), keyboard(*rows))


def invitation(found: Invitation) -> Page:
    """The invitation as it is for its reader now: what they have answered takes the place of the buttons."""
    brief = found.brief
    if brief.stage is Stage.CANCELLED:
        return Page(Markup("\n").join(meetings.facts(brief, head="summons.cancelled")))
    lines = meetings.facts(brief, head="summons.invitation")
    if brief.agenda:
        lines.append(texts.html("meet.agenda", agenda=brief.agenda))
    if found.answer is not Answer.NONE:
        lines += [Markup(""), texts.html(f"summons.answer.{found.answer.value}")]
        back = [button(texts.plain("summons.mine"), doors.Own(meeting=brief.id))]
        return Page(Markup("\n").join(lines), keyboard(back if brief.stage is not Stage.OVER else []))
    if brief.stage is Stage.OVER:
        return Page(Markup("\n").join(lines))
    if found.duty is Duty.MAY:
        lines.append(texts.html("summons.may"))
    how = "open" if brief.stage is Stage.OPEN else "ahead"
    lines += [Markup(""), texts.html(f"summons.how.{how}", opens=f"{brief.opens:%H:%M}")]
    own = []
    if brief.stage is Stage.OPEN:
        own.append(button(texts.plain("checkin.button"), doors.CheckIn(meeting=brief.id)))
    if found.can_leave:
        own.append(button(texts.plain("leave.button"), doors.Leave(meeting=brief.id)))
    calendar = [button(texts.plain("meet.ics"), doors.Ics(meeting=brief.id, series=False))]
    rows = [_received(brief, done=found.received), own, join(brief), calendar]
    return Page(Markup("\n").join(lines), keyboard(*rows))


def _received(brief: Brief, *, done: bool) -> list[InlineKeyboardButton]:
    label = texts.plain("notices.seen.done" if done else "notices.seen")
    return [button(label, doors.Received(meeting=brief.id))]


def _how(letter: Summons) -> str:
    return "open" if letter.brief.stage is Stage.OPEN else "ahead"


def join(brief: Brief) -> list[InlineKeyboardButton]:
    """The button that leads into an online meeting, where there is one."""
    if not brief.link:
        return []
    return [InlineKeyboardButton(text=texts.plain("meet.join"), url=brief.link)]
