"""The record of a meeting: topics and decisions in words, files as they come, signatures by a tap, then final."""

import asyncio

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaDocument, InputMediaPhoto, Message

from actions import minutes
from actions.app import App
from actions.minutes import Enclosed
from bot import replies, texts
from bot.views import ledgerfiles, recordpdf
from bot.views import minutes as views
from bot.views.recorddoors import Begin, Record
from study.meetings import MeetingLocked, NoSuchMeeting
from study.minutes import Part

ALBUM = 10  # files that Telegram takes at once


class Writing(StatesGroup):
    words = State()
    files = State()


async def look(query: CallbackQuery, callback_data: Record, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await minutes.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.sheet(found))


async def begin(query: CallbackQuery, callback_data: Begin, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await minutes.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.add(query, views.sheet(found))


async def more(query: CallbackQuery, callback_data: views.More, app: App) -> None:
    found = await minutes.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.more(found))


async def write(query: CallbackQuery, callback_data: views.Write, state: FSMContext, app: App) -> None:
    found = await minutes.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    if found.locked_at:
        raise MeetingLocked()
    await state.set_state(Writing.words)
    await state.set_data(
        {"meeting": callback_data.meeting, "part": callback_data.part.value, "more": callback_data.more}
    )
    await replies.add(query, views.ask(found, callback_data.part, more=callback_data.more))


