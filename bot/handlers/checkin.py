"""Checking in: links, codes, buttons; and the code as a picture for whoever keeps the meeting."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message
from aiogram.utils.deep_linking import create_start_link

from actions import checkin, invitations
from actions.app import App
from actions.checkin import CheckedIn
from bot import replies, texts
from bot.views import Page, doors
from bot.views import checkin as views
from study import checkin as rules

SIX_DIGITS = r"^\s*(?:\d[\s-]?){6}$"


async def link(message: Message, command: CommandObject, app: App) -> None:
    """Somebody opened a personal link."""
    assert message.from_user
    result = await checkin.by_link(app, message.from_user.id, payload=command.args or "")
    page = views.receipt(result) if isinstance(result, CheckedIn) else views.others_link(result)
    await replies.say(message, page)


async def scanned(message: Message, command: CommandObject, app: App) -> None:
    """Somebody scanned the picture."""
    assert message.from_user
    meeting, code = rules.read_scanned(command.args or "")
    await replies.say(
        message,
        views.receipt(await checkin.by_code(app, message.from_user.id, code=code, meeting_id=meeting)),
    )


async def command(message: Message, command: CommandObject, app: App) -> None:
    assert message.from_user
    await replies.say(
        message, views.receipt(await checkin.by_code(app, message.from_user.id, code=command.args or ""))
    )


async def digits(message: Message, state: FSMContext, app: App) -> None:
    """Six digits are a code, unless they fit no open meeting and something else waits for them."""
    assert message.from_user and message.text
    busy = await state.get_state() is not None
    done = await checkin.typed(app, message.from_user.id, code=message.text, busy=busy)
    if done is None:
        raise SkipHandler
    await replies.say(message, views.receipt(done))


async def button(query: CallbackQuery, callback_data: doors.CheckIn, app: App) -> None:
    message_id = query.message.message_id if query.message else None
    done = await checkin.by_button(
        app, query.from_user.id, meeting_id=callback_data.meeting, message_id=message_id
    )
    await replies.show(query, views.receipt(done), toast=texts.plain("checkin.toast"))


async def received(query: CallbackQuery, callback_data: doors.Received, app: App) -> None:
    """「收到」 under an invitation, a reminder of it, or a change of plan; leave and calendar stay at hand."""
    message_id = query.message.message_id if query.message else None
    found = await invitations.receive(
        app, query.from_user.id, meeting_id=callback_data.meeting, message_id=message_id
    )
    await replies.show(query, views.invitation(found), toast=texts.plain("notices.seen.thanks"))


async def own_link(query: CallbackQuery, callback_data: doors.Link, app: App) -> None:
    assert query.bot
    brief, payload = await checkin.own_link(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.add(query, views.own_link(brief, await create_start_link(query.bot, payload)))


async def show(query: CallbackQuery, callback_data: doors.Code, app: App) -> None:
    """The code as a picture; a tap renews it."""
    assert query.bot
    shown = await checkin.show(app, query.from_user.id, meeting_id=callback_data.meeting)
    page, picture = await _picture(query.bot, app, shown)
    if callback_data.fresh or not isinstance(query.message, Message) or not query.message.photo:
        chat = query.message.chat.id if query.message else query.from_user.id
        await query.bot.send_photo(chat, picture, caption=page.text, reply_markup=page.keyboard)
    else:
        with suppress(TelegramBadRequest):  # pressed twice within one code: nothing changes
            media = InputMediaPhoto(media=picture, caption=page.text)
            await query.message.edit_media(media, reply_markup=page.keyboard)
    await query.answer()


async def _picture(bot: Bot, app: App, shown: checkin.Code) -> tuple[Page, BufferedInputFile]:
    url = await create_start_link(bot, shown.payload)
    picture = BufferedInputFile(views.qr(url), texts.plain("checkin.file"))
    page_url = views.page_url(app.page_url, shown.brief.id, shown.page_token)
    return views.code(shown, page_url=page_url), picture


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    started = CommandStart(deep_link=True, magic=F.args.startswith(rules.PERSONAL))
    router.message.register(link, started)
    router.message.register(scanned, CommandStart(deep_link=True, magic=F.args.startswith(rules.SCANNED)))
    router.message.register(command, Command("checkin"))
    router.message.register(digits, F.text.regexp(SIX_DIGITS))
    router.callback_query.register(button, doors.CheckIn.filter())
    router.callback_query.register(received, doors.Received.filter())
    router.callback_query.register(own_link, doors.Link.filter())
    router.callback_query.register(show, doors.Code.filter())
    return router
