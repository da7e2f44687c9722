"""/packs: administrators send a pack, see what it would change, try it, publish it, and go back."""

import asyncio
from datetime import date

from aiogram import Bot, F, Router
from aiogram.enums import ChatAction, ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import packs, proposals
from actions.app import App
from actions.packs import Published
from actions.proposals import LARGEST_BYTES
from actions.questions import Shown
from bot import album, replies, texts
from bot.views import Page, banktemplate
from bot.views import packroom as views
from bot.views import packs as packfindings
from bot.views import quiz as quiz_views
from bot.views.menu import Go
from bot.views.packroom import Pack
from study.calendar import DEFAULT_ZONE, day_of
from study.packs.deciding import NoSuchVersion, TooLarge

# Taken at any time; tables may be meant for another command, so they are taken after /packs only.
PACK_FILES = F.document.file_name.lower().endswith((".yaml", ".yml", ".zip", ".gift"))


class Sending(StatesGroup):
    file = State()


async def command(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user
    await replies.say(message, await _home(app, message.from_user.id))
    await state.set_state(Sending.file)


async def file(message: Message, bot: Bot, app: App) -> None:
    assert message.from_user and message.document
    await proposals.ensure_allowed(app, message.from_user.id)
    if (message.document.file_size or 0) > LARGEST_BYTES:
        raise TooLarge(megabytes=LARGEST_BYTES // 1_000_000)
    await bot.send_chat_action(message.chat.id, ChatAction.TYPING)
    data = await bot.download(message.document)
    assert data
    name = message.document.file_name or ""
    found = await proposals.propose(
        app, message.from_user.id, name=name, data=data.read(), explain=packfindings.explanation
    )
    await replies.say(message, views.proposal(found))


async def home(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await replies.show(query, await _home(app, query.from_user.id))
    await state.set_state(Sending.file)


async def opened(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await replies.add(query, await _home(app, query.from_user.id))
    await state.set_state(Sending.file)


async def look(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    found = await proposals.look(app, query.from_user.id, draft_id=callback_data.id)
    at = callback_data.at
    match callback_data.do:
        case "see" | "answer":
            page = views.preview(found, at, answered=callback_data.do == "answer")
        case "faults":
            page = views.faults(found, at)
        case "notes":
            page = views.notes(found, at)
        case "when":
            page = views.days(found, day_of(app.clock(), DEFAULT_ZONE))
        case _:
            page = views.proposal(found)
    await replies.show(query, page)


async def picture(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    found = await proposals.look(app, query.from_user.id, draft_id=callback_data.id)
    digest = views.picture_of(found, callback_data.at)
    if digest and query.bot:
        await album.show(query.bot, app, query.from_user.id, digest=digest)
    await query.answer()


async def accept(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    found = await proposals.accept(app, query.from_user.id, draft_id=callback_data.id)
    await replies.show(query, views.proposal(found))


async def publish(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    done = await proposals.publish(app, query.from_user.id, draft_id=callback_data.id)
    page = views.published(done) if isinstance(done, Published) else views.proposal(done)
    await replies.show(query, page)


async def schedule(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    on = date.fromordinal(callback_data.at) if callback_data.do == "on" else None
    found = await proposals.schedule(app, query.from_user.id, draft_id=callback_data.id, on=on)
    await replies.show(query, views.proposal(found))


async def drop(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    title = await proposals.drop(app, query.from_user.id, draft_id=callback_data.id)
    await replies.show(query, views.dropped(title))


async def try_out(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    shown = await proposals.try_out(app, query.from_user.id, draft_id=callback_data.id)
    if isinstance(shown, Shown):
        await album.show_with(query, app, shown)
        await replies.add(query, quiz_views.question(shown))


async def versions(query: CallbackQuery, app: App) -> None:
    found = await packs.versions(app, query.from_user.id)
    await replies.show(query, views.versions(found, zone=DEFAULT_ZONE))


async def roll_back(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    done = await packs.roll_back(app, query.from_user.id, version=callback_data.id)
    found = await packs.versions(app, query.from_user.id)
    toast = texts.plain("packs.rolled_back", title=done.title, version=done.version)
    await replies.show(query, views.versions(found, zone=DEFAULT_ZONE), toast=toast)


async def withdraw(query: CallbackQuery, callback_data: Pack, app: App) -> None:
    who = query.from_user.id
    found = [one for one in await packs.versions(app, who) if one.id == callback_data.id]
    if not found:
        raise NoSuchVersion()
    if callback_data.do == "ask":
        await replies.show(query, views.withdrawing(found[0]))
        return
    done = await packs.withdraw(app, who, pack_id=found[0].pack_id)
    await replies.show(query, views.withdrawn(done))


async def template(query: CallbackQuery, app: App) -> None:
    await proposals.ensure_allowed(app, query.from_user.id)
    data = await asyncio.to_thread(banktemplate.workbook)
    file = BufferedInputFile(data, texts.plain("bank.template.file"))
    if query.bot:
        await query.bot.send_document(query.from_user.id, file, caption=texts.html("bank.template.caption"))
    await query.answer()


async def _home(app: App, who: int) -> Page:
    return views.home(await packs.live(app, who), await proposals.waiting(app, who), zone=DEFAULT_ZONE)


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("packs"))
    router.message.register(file, F.document, StateFilter(Sending.file))
    router.message.register(file, F.document, PACK_FILES)
    pressed = router.callback_query.register
    pressed(opened, Go.filter(F.to == "packs"))
    pressed(home, Pack.filter(F.do == "home"))
    pressed(look, Pack.filter(F.do.in_({"look", "see", "answer", "faults", "notes", "when"})))
    pressed(picture, Pack.filter(F.do == "picture"))
    pressed(accept, Pack.filter(F.do == "accept"))
    pressed(publish, Pack.filter(F.do == "publish"))
    pressed(schedule, Pack.filter(F.do.in_({"on", "unplan"})))
    pressed(drop, Pack.filter(F.do == "drop"))
    pressed(try_out, Pack.filter(F.do == "try"))
    pressed(template, Pack.filter(F.do == "template"))
    pressed(versions, Pack.filter(F.do == "versions"))
    pressed(roll_back, Pack.filter(F.do == "back"))
    pressed(withdraw, Pack.filter(F.do.in_({"ask", "stop"})))
    return router
