"""A notice on its way and afterwards: held, called off, reported with names, tried again, corrected, withdrawn."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import live, recalls, receipts, reports, sending
from actions.app import App
from bot import replies, texts
from bot.views import noticefiles
from bot.views import notices as views
from bot.views.notices import Deed, Do
from study.notices import OnlyWords


class Correcting(StatesGroup):
    words = State()


async def report(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    await state.clear()
    await _show(query, callback_data.notice, app)


async def pause(query: CallbackQuery, callback_data: Do, app: App) -> None:
    held = await sending.pause(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=views.paused(held))


async def resume(query: CallbackQuery, callback_data: Do, app: App) -> None:
    await sending.resume(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=texts.plain("notices.resumed"))


async def cancel(query: CallbackQuery, callback_data: Do, app: App) -> None:
    held = await sending.cancel(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=views.cancelled(held))


async def names(query: CallbackQuery, callback_data: views.Show, app: App) -> None:
    which = callback_data.which
    found = await reports.names(
        app,
        query.from_user.id,
        notice_id=callback_data.notice,
        fates=views.FATES[which],
        unseen=which is views.Which.UNSEEN,
        page=callback_data.page,
    )
    await _unwatch(query, callback_data.notice, app)
    await replies.show(query, views.names(found, which))


async def sheet(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await reports.export(app, query.from_user.id, notice_id=callback_data.notice)
    file = BufferedInputFile(noticefiles.sheet(found), texts.plain("notices.sheet.file"))
    if query.message and query.bot:
        caption = texts.html("notices.sheet.caption", title=views.titled(found.report.title))
        await query.bot.send_document(query.message.chat.id, file, caption=caption)
    await query.answer()


async def retry(query: CallbackQuery, callback_data: Do, app: App) -> None:
    number = await sending.retry(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=texts.plain("notices.retried", number=number))


async def remind(query: CallbackQuery, callback_data: Do, app: App) -> None:
    number = await receipts.remind(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=texts.plain("notices.reminded", number=number))


async def ask_correction(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    found = await reports.report(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Correcting.words)
    await state.set_data({"notice": found.id})
    await replies.add(query, views.ask_correction(found))


async def correct(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user
    who, notice_id = message.from_user.id, int((await state.get_data())["notice"])
    await recalls.correct(app, who, notice_id=notice_id, body=message.html_text)
    await state.clear()
    said = await replies.say(message, views.report(await reports.report(app, who, notice_id=notice_id)))
    await live.watch(app, f"notice:{notice_id}", chat_id=message.chat.id, message_id=said.message_id)


async def only_words(_message: Message) -> None:
    raise OnlyWords()


async def ask_withdraw(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await reports.report(app, query.from_user.id, notice_id=callback_data.notice)
    await _unwatch(query, callback_data.notice, app)
    await replies.show(query, views.ask_withdraw(found))


async def withdraw(query: CallbackQuery, callback_data: Do, app: App) -> None:
    result = await recalls.withdraw(app, query.from_user.id, notice_id=callback_data.notice)
    await _show(query, callback_data.notice, app, toast=views.withdrawn(result))


async def _show(
    query: CallbackQuery,
    notice_id: int,
    app: App,
    *,
    toast: str | None = None,
) -> None:
    """The report in place of the message, which is kept true from now on."""
    if query.message:
        await live.watch(
            app, f"notice:{notice_id}", chat_id=query.message.chat.id, message_id=query.message.message_id
        )
    found = await reports.report(app, query.from_user.id, notice_id=notice_id)
    await replies.show(query, views.report(found), toast=toast)
    await live.refresh(app, f"notice:{notice_id}")


async def _unwatch(query: CallbackQuery, notice_id: int, app: App) -> None:
    """The message shows something else for now, which no edit should take away."""
    if query.message:
        await live.leave(
            app, f"notice:{notice_id}", chat_id=query.message.chat.id, message_id=query.message.message_id
        )


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(names, views.Show.filter())
    for deed, handler in DEEDS.items():
        router.callback_query.register(handler, Do.filter(F.deed == deed))
    router.message.register(correct, StateFilter(Correcting.words), F.text & ~F.text.startswith("/"))
    router.message.register(only_words, StateFilter(Correcting.words))
    return router


DEEDS: dict[Deed, Callable[..., Awaitable[None]]] = {
    Deed.REPORT: report,
    Deed.PAUSE: pause,
    Deed.RESUME: resume,
    Deed.CANCEL: cancel,
    Deed.SHEET: sheet,
    Deed.RETRY: retry,
    Deed.REMIND: remind,
    Deed.CORRECT: ask_correction,
    Deed.WITHDRAW: ask_withdraw,
    Deed.WITHDRAW_NOW: withdraw,
}
