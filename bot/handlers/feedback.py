"""/feedback: a word to the administrators, and their one answer."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import feedback
from actions.app import App
from bot import replies, texts
from bot.views import Page
from bot.views import feedback as views
from bot.views.menu import Go
from study.feedback import AlreadyAnswered, NoSuchFeedback


class Speaking(StatesGroup):
    word = State()
    reply = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    assert message.from_user
    if command.args:
        await _send(message, command.args, app)
        return
    page = await _ask(app, message.from_user.id)
    await state.set_state(Speaking.word)
    await replies.say(message, page)


async def opened(query: CallbackQuery, state: FSMContext, app: App) -> None:
    page = await _ask(app, query.from_user.id)
    await state.set_state(Speaking.word)
    await replies.add(query, page)


async def word(message: Message, state: FSMContext, app: App) -> None:
    assert message.text
    await _send(message, message.text, app)
    await state.clear()


async def stop(query: CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    await replies.show(query, Page(texts.html("feedback.cancelled")))


async def look(query: CallbackQuery, callback_data: views.Look, state: FSMContext, app: App) -> None:
    result = await feedback.waiting(app, query.from_user.id, after=callback_data.after)
    await state.clear()
    await replies.show(query, views.waiting(result))


async def reply(query: CallbackQuery, callback_data: views.Reply, state: FSMContext, app: App) -> None:
    opinion = await feedback.look(app, query.from_user.id, feedback_id=callback_data.feedback)
    if opinion.reply is not None:
        await query.answer(views.already(opinion)[:200], show_alert=True)
        return
    await state.set_state(Speaking.reply)
    await state.set_data({"feedback": opinion.feedback_id})
    await replies.add(query, views.ask_reply(opinion))


async def replied(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    feedback_id = int((await state.get_data())["feedback"])
    try:
        opinion = await feedback.answer(app, message.from_user.id, feedback_id=feedback_id, text=message.text)
    except (AlreadyAnswered, NoSuchFeedback):
        await state.clear()
        raise
    await state.clear()
    await replies.say(message, views.replied(opinion))


async def hint(message: Message) -> None:
    await message.answer(texts.html("feedback.only_text"))


async def _ask(app: App, who: int) -> Page:
    return views.ask(waiting=await feedback.count_waiting(app, who))


async def _send(message: Message, text: str, app: App) -> None:
    assert message.from_user
    source = f"{message.chat.id}:{message.message_id}"
    await replies.say(
        message, views.sent(await feedback.send(app, message.from_user.id, text=text, source=source))
    )


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("feedback"))
    router.message.register(word, StateFilter(Speaking.word), F.text)
    router.message.register(replied, StateFilter(Speaking.reply), F.text)
    router.message.register(hint, StateFilter(Speaking))
    router.callback_query.register(opened, Go.filter(F.to == "feedback"))
    router.callback_query.register(stop, views.Stop.filter())
    router.callback_query.register(look, views.Look.filter())
    router.callback_query.register(reply, views.Reply.filter())
    return router
