"""A meeting while it goes on: its board, names to tap, one person's line, the close."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import attendance, meetings, rolls
from actions.app import App
from bot import boards, replies, texts
from bot.views import attendance as views
from bot.views import doors
from bot.views import meetings as plans
from study.meetings import Duty, Mark, Stage


class Registering(StatesGroup):
    name = State()  # of somebody to mark
    why = State()  # the record is changed after the meeting


async def open_(query: CallbackQuery, callback_data: doors.Open, state: FSMContext, app: App) -> None:
    """The plan before check-in opens; from then on the board, which keeps itself true."""
    await state.clear()
    who, meeting = query.from_user.id, callback_data.meeting
    board = await attendance.board(app, who, meeting_id=meeting)
    if board.brief.stage in (Stage.AHEAD, Stage.CANCELLED):
        await replies.show(query, plans.card(await meetings.look(app, who, meeting_id=meeting)))
        return
    await boards.put_up(query, app, board)


async def names(query: CallbackQuery, callback_data: doors.Names, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await rolls.page(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        part=callback_data.part,
        page=callback_data.page,
    )
    await boards.turn(query, app, callback_data.meeting, views.names(found))


async def marking(query: CallbackQuery, callback_data: views.Marking, state: FSMContext, app: App) -> None:
    await state.clear()
    await _marking(query, app, callback_data.meeting, why=callback_data.why, page=callback_data.page)


async def tick(query: CallbackQuery, callback_data: views.Tick, app: App) -> None:
    """One tap, one person there."""
    one = await attendance.tick(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        member_id=callback_data.member,
        note=_why(callback_data.why),
    )
    toast = texts.plain("roll.ticked", name=one.name.name)
    await _marking(
        query, app, callback_data.meeting, why=callback_data.why, page=callback_data.page, toast=toast
    )


async def find(query: CallbackQuery, callback_data: views.Find, state: FSMContext, app: App) -> None:
    await attendance.find(app, query.from_user.id, meeting_id=callback_data.meeting, query="")
    await state.set_state(Registering.name)
    await state.set_data({"meeting": callback_data.meeting})
    await replies.add(query, views.ask_name())


async def name(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    meeting = int((await state.get_data())["meeting"])
    await state.update_data(query=message.text)
    found = await attendance.find(app, message.from_user.id, meeting_id=meeting, query=message.text)
    await replies.say(message, views.found(found))


async def found(query: CallbackQuery, callback_data: views.Found, state: FSMContext, app: App) -> None:
    wanted = str((await state.get_data()).get("query", ""))
    result = await attendance.find(
        app, query.from_user.id, meeting_id=callback_data.meeting, query=wanted, page=callback_data.page
    )
    await replies.show(query, views.found(result))


async def ask_in(query: CallbackQuery, callback_data: views.AskIn, state: FSMContext, app: App) -> None:
    one = await attendance.ask_in(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        member_id=callback_data.member,
        named=str((await state.get_data()).get("query", "")),
    )
    await replies.show(query, views.person(one), toast=texts.plain("roll.asked_in"))


async def person(query: CallbackQuery, callback_data: views.Person, state: FSMContext, app: App) -> None:
    await _end_reason(state)
    one = await rolls.one(
        app, query.from_user.id, meeting_id=callback_data.meeting, member_id=callback_data.member
    )
    await replies.show(query, views.person(one))


async def set_(query: CallbackQuery, callback_data: views.Set, state: FSMContext, app: App) -> None:
    who, meeting, member = query.from_user.id, callback_data.meeting, callback_data.member
    mark = Mark(callback_data.mark) if callback_data.mark != "none" else None
    if not callback_data.why:
        one = await rolls.one(app, who, meeting_id=meeting, member_id=member)
        if one.brief.closed and mark is not None:
            await state.set_state(Registering.why)
            await state.set_data({"meeting": meeting, "member": member, "mark": mark.value})
            await replies.show(query, views.ask_why(one, mark))
            return
    note = _why(callback_data.why or views.WHYS[0]) if mark else ""
    one = await attendance.mark(app, who, meeting_id=meeting, member_id=member, mark=mark, note=note)
    await _end_reason(state)
    await replies.show(query, views.person(one))


async def why(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    data = await state.get_data()
    one = await attendance.mark(
        app,
        message.from_user.id,
        meeting_id=int(data["meeting"]),
        member_id=int(data["member"]),
        mark=Mark(data["mark"]),
        note=message.text,
    )
    await state.clear()
    await replies.say(message, views.person(one))


async def correct(query: CallbackQuery, callback_data: views.Correct, app: App) -> None:
    yes = callback_data.yes
    one = await rolls.correct(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        member_id=callback_data.member,
        duty=(Duty.MUST if yes else Duty.MAY) if callback_data.what == "duty" else None,
        votes=yes if callback_data.what == "votes" else None,
    )
    await replies.show(query, views.person(one))


async def facts(query: CallbackQuery, callback_data: views.Facts, app: App) -> None:
    one = await rolls.facts(
        app, query.from_user.id, meeting_id=callback_data.meeting, member_id=callback_data.member
    )
    await replies.show(query, views.facts(one))


async def stand(query: CallbackQuery, callback_data: views.Stand, app: App) -> None:
    if not callback_data.sure:
        found = await rolls.facts(
            app, query.from_user.id, meeting_id=callback_data.meeting, member_id=callback_data.member
        )
        await replies.show(query, views.ask_stand(found, callback_data.standing))
        return
    one = await rolls.stand(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        member_id=callback_data.member,
        standing=callback_data.standing,
    )
    await replies.show(query, views.facts(one))


async def excuse(query: CallbackQuery, callback_data: views.Excuse, app: App) -> None:
    one = await rolls.excuse(
        app,
        query.from_user.id,
        meeting_id=callback_data.meeting,
        member_id=callback_data.member,
        months=callback_data.months,
    )
    await replies.show(query, views.facts(one))


async def close(query: CallbackQuery, callback_data: views.Close, app: App) -> None:
    who, meeting = query.from_user.id, callback_data.meeting
    if callback_data.sure:
        await replies.show(query, views.board(await attendance.close(app, who, meeting_id=meeting)))
    else:
        board = await attendance.board(app, who, meeting_id=meeting)
        await boards.turn(query, app, meeting, views.ask_close(board))


async def only_text(message: Message) -> None:
    await message.answer(texts.html("meet.only_text"))


async def _marking(
    query: CallbackQuery, app: App, meeting: int, *, why: str, page: int, toast: str | None = None
) -> None:
    found = await rolls.page(app, query.from_user.id, meeting_id=meeting, part=rolls.Part.OPEN, page=page)
    await boards.turn(query, app, meeting, views.marking(found, why=why), toast=toast)


async def _end_reason(state: FSMContext) -> None:
    """No reason is waited for any more; looking for names by typing them one after the other goes on."""
    if await state.get_state() == Registering.why.state:
        await state.clear()


def _why(code: str) -> str:
    """The reason as it goes into the record, which is kept in Chinese."""
    return texts.text(f"roll.why.{code}")


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.callback_query.register(open_, doors.Open.filter())
    router.callback_query.register(names, doors.Names.filter())
    whys = F.why.in_((*views.WHYS, *views.WHYS_AFTER))
    router.callback_query.register(marking, views.Marking.filter(whys))
    router.callback_query.register(tick, views.Tick.filter(whys))
    router.callback_query.register(find, views.Find.filter())
    router.callback_query.register(found, views.Found.filter())
    router.callback_query.register(ask_in, views.AskIn.filter())
    router.callback_query.register(person, views.Person.filter())
    router.callback_query.register(
        set_, views.Set.filter(F.mark.in_([*(mark.value for mark in Mark), "none"]))
    )
    router.callback_query.register(correct, views.Correct.filter())
    router.callback_query.register(facts, views.Facts.filter())
    router.callback_query.register(stand, views.Stand.filter())
    router.callback_query.register(excuse, views.Excuse.filter(F.months.in_((0, *views.MONTHS))))
    router.callback_query.register(close, views.Close.filter())
    words = F.text & ~F.text.startswith("/")
    router.message.register(name, StateFilter(Registering.name), words)
    router.message.register(why, StateFilter(Registering.why), words)
    router.message.register(only_text, StateFilter(Registering))
    return router
