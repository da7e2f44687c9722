"""What is in the envelope: each kind of letter is written when it is sent, in the language of whoever gets it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any

from aiogram.methods import DeleteMessage, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from actions import appeals, leave, motions, occasions, summons, today
from actions import digest as digests
from actions import feedback as feedback_actions
from actions import live as live_actions
from actions import makeups as makeups_actions
from actions import minutes as minutes_actions
from actions import quietword as quiet_actions
from actions.app import App
from actions.deliveries import Claimed
from bot import boards, copies, invitations, texts
from bot.views import Page
from bot.views import appeals as appeals_views
from bot.views import cadence as cadence_views
from bot.views import checkin as checkin_views
from bot.views import feedback as feedback_views
from bot.views import leave as leave_views
from bot.views import makeups as makeups_views
from bot.views import minutes as minutes_views
from bot.views import motions as motion_views
from bot.views import news as news_views
from bot.views import occasions as occasions_views
from bot.views import today as today_views
from study.minutes import Side
from study.refusal import Refusal

Writer = Callable[[App, Claimed], Awaitable[TelegramMethod[Any] | None]]


async def text(app: App, letter: Claimed) -> TelegramMethod[Any]:
    """Payload {"key": text key, "params": {…}, "buttons": [[{"key" | "text", "data"}]]}; the last two optional."""
    payload = letter.payload
    rows = [[_button(button) for button in row] for row in payload.get("buttons", ())]
    return SendMessage(
        chat_id=letter.chat_id,
        text=texts.html(payload["key"], **payload.get("params", {})),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
    )


def _button(button: Mapping[str, str]) -> InlineKeyboardButton:
    label = button["text"] if "text" in button else texts.plain(button["key"])
    return InlineKeyboardButton(text=label, callback_data=button["data"])


async def daily(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"day": ISO date}: the lesson of that day as a card; nothing while nothing is taught."""
    try:
        page = today_views.card(await today.preview(app, date.fromisoformat(letter.payload["day"])))
    except Refusal:
        return None
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def feedback(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"feedback": id}: a member's word to an administrator; nothing once it is answered or erased."""
    opinion = await feedback_actions.letter(app, int(letter.payload["feedback"]))
    if opinion is None:
        return None
    page = feedback_views.letter(opinion)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def appeal(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"appeal": id, "change": points}: what was decided; nothing once it is erased."""
    told = await appeals.told(app, letter.payload["appeal"])
    if told is None:
        return None
    page = appeals_views.told(told, change=letter.payload["change"])
    return SendMessage(chat_id=letter.chat_id, text=page.text)


# How a message that is kept true looks now: by the kind of its subject, given its number and the chat it stands in.
Drawer = Callable[[App, int, int], Awaitable[Page | None]]
DRAWERS: dict[str, Drawer] = {"notice": copies.drawn}


async def live(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"subject": "notice:12", "message": id, "last": it is kept no more}: the message drawn anew; nothing once
    the subject is gone, or something else stands there."""
    subject, message_id = letter.payload["subject"], letter.payload["message"]
    kept = await live_actions.is_watched(app, subject, chat_id=letter.chat_id, message_id=message_id)
    if not kept and not letter.payload.get("last"):
        return None
    kind, _, number = subject.partition(":")
    page = await DRAWERS[kind](app, int(number), letter.chat_id)
    if page is None:
        return None
    return EditMessageText(
        chat_id=letter.chat_id,
        message_id=message_id,
        text=page.text,
        reply_markup=page.keyboard,
    )


