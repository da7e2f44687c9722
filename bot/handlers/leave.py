"""/leave: one's own meetings, asking for leave with a tap, and deciding about it with another."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import leave, meetings
from actions.app import App
from bot import boards, replies, texts
from bot.views import doors
from bot.views import leave as views
from bot.views.menu import Go
from study.leave import AskedAlready, Ground, HereAlready, TooLate


class Excusing(StatesGroup):
    words = State()


async def command(message: Message, app: App) -> None:
    assert message.from_user
    who = message.from_user.id
    page = views.ahead(await leave.ahead(app, who), keeps=await meetings.keeps_any(app, who))
    await replies.say(message, page)


async def opened(query: CallbackQuery, app: App) -> None:
    who = query.from_user.id
    page = views.ahead(await leave.ahead(app, who), keeps=await meetings.keeps_any(app, who))
    await replies.add(query, page)


async def mine(query: CallbackQuery, callback_data: doors.Mine, state: FSMContext, app: App) -> None:
    await state.clear()
    who = query.from_user.id
    found = await leave.ahead(app, who, page=callback_data.page)
    await replies.show(query, views.ahead(found, keeps=await meetings.keeps_any(app, who)))


async def own(query: CallbackQuery, callback_data: doors.Own, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await leave.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.own(found))


async def why(query: CallbackQuery, callback_data: doors.Leave, app: App) -> None:
    found = await leave.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.ask_why(found))


async def ask(query: CallbackQuery, callback_data: views.Why, app: App) -> None:
    message_id = query.message.message_id if query.message else None
    found = await leave.ask(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        reason=callback_data.ground,
        message_id=message_id,
    )
    await replies.show(query, views.asked(found), toast=texts.plain("leave.toast"))


async def words(query: CallbackQuery, callback_data: views.Why, state: FSMContext, app: App) -> None:
    found = await leave.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await state.set_state(Excusing.words)
    await state.set_data({"meeting": callback_data.meeting})
    await replies.show(query, views.ask_words(found))


async def typed(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    meeting = int((await state.get_data())["meeting"])
    try:
        found = await leave.ask(app, message.from_user.id, meeting_id=meeting, reason=message.text)
    except (TooLate, AskedAlready, HereAlready):
        await state.clear()
        raise
    await state.clear()
    await replies.say(message, views.asked(found))


async def withdraw(query: CallbackQuery, callback_data: views.Withdraw, app: App) -> None:
    found = await leave.withdraw(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.own(found), toast=texts.plain("leave.withdrawn"))


# For whoever keeps the meeting.


async def requests(query: CallbackQuery, callback_data: doors.Requests, app: App) -> None:
    meeting = callback_data.meeting
    found = await leave.of_meeting(app, query.from_user.id, meeting_id=meeting, page=callback_data.page)
    await boards.turn(query, app, meeting, views.requests(found))


async def decide(query: CallbackQuery, callback_data: views.Decide, app: App) -> None:
    who = query.from_user.id
    done = await leave.decide(app, who, leave_id=callback_data.leave, approve=callback_data.approve)
    toast = texts.plain(f"leave.toast.{done.state.value}", name=done.name)
    if callback_data.listed:
        found = await leave.of_meeting(app, who, meeting_id=done.brief.id)
        await replies.show(query, views.requests(found), toast=toast)
    else:
        await replies.show(query, views.letter(done), toast=toast)


async def only_text(message: Message) -> None:
    await message.answer(texts.html("meet.only_text"))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("leave"))
    router.callback_query.register(opened, Go.filter(F.to == "leave"))
    router.callback_query.register(mine, doors.Mine.filter())
    router.callback_query.register(own, doors.Own.filter())
    router.callback_query.register(why, doors.Leave.filter())
    router.callback_query.register(ask, views.Why.filter(F.ground.in_(set(Ground))))
    router.callback_query.register(words, views.Why.filter(F.ground == "words"))
    router.callback_query.register(withdraw, views.Withdraw.filter())
    router.callback_query.register(requests, doors.Requests.filter())
    router.callback_query.register(decide, views.Decide.filter())
    router.message.register(typed, StateFilter(Excusing.words), F.text & ~F.text.startswith("/"))
    router.message.register(only_text, StateFilter(Excusing.words))
    return router
