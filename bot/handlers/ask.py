"""/ask: a question in one's own words, answered from the lessons."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import actors, asking, quizzes
from actions.app import App
from bot import replies
from bot.views import ask as views
from bot.views import quiz as quiz_views


class Asking(StatesGroup):
    question = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    assert message.from_user
    if command.args:
        await _answer(message, app, command.args)
        return
    await actors.ensure_joined(app, message.from_user.id)
    await state.set_state(Asking.question)
    await replies.say(message, views.prompt())


async def begin(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await actors.ensure_joined(app, query.from_user.id)
    await state.set_state(Asking.question)
    await replies.add(query, views.prompt())


async def question(message: Message, state: FSMContext, app: App) -> None:
    assert message.text
    await _answer(message, app, message.text)
    await state.clear()


async def try_item(query: CallbackQuery, callback_data: views.Try, state: FSMContext, app: App) -> None:
    await state.clear()
    shown = await quizzes.start_item(app, query.from_user.id, item_id=callback_data.item)
    await replies.add(query, quiz_views.question(shown))


async def _answer(message: Message, app: App, words: str) -> None:
    assert message.from_user
    await replies.say(message, views.answer(await asking.ask(app, message.from_user.id, question=words)))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("ask"))
    router.message.register(question, StateFilter(Asking.question), F.text, ~F.text.startswith("/"))
    router.callback_query.register(begin, views.Ask.filter())
    router.callback_query.register(try_item, views.Try.filter())
    return router