async def board(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"subject": "meeting:7"}: a message that will be kept true from now on."""
    kind, _, number = letter.payload["subject"].partition(":")
    page = await DRAWERS[kind](app, int(number), letter.chat_id)
    if page is None:
        return None
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def digest(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"since", "until": ISO moments}: the week in the columns one subscribed to; nothing when all is gone."""
    assert letter.member_id is not None
    since, until = (datetime.fromisoformat(letter.payload[name]) for name in ("since", "until"))
    found = await digests.told(app, letter.member_id, since=since, until=until)
    if found is None:
        return None
    page = news_views.digest(found)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def meeting(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"meeting": id, "revision", "what"}: a reminder or a change; nothing once it is void."""
    payload = letter.payload
    told = await summons.letter(
        app,
        meeting_id=payload["meeting"],
        revision=payload["revision"],
        what=summons.What(payload["what"]),
        account=letter.chat_id,
    )
    if told is None:
        return None
    page = checkin_views.summons(told)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def unsay(app: App, letter: Claimed) -> TelegramMethod[Any]:
    """Payload {"message": id}: a reminder that was answered goes."""
    return DeleteMessage(chat_id=letter.chat_id, message_id=letter.payload["message"])


async def leave_asked(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"leave": id}: a request to a secretary; nothing once it is withdrawn or erased."""
    asked = await leave.letter(app, letter.payload["leave"])
    if asked is None:
        return None
    page = leave_views.letter(asked)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def leave_told(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"leave": id}: what became of one's request."""
    asked = await leave.letter(app, letter.payload["leave"])
    if asked is None:
        return None
    return SendMessage(chat_id=letter.chat_id, text=leave_views.told(asked).text)


async def motion(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"motion": id}: whoever came and has a vote is asked; nothing once the vote is over or cast."""
    ask = await motions.letter(app, letter.payload["motion"], letter.chat_id)
    if ask is None:
        return None
    page = motion_views.asked(ask)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


DRAWERS["meeting"] = boards.draw


async def signature(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"minutes": id, "side": who is to sign}: a version of a record; nothing once it is signed or corrected."""
    side = Side(letter.payload["side"])
    found = await minutes_actions.asked(app, minutes_id=letter.payload["minutes"], side=side)
    if found is None:
        return None
    page = minutes_views.asked(found, side)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def makeup(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"meeting": id, "again": true in a reminder}: study in place of it; nothing once there is no need."""
    assert letter.member_id is not None
    meeting = letter.payload["meeting"]
    offer = await makeups_actions.told(app, meeting_id=meeting, member_id=letter.member_id)
    if offer is None:
        return None
    page = makeups_views.letter(offer, again=bool(letter.payload.get("again")))
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def quiet(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"member": id, "meetings": ids}: who was absent several times in a row; nothing once that is mended."""
    payload = letter.payload
    word = await quiet_actions.told(app, member_id=payload["member"], meeting_ids=payload["meetings"])
    if word is None:
        return None
    return SendMessage(chat_id=letter.chat_id, text=cadence_views.word(word))


async def occasion(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"occasions": ids}: drafts proposed to a secretary; nothing when all are used, dismissed or past."""
    found = await occasions.told(app, letter.payload["occasions"])
    if not found:
        return None
    page = occasions_views.proposed(found)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


WRITERS: Mapping[str, Writer] = {
    "text": text,
    "daily": daily,
    "feedback": feedback,
    "appeal": appeal,
    "live": live,
    "signature": signature,
    "makeup": makeup,
    "quiet": quiet,
    "board": board,
    "meeting": meeting,
    "unsay": unsay,
    "leave": leave_asked,
    "leave-told": leave_told,
    "motion": motion,
    "digest": digest,
    "occasions": occasion,
    "notice": invitations.copy,
    "notice-edit": invitations.edit,
    "notice-preview": copies.preview,
    "notice-delete": copies.delete,
    "notice-ask": copies.ask,
    "notice-remind": invitations.remind,
    "invited": invitations.answered,
    "notice-report": copies.report,
    "notice-unsent": copies.unsent,
}


async def write(
    app: App, letter: Claimed, writers: Mapping[str, Writer] = WRITERS
) -> TelegramMethod[Any] | None:
    """The request that sends the letter, or None when there is nothing to say, or nobody to say it to."""
    if not letter.addressed:
        return None
    with texts.speaking(letter.locale or texts.DEFAULT):
        return await writers[letter.letter](app, letter)
