"""/roster: the tree, and a file that brings it up to date: preview, then confirm."""

import asyncio
from dataclasses import replace
from io import BytesIO
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import roster
from actions.app import App
from actions.roster import Preview
from bot import replies, texts
from bot.views import Page, rosterfiles
from bot.views import roster as views
from bot.views.menu import Go
from study import rostersheet
from study.roster import NothingToConfirm
from study.rostersheet import Note, Unreadable


class Importing(StatesGroup):
    file = State()


async def command(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user
    page = views.overview(await roster.overview(app, message.from_user.id))
    await state.set_state(Importing.file)
    await replies.say(message, page)


async def opened(query: CallbackQuery, state: FSMContext, app: App) -> None:
    page = views.overview(await roster.overview(app, query.from_user.id))
    await state.set_state(Importing.file)
    await replies.add(query, page)


async def template(query: CallbackQuery) -> None:
    file = BufferedInputFile(rosterfiles.template(), texts.plain("roster.template_file"))
    await _send(query, file, texts.html("roster.template_caption"))


async def listing(query: CallbackQuery, app: App) -> None:
    lines = await roster.listing(app, query.from_user.id)
    data = await asyncio.to_thread(rosterfiles.listing, lines)
    day = app.clock().date().isoformat()
    await _send(query, BufferedInputFile(data, texts.plain("roster.list_file", day=day)))


async def file(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.document and message.bot
    if (message.document.file_size or 0) > views.MEGABYTES * 1024 * 1024:
        raise Unreadable("too_big", megabytes=views.MEGABYTES)
    await roster.overview(app, message.from_user.id)  # nobody else may send us anything to open
    data = BytesIO()
    await message.bot.download(message.document, data)
    preview = await roster.read(app, message.from_user.id, data=data.getvalue())
    await _keep(state, preview)
    await _say(message, preview)


async def compare(query: CallbackQuery, callback_data: views.Do, state: FSMContext, app: App) -> None:
    """The same file as the whole roster, or as the branches that it mentions."""
    kept = await _kept(state)
    full = callback_data.what == "full"
    preview = await roster.compare(app, query.from_user.id, **kept | {"full": full})
    await _keep(state, preview, kept=kept)
    await replies.show(query, views.preview(preview))


async def confirm(query: CallbackQuery, callback_data: views.Confirm, state: FSMContext, app: App) -> None:
    kept = await _kept(state)
    digest = str((await _memory(state).get_data())["digest"])
    if views.shown(digest) != callback_data.shown:
        raise NothingToConfirm()  # the button of an older preview
    result = await roster.confirm(app, query.from_user.id, **kept, digest=digest)
    if isinstance(result, Preview):
        await _keep(state, result, kept=kept)
        toast = texts.plain("roster.changed_meanwhile")
        await replies.show(query, views.preview(result), toast=toast)
        return
    await _memory(state).clear()
    await state.clear()
    await replies.show(query, views.done(result))


async def cancel(query: CallbackQuery, state: FSMContext) -> None:
    await _memory(state).clear()
    await state.clear()
    await replies.show(query, Page(texts.html("roster.cancelled")))


async def hint(message: Message) -> None:
    await message.answer(texts.html("roster.send_file"))


def _memory(state: FSMContext) -> FSMContext:
    """Where the preview waits, so that other commands in between do not drop it."""
    return FSMContext(storage=state.storage, key=replace(state.key, destiny="roster"))


async def _keep(state: FSMContext, preview: Preview, kept: dict[str, Any] | None = None) -> None:
    people = kept["people"] if kept else preview.people
    await _memory(state).set_data(
        {
            "people": rostersheet.pack(people),
            "notes": [[note.what, list(note.columns), note.count] for note in preview.notes],
            "full": preview.proposal.full,
            "digest": preview.proposal.digest,
        }
    )


async def _kept(state: FSMContext) -> dict[str, Any]:
    """What the file said; raises NothingToConfirm when nothing waits."""
    data = await _memory(state).get_data()
    if not data.get("people"):
        raise NothingToConfirm()
    notes = tuple(Note(what, tuple(columns), count) for what, columns, count in data["notes"])
    return {"people": rostersheet.unpack(data["people"]), "notes": notes, "full": data["full"]}


async def _say(message: Message, preview: Preview) -> None:
    """The preview, and all of it as a file when it is long."""
    if attached := views.attachment(preview):
        name, content = attached
        # The mark lets Windows know that it is UTF-8.
        await message.answer_document(BufferedInputFile(content.encode("utf-8-sig"), name))
    await replies.say(message, views.preview(preview))


async def _send(query: CallbackQuery, file: BufferedInputFile, caption: str | None = None) -> None:
    assert query.bot
    await query.bot.send_document(query.from_user.id, file, caption=caption)
    await query.answer()


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("roster"))
    # A pack sent by mistake is for /packs to take.
    pack = F.document.file_name.lower().endswith((".yaml", ".yml", ".zip", ".gift"))
    router.message.register(file, StateFilter(Importing.file), F.document, ~pack)
    router.message.register(hint, StateFilter(Importing.file))
    router.callback_query.register(opened, Go.filter(F.to == "roster"))
    router.callback_query.register(template, views.Do.filter(F.what == "template"))
    router.callback_query.register(listing, views.Do.filter(F.what == "list"))
    router.callback_query.register(compare, views.Do.filter(F.what.in_({"full", "partial"})))
    router.callback_query.register(cancel, views.Do.filter(F.what == "cancel"))
    router.callback_query.register(confirm, views.Confirm.filter())
    return router
