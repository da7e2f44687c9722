"""A notice on its way and afterwards: held, called off, reported with names, tried again, corrected, withdrawn."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import live, recalls, receipts, reports, sending
from actions.app import App
from bot import previews, replies, texts
from bot.views import noticefiles
from bot.views import notices as views
from bot.views.notices import Deed, Do
from study.notices import Piece


class Correcting(StatesGroup):
    content = State()


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
    await state.set_state(Correcting.content)
    await state.set_data({"notice": found.id})
    await replies.add(query, views.ask_correction(found))


async def correction(message: Message, state: FSMContext, app: App) -> None:
    """What the notice is to say instead: shown as it will look, and kept until it is confirmed."""
    assert message.from_user
    who, data = message.from_user.id, await state.get_data()
    notice_id, group = int(data["notice"]), message.media_group_id
    if group is not None:
        if group == data.get("group"):
            return  # of the same album, which was refused
        await state.update_data(group=group)
    body, piece = message.html_text, previews.piece(message)
    look = await recalls.corrected(app, who, notice_id=notice_id, body=body, piece=piece)
    await state.update_data(body=body, piece=asdict(piece) if piece else None)
    if await previews.show(message, look):
        found = await reports.report(app, who, notice_id=notice_id)
        await replies.say(message, views.ask_to_correct(found))


async def correct(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    data = await state.get_data()
    if data.get("notice") != callback_data.notice or "body" not in data:
        await _show(query, callback_data.notice, app, toast=texts.plain("notices.correction_lost"))
        return
    piece = Piece(**data["piece"]) if data["piece"] else None
    who, notice_id = query.from_user.id, callback_data.notice
    await recalls.correct(app, who, notice_id=notice_id, body=data["body"], piece=piece)
    await state.clear()
    await _show(query, notice_id, app)


async def unsupported(message: Message) -> None:
    await message.answer(texts.html("notices.unsupported"))


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
    words = F.text & ~F.text.startswith("/")
    router.message.register(correction, StateFilter(Correcting.content), words | F.photo | F.document)
    router.message.register(unsupported, StateFilter(Correcting.content))
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
    Deed.CORRECT_NOW: correct,
    Deed.WITHDRAW: ask_withdraw,
    Deed.WITHDRAW_NOW: withdraw,
}
