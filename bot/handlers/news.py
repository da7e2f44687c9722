"""/news: notices by column, found again, read once a week if one likes; and filing them, for those who send them."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import columns, notices
from actions.app import App
from bot import copies, replies, texts
from bot.views import columns as filing
from bot.views import news as views
from bot.views.menu import Go
from bot.views.notices import Deed, Do
from study.notices import State as Standing


class Searching(StatesGroup):
    words = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    """/news, or /news WORDS to search at once."""
    assert message.from_user
    if command.args:
        await _search(message, command.args, state, app)
    else:
        await replies.say(message, views.shelves(await columns.shelves(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.shelves(await columns.shelves(app, query.from_user.id)))


async def shelves(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await state.clear()
    await replies.show(query, views.shelves(await columns.shelves(app, query.from_user.id)))


async def turn(query: CallbackQuery, callback_data: views.Turn, app: App) -> None:
    shelf, found = await columns.listing(
        app, query.from_user.id, column=callback_data.column, page=callback_data.page
    )
    await replies.show(query, views.column(shelf, found))


async def read(query: CallbackQuery, callback_data: views.Read, app: App) -> None:
    """The notice as it was sent, below; its list stays."""
    found = await columns.read(app, query.from_user.id, notice_id=callback_data.notice)
    assert query.bot
    head, words = views.words(found)
    who = query.from_user.id
    if head is not None:
        await query.bot.send_message(who, head)
    media = [{"form": piece.form, "file_id": piece.file_id} for piece in found.media]
    await query.bot(copies.message(who, words, media, keyboard=views.confirming(found)))
    await query.answer()


# --- the weekly digest


async def subscriptions(query: CallbackQuery, app: App) -> None:
    found = await columns.shelves(app, query.from_user.id)
    await replies.show(query, views.subscriptions(found, app.columns))


async def weekly(query: CallbackQuery, callback_data: views.Weekly, app: App) -> None:
    who, key = query.from_user.id, callback_data.column
    await columns.set_weekly(app, who, column=key, weekly=callback_data.on)
    if callback_data.inside:
        page = views.column(*await columns.listing(app, who, column=key))
    else:
        page = views.subscriptions(await columns.shelves(app, who), app.columns)
    await replies.show(query, page, toast=texts.plain("settings.saved"))


# --- searching


async def ask_words(query: CallbackQuery, state: FSMContext) -> None:
    await state.set_state(Searching.words)
    await replies.show(query, views.ask_words())


async def words(message: Message, state: FSMContext, app: App) -> None:
    assert message.text
    await _search(message, message.text, state, app)


async def _search(message: Message, said: str, state: FSMContext, app: App) -> None:
    assert message.from_user
    found = await columns.search(app, message.from_user.id, words=said)
    await state.set_state(None)  # the next words may be an answer to a question
    await state.set_data({"words": said})
    await replies.say(message, views.results(said, found))


async def found(query: CallbackQuery, callback_data: views.Found, state: FSMContext, app: App) -> None:
    said = (await state.get_data()).get("words")
    if said is None:
        await ask_words(query, state)
        return
    hits = await columns.search(app, query.from_user.id, words=said, page=callback_data.page)
    await replies.show(query, views.results(said, hits))


# --- filing, for those who send notices


async def choose(query: CallbackQuery, callback_data: filing.Choose, app: App) -> None:
    look = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    back = Do(notice=look.id, deed=Deed.OPEN)
    page = filing.choice(look.id, look.title, app.columns.columns, look.column, back)
    if look.state is Standing.DRAFT:
        await replies.show(query, page)
    else:
        await replies.add(query, page)  # a report is redrawn while its copies go


async def file(query: CallbackQuery, callback_data: filing.File, app: App) -> None:
    who, notice_id, column = query.from_user.id, callback_data.notice, callback_data.column or None
    await columns.file(app, who, notice_id=notice_id, column=column)
    look = await notices.look(app, who, notice_id=notice_id)
    back = Do(notice=notice_id, deed=Deed.OPEN)
    page = filing.choice(notice_id, look.title, app.columns.columns, column, back)
    await replies.show(query, page, toast=texts.plain("columns.filed" if column else "columns.unfiled"))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("news"))
    router.callback_query.register(opened, Go.filter(F.to == "news"))
    router.callback_query.register(shelves, views.Shelves.filter())
    router.callback_query.register(turn, views.Turn.filter())
    router.callback_query.register(read, views.Read.filter())
    router.callback_query.register(subscriptions, views.Subscriptions.filter())
    router.callback_query.register(weekly, views.Weekly.filter())
    router.callback_query.register(ask_words, views.Search.filter())
    router.callback_query.register(found, views.Found.filter())
    router.callback_query.register(choose, filing.Choose.filter())
    router.callback_query.register(file, filing.File.filter())
    router.message.register(words, StateFilter(Searching.words), F.text & ~F.text.startswith("/"))
    return router
