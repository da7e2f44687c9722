"""Votes in a meeting: putting one, tapping, counting hands in the room, the arithmetic at the end."""

import re
import unicodedata

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import motions
from actions.app import App
from bot import boards, replies, texts
from bot.views import doors
from bot.views import motions as views
from study import votes
from study.votes import Rule, Sums


class Putting(StatesGroup):
    text = State()
    rule = State()
    hands = State()


async def listing(query: CallbackQuery, callback_data: doors.Motions, state: FSMContext, app: App) -> None:
    await state.clear()
    meeting = callback_data.meeting
    found = await motions.listing(app, query.from_user.id, meeting_id=meeting, page=callback_data.page)
    await boards.turn(query, app, meeting, views.listing(found))


async def put(query: CallbackQuery, callback_data: views.Put, state: FSMContext, app: App) -> None:
    await motions.ensure_can_put(app, query.from_user.id, meeting_id=callback_data.meeting)
    await state.set_state(Putting.text)
    await state.set_data({"meeting": callback_data.meeting})
    await replies.show(query, views.ask_text(callback_data.meeting))


async def text(message: Message, state: FSMContext) -> None:
    assert message.text
    words = votes.checked_text(message.text)
    await state.set_state(Putting.rule)
    await state.update_data(text=words, source=f"{message.chat.id}:{message.message_id}")
    meeting = int((await state.get_data())["meeting"])
    page = views.ask_rule(meeting, words, rule=Rule.MAJORITY, secret=votes.is_secret(Rule.MAJORITY))
    await replies.say(message, page)


async def rule(query: CallbackQuery, callback_data: views.Rules, state: FSMContext, app: App) -> None:
    """Another rule, open or secret; or put it as it is."""
    data = await state.get_data()
    words, secret = str(data["text"]), callback_data.secret
    if not callback_data.go:
        page = views.ask_rule(callback_data.meeting, words, rule=callback_data.rule, secret=secret)
        await replies.show(query, page)
        return
    await motions.put(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        text=words,
        rule=callback_data.rule,
        secret=secret,
        source=str(data["source"]),
    )
    await state.clear()
    found = await motions.listing(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.listing(found), toast=texts.plain("motion.put_now"))


async def cast(query: CallbackQuery, callback_data: views.Cast, app: App) -> None:
    who, motion = query.from_user.id, callback_data.motion
    try:
        ask = await motions.cast(app, who, motion_id=motion, choice=callback_data.choice)
    except votes.MotionClosed:
        # An old button is a way to see what came of it.
        await replies.show(
            query,
            views.asked(await motions.look(app, who, motion_id=motion)),
            toast=texts.plain("motion.over"),
        )
        return
    await replies.show(query, views.voted(ask), toast=texts.plain("motion.voted"))


async def ask_hands(query: CallbackQuery, callback_data: views.Hands, state: FSMContext, app: App) -> None:
    tally = await motions.of(app, query.from_user.id, motion_id=callback_data.motion)
    await state.set_state(Putting.hands)
    await state.set_data({"motion": callback_data.motion})
    await replies.show(query, views.ask_hands(tally.meeting_id))


async def hands(message: Message, state: FSMContext, app: App) -> None:
    """Three numbers: for, against, abstentions."""
    assert message.from_user and message.text
    numbers = [int(found) for found in re.findall(r"\d{1,4}", unicodedata.normalize("NFKC", message.text))]
    if len(numbers) != 3:
        await message.answer(texts.html("motion.three_numbers"))
        return
    motion = int((await state.get_data())["motion"])
    tally = await motions.count_hands(app, message.from_user.id, motion_id=motion, sums=Sums(*numbers))
    await state.clear()
    found = await motions.listing(app, message.from_user.id, meeting_id=tally.meeting_id)
    await replies.say(message, views.listing(found))


async def end(query: CallbackQuery, callback_data: views.End, app: App) -> None:
    who, motion = query.from_user.id, callback_data.motion
    if callback_data.sure:
        await replies.show(query, views.ended(await motions.close(app, who, motion_id=motion)))
    else:
        await replies.show(query, views.ask_end(await motions.of(app, who, motion_id=motion)))


async def who(query: CallbackQuery, callback_data: views.Who, app: App) -> None:
    tally, chosen = await motions.choices(app, query.from_user.id, motion_id=callback_data.motion)
    await replies.show(query, views.choices(tally, chosen))


async def only_text(message: Message) -> None:
    await message.answer(texts.html("meet.only_text"))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(listing, doors.Motions.filter())
    router.callback_query.register(put, views.Put.filter())
    router.callback_query.register(rule, StateFilter(Putting.rule), views.Rules.filter())
    router.callback_query.register(cast, views.Cast.filter())
    router.callback_query.register(ask_hands, views.Hands.filter())
    router.callback_query.register(end, views.End.filter())
    router.callback_query.register(who, views.Who.filter())
    words = F.text & ~F.text.startswith("/")
    router.message.register(text, StateFilter(Putting.text), words)
    router.message.register(hands, StateFilter(Putting.hands), words)
    router.message.register(only_text, StateFilter(Putting))
    return router