async def written(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    data = await state.get_data()
    try:
        found = await minutes.write(
            app,
            message.from_user.id,
            meeting_id=data["meeting"],
            part=Part(data["part"]),
            text=message.text,
            more=data["more"],
        )
    except (MeetingLocked, NoSuchMeeting):
        await state.clear()
        raise
    await state.clear()
    await replies.say(message, views.sheet(found))


async def stop(query: CallbackQuery, callback_data: views.Stop, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await minutes.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.sheet(found), toast=texts.plain("minutes.stopped"))


# Files and pictures.


async def files(query: CallbackQuery, callback_data: views.Files, state: FSMContext, app: App) -> None:
    found = await minutes.enclosures(app, query.from_user.id, meeting_id=callback_data.meeting)
    if not found.is_locked:
        await state.set_state(Writing.files)
        await state.set_data({"meeting": callback_data.meeting})
    await replies.show(query, views.enclosures(found))


async def take_out(query: CallbackQuery, callback_data: views.TakeOut, app: App) -> None:
    found = await minutes.take_out(
        app, query.from_user.id, meeting_id=callback_data.meeting, enclosure_id=callback_data.file
    )
    await replies.show(query, views.enclosures(found), toast=texts.plain("minutes.enclosure.taken_out"))


async def send_files(query: CallbackQuery, callback_data: views.SendFiles, app: App) -> None:
    found = await minutes.enclosures(app, query.from_user.id, meeting_id=callback_data.meeting)
    assert query.bot
    for form in ("photo", "document"):
        alike = [one for one in found.files if one.form == form]
        for start in range(0, len(alike), ALBUM):
            await _send(query.bot, query.from_user.id, form, alike[start : start + ALBUM])
    await query.answer()


async def file(message: Message, state: FSMContext, app: App) -> None:
    """Keep what came; of an album one message tells, and is kept true."""
    assert message.from_user and message.bot
    data = await state.get_data()
    kept = message.photo[-1] if message.photo else message.document
    assert kept
    found = await minutes.enclose(
        app,
        message.from_user.id,
        meeting_id=data["meeting"],
        form="photo" if message.photo else "document",
        file_id=kept.file_id,
        unique_id=kept.file_unique_id,
        name=(message.document and message.document.file_name) or message.caption or "",
    )
    page = views.kept(found)
    count = len(found.files)
    if message.media_group_id and message.media_group_id == data.get("album"):
        if count != data["count"]:  # the same picture twice is kept once, and an edit has to change something
            await message.bot.edit_message_text(
                page.text, chat_id=message.chat.id, message_id=data["told"], reply_markup=page.keyboard
            )
        await state.update_data(count=count)
        return
    told = await replies.say(message, page)
    await state.update_data(album=message.media_group_id, told=told.message_id, count=count)


async def _send(bot: Bot, chat_id: int, form: str, files: list[Enclosed]) -> None:
    if len(files) == 1:
        send = bot.send_photo if form == "photo" else bot.send_document
        await send(chat_id, files[0].file_id)
    elif form == "photo":
        await bot.send_media_group(chat_id, [InputMediaPhoto(media=one.file_id) for one in files])
    else:
        await bot.send_media_group(chat_id, [InputMediaDocument(media=one.file_id) for one in files])


# Host and recorder.


async def candidates(query: CallbackQuery, callback_data: views.Candidates, app: App) -> None:
    found = await minutes.candidates(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        side=callback_data.side,
        page=callback_data.page,
    )
    await replies.show(query, views.candidates(found))


async def appoint(query: CallbackQuery, callback_data: views.Appoint, app: App) -> None:
    found = await minutes.appoint(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        side=callback_data.side,
        member_id=callback_data.member,
    )
    await replies.show(query, views.sheet(found))


async def call(query: CallbackQuery, callback_data: views.Call, app: App) -> None:
    called = await minutes.call(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.add(query, views.called(called))


async def sign(query: CallbackQuery, callback_data: views.Sign, app: App) -> None:
    found = await minutes.sign(
        app, query.from_user.id, minutes_id=callback_data.minutes, side=callback_data.side
    )
    await replies.show(query, views.sheet(found), toast=texts.plain("minutes.signed"))


async def on_paper(query: CallbackQuery, callback_data: views.OnPaper, app: App) -> None:
    found = await minutes.sign_on_paper(
        app, query.from_user.id, minutes_id=callback_data.minutes, side=callback_data.side
    )
    await replies.show(query, views.sheet(found), toast=texts.plain("minutes.paper_noted"))


async def lock(query: CallbackQuery, callback_data: views.Lock, app: App) -> None:
    who = query.from_user.id
    if not callback_data.sure:
        found = await minutes.look(app, who, meeting_id=callback_data.meeting)
        if found.minutes_id is None:
            raise MeetingLocked()
        await replies.show(query, views.ask_lock(found))
        return
    found = await minutes.lock(app, who, minutes_id=callback_data.minutes)
    await replies.show(query, views.sheet(found), toast=texts.plain("minutes.lock_done"))


async def history(query: CallbackQuery, callback_data: views.History, app: App) -> None:
    found = await minutes.versions(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.versions(found, callback_data.page))


async def download(query: CallbackQuery, callback_data: views.Download, app: App) -> None:
    record = await minutes.record(app, query.from_user.id, meeting_id=callback_data.meeting)
    # Setting type takes some tenths of a second: others should not wait for it.
    if callback_data.form == "pdf":
        data = await asyncio.to_thread(recordpdf.pdf, record, font=app.font)
    else:
        data = await asyncio.to_thread(ledgerfiles.meeting, record)
    name = views.file_name(record.sheet, "pdf" if callback_data.form == "pdf" else "xlsx")
    assert query.bot
    await query.bot.send_document(
        query.from_user.id, BufferedInputFile(data, name), caption=views.caption(record.sheet)
    )
    await query.answer()


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(look, Record.filter())
    router.callback_query.register(begin, Begin.filter())
    router.callback_query.register(more, views.More.filter())
    router.callback_query.register(write, views.Write.filter())
    router.callback_query.register(stop, views.Stop.filter())
    router.callback_query.register(files, views.Files.filter())
    router.callback_query.register(take_out, views.TakeOut.filter())
    router.callback_query.register(send_files, views.SendFiles.filter())
    router.callback_query.register(candidates, views.Candidates.filter())
    router.callback_query.register(appoint, views.Appoint.filter())
    router.callback_query.register(call, views.Call.filter())
    router.callback_query.register(sign, views.Sign.filter())
    router.callback_query.register(on_paper, views.OnPaper.filter())
    router.callback_query.register(lock, views.Lock.filter())
    router.callback_query.register(history, views.History.filter())
    router.callback_query.register(download, views.Download.filter())
    router.message.register(written, StateFilter(Writing.words), F.text & ~F.text.startswith("/"))
    router.message.register(file, StateFilter(Writing.files), F.photo | F.document)
    return router
