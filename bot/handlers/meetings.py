"""/attendance: the meetings one keeps; planning one or a year's series, changing and calling off, the committee."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram.utils.deep_linking import create_start_link

from actions import checkin, invitations, leave, meetings, seats
from actions.app import App
from bot import boards, calendars, replies, texts
from bot.views import Page, doors, people
from bot.views import leave as leave_views
from bot.views import meetings as views
from bot.views.menu import Go
from study.meetings import LONGEST_OWN, OWN, NoSuchKind, checked
from study.refusal import Refusal
from study.whens import Repeat


class Planning(StatesGroup):
    name = State()  # of an own kind
    votes = State()
    when = State()


class Changing(StatesGroup):
    text = State()  # a field of a meeting
    person = State()  # its host or recorder


class Seating(StatesGroup):
    person = State()
    title = State()


async def command(message: Message, app: App) -> None:
    assert message.from_user
    who = message.from_user.id
    if await meetings.keeps_any(app, who):
        await replies.say(message, views.kept(await meetings.kept(app, who)))
    else:
        await replies.say(message, leave_views.ahead(await leave.ahead(app, who), keeps=False))


async def opened(query: CallbackQuery, app: App) -> None:
    who = query.from_user.id
    if await meetings.keeps_any(app, who):
        await replies.add(query, views.kept(await meetings.kept(app, who)))
    else:
        await replies.add(query, leave_views.ahead(await leave.ahead(app, who), keeps=False))


async def listing(query: CallbackQuery, callback_data: doors.List, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await meetings.kept(app, query.from_user.id, past=callback_data.past, page=callback_data.page)
    await replies.show(query, views.kept(found))


# A new one.


async def new(query: CallbackQuery, callback_data: views.New, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await meetings.places(app, query.from_user.id, page=callback_data.page)
    if found.leaf.total == 1:
        await _what(query, found.units[0][0], app, series=callback_data.series)
        return
    await replies.show(query, views.where(found, series=callback_data.series))


async def what(query: CallbackQuery, callback_data: views.What, app: App) -> None:
    await _what(query, callback_data.unit, app, series=callback_data.series)


async def _what(query: CallbackQuery, unit_id: int, app: App, *, series: bool) -> None:
    found = await meetings.kinds(app, query.from_user.id, unit_id=unit_id)
    await replies.show(query, views.what(found, series=series))


async def own(query: CallbackQuery, callback_data: views.When, state: FSMContext, app: App) -> None:
    await meetings.kinds(app, query.from_user.id, unit_id=callback_data.unit)
    await state.set_state(Planning.name)
    await state.set_data({"unit": callback_data.unit})
    await replies.show(query, views.ask_own_name())


async def own_name(message: Message, state: FSMContext) -> None:
    assert message.text
    name = checked(message.text, most=LONGEST_OWN)
    unit = int((await state.get_data())["unit"])
    await state.set_state(Planning.votes)
    await state.update_data(name=name)
    await replies.say(message, views.ask_own_votes(unit, name))


async def own_votes(query: CallbackQuery, callback_data: views.Votes, state: FSMContext, app: App) -> None:
    name = (await state.get_data()).get("name")
    if name is None:
        raise NoSuchKind()
    own = {"name": name, "votes": callback_data.votes}
    await _when(query, callback_data.unit, OWN, state, app, own=own, series=False)


async def when(query: CallbackQuery, callback_data: views.When, state: FSMContext, app: App) -> None:
    await _when(
        query, callback_data.unit, callback_data.kind, state, app, own=None, series=callback_data.series
    )


async def _when(
    query: CallbackQuery,
    unit: int,
    kind: str,
    state: FSMContext,
    app: App,
    *,
    own: dict[str, object] | None,
    series: bool,
) -> None:
    offer = await meetings.offer(app, query.from_user.id, unit_id=unit, kind=kind, own=own)
    await state.set_state(Planning.when)
    await state.set_data({"unit": unit, "kind": kind, "own": own, "series": series})
    await replies.show(query, views.when(offer, series=series))


async def typed_when(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    who, plan = message.from_user.id, await state.get_data()
    unit, kind = int(plan["unit"]), str(plan["kind"])
    at = await meetings.read_when(app, who, unit_id=unit, kind=kind, text=message.text)
    if plan["series"]:
        found = await meetings.series(app, who, unit_id=unit, kind=kind, starts_at=at, by=Repeat.WEEKDAY)
        await replies.say(message, views.days(found, at))
        return
    offer = await meetings.offer(app, who, unit_id=unit, kind=kind, own=plan["own"])
    await replies.say(message, views.sure(offer, at))


async def plan(query: CallbackQuery, callback_data: views.At, state: FSMContext, app: App) -> None:
    data = await state.get_data()
    own = data.get("own") if callback_data.kind == OWN else None
    found = await meetings.plan(
        app,
        query.from_user.id,
        unit_id=callback_data.unit,
        kind=callback_data.kind,
        starts_at=views.moment_of(callback_data.at),
        source=_source(query),
        own=own,
    )
    await state.clear()
    await replies.show(query, views.card(found, note="meet.planned"))


async def year(query: CallbackQuery, callback_data: views.Year, state: FSMContext, app: App) -> None:
    at = views.moment_of(callback_data.at)
    where = {"unit_id": callback_data.unit}
    if not callback_data.sure:
        found = await meetings.series(
            app, query.from_user.id, **where, kind=callback_data.kind, starts_at=at, by=callback_data.by
        )
        await replies.show(query, views.days(found, at))
        return
    planned = await meetings.plan_series(
        app,
        query.from_user.id,
        **where,
        kind=callback_data.kind,
        starts_at=at,
        by=callback_data.by,
        source=_source(query),
    )
    await state.clear()
    await replies.show(query, views.planned_series(planned))


# One that is planned.


async def invite(query: CallbackQuery, callback_data: views.Invite, app: App) -> None:
    who = query.from_user.id
    result = await invitations.invite(app, who, meeting_id=callback_data.meeting)
    found = await meetings.look(app, who, meeting_id=callback_data.meeting)
    await replies.show(query, views.card(found), toast=views.invited(result))


async def calendar(query: CallbackQuery, callback_data: doors.Ics, app: App) -> None:
    assert query.bot
    who = query.from_user.id
    found = await meetings.calendar(
        app, who, meeting_id=callback_data.meeting, whole_series=callback_data.series
    )
    links = {}
    for brief in found:
        try:
            _, payload = await checkin.own_link(app, who, meeting_id=brief.id)
        except Refusal:
            continue  # who only keeps the meeting has no link of their own
        links[brief.id] = await create_start_link(query.bot, payload)
    file = BufferedInputFile(calendars.ics(found, links=links), calendars.name(found))
    await query.bot.send_document(query.from_user.id, file, caption=texts.html("meet.ics_caption"))
    await query.answer()


async def edit(query: CallbackQuery, callback_data: doors.Edit, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await meetings.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await boards.turn(query, app, callback_data.meeting, views.edit(found))


async def field(query: CallbackQuery, callback_data: views.Field, state: FSMContext, app: App) -> None:
    found = await meetings.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    if callback_data.field == "end":
        await replies.show(query, views.ask_end(found))
        return
    person = callback_data.field in ("host", "recorder")
    await state.set_state(Changing.person if person else Changing.text)
    await state.set_data({"meeting": callback_data.meeting, "field": callback_data.field})
    await replies.show(query, views.ask_field(found, callback_data.field))


async def typed(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    who, text, data = message.from_user.id, message.text, await state.get_data()
    meeting = int(data["meeting"])
    match data["field"]:
        case "title":
            found = await meetings.rename(app, who, meeting_id=meeting, title=text)
        case "agenda":
            found = await meetings.set_agenda(app, who, meeting_id=meeting, agenda=text)
        case "place":
            found = await meetings.set_place(app, who, meeting_id=meeting, place=text)
        case _:
            found = await meetings.move(app, who, meeting_id=meeting, text=text)
    await state.clear()
    note = "meet.moved" if data["field"] == "when" else "meet.changed"
    await replies.say(message, views.card(found, note=note))


async def person(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    data = await state.get_data()
    found = await meetings.whom(
        app, message.from_user.id, meeting_id=int(data["meeting"]), query=message.text
    )
    await replies.say(message, _found(found, message.text))


async def appoint(query: CallbackQuery, callback_data: views.Pick, state: FSMContext, app: App) -> None:
    data = await state.get_data()
    set_ = meetings.set_host if data["field"] == "host" else meetings.set_recorder
    found = await set_(
        app, query.from_user.id, meeting_id=int(data["meeting"]), member_id=callback_data.member
    )
    await state.clear()
    await replies.show(query, views.card(found, note="meet.changed"))


async def end(query: CallbackQuery, callback_data: views.End, app: App) -> None:
    found = await meetings.set_end(
        app, query.from_user.id, meeting_id=callback_data.meeting, minutes=callback_data.minutes
    )
    await replies.show(query, views.edit(found))


async def cancel(query: CallbackQuery, callback_data: views.Cancel, app: App) -> None:
    who, meeting = query.from_user.id, callback_data.meeting
    if callback_data.sure:
        await replies.show(query, views.card(await meetings.cancel(app, who, meeting_id=meeting)))
    else:
        found = await meetings.look(app, who, meeting_id=meeting)
        ahead = await meetings.series_ahead(app, who, meeting_id=meeting)
        await replies.show(query, views.ask_cancel(found, ahead))


async def cancel_series(query: CallbackQuery, callback_data: views.CancelSeries, app: App) -> None:
    who, meeting = query.from_user.id, callback_data.meeting
    if callback_data.sure:
        await replies.show(
            query, views.cancelled_series(await meetings.cancel_series(app, who, meeting_id=meeting))
        )
    else:
        ahead = await meetings.series_ahead(app, who, meeting_id=meeting)
        await replies.show(query, views.ask_cancel_series(meeting, ahead))


# The committee.


async def committee(query: CallbackQuery, callback_data: views.Seats, state: FSMContext, app: App) -> None:
    await state.clear()
    who, unit = query.from_user.id, callback_data.unit
    if not unit:
        found = await meetings.places(app, who, page=callback_data.page)
        if found.leaf.total > 1:
            await replies.show(query, views.whose_committee(found))
            return
        unit = found.units[0][0]
    await replies.show(query, views.committee(await seats.committee(app, who, unit_id=unit)))


async def seat(query: CallbackQuery, callback_data: views.Seat, state: FSMContext, app: App) -> None:
    found = await seats.committee(app, query.from_user.id, unit_id=callback_data.unit)
    await state.set_state(Seating.person)
    await state.set_data({"unit": callback_data.unit})
    await replies.show(query, people.ask("meet.ask_seat", stop=views.stop(), unit=found.unit))


async def seat_person(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    unit = int((await state.get_data())["unit"])
    found = await seats.whom(app, message.from_user.id, unit_id=unit, query=message.text)
    await replies.say(message, _found(found, message.text))


async def seat_picked(query: CallbackQuery, callback_data: views.Pick, state: FSMContext) -> None:
    await state.set_state(Seating.title)
    await state.update_data(member=callback_data.member)
    await replies.show(query, views.ask_title())


async def seat_titled(query: CallbackQuery, callback_data: views.Title, state: FSMContext, app: App) -> None:
    # The title stays as the branch says it, whatever language the secretary reads.
    await _sit(query, texts.text(f"meet.title.{callback_data.title}"), state, app)


async def seat_typed(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    data = await state.get_data()
    found = await seats.seat(
        app,
        message.from_user.id,
        unit_id=int(data["unit"]),
        member_id=int(data["member"]),
        title=message.text,
    )
    await state.clear()
    await replies.say(message, views.committee(found))


async def _sit(query: CallbackQuery, title: str, state: FSMContext, app: App) -> None:
    data = await state.get_data()
    found = await seats.seat(
        app, query.from_user.id, unit_id=int(data["unit"]), member_id=int(data["member"]), title=title
    )
    await state.clear()
    await replies.show(query, views.committee(found))


async def unseat(query: CallbackQuery, callback_data: views.Unseat, app: App) -> None:
    found = await seats.unseat(
        app, query.from_user.id, unit_id=callback_data.unit, seat_id=callback_data.seat
    )
    await replies.show(query, views.committee(found))


async def stop(query: CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    await replies.show(query, views.stopped())


async def only_text(message: Message) -> None:
    await message.answer(texts.html("meet.only_text"))


def _found(found: list[tuple[int, str, str]], query: str) -> Page:
    return people.found(found, lambda id_: views.Pick(member=id_), query=query, stop=views.stop())


def _source(query: CallbackQuery) -> str:
    """What a button plans, it plans once, however often it is pressed."""
    assert query.message
    return f"{query.message.chat.id}:{query.message.message_id}:{query.data}"


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("attendance"))
    router.callback_query.register(opened, Go.filter(F.to == "attendance"))
    router.callback_query.register(listing, doors.List.filter())
    router.callback_query.register(new, views.New.filter())
    router.callback_query.register(what, views.What.filter())
    router.callback_query.register(own, views.When.filter(F.kind == OWN))
    router.callback_query.register(own_votes, views.Votes.filter())
    router.callback_query.register(when, views.When.filter())
    router.callback_query.register(plan, views.At.filter())
    router.callback_query.register(year, views.Year.filter())
    router.callback_query.register(invite, views.Invite.filter())
    router.callback_query.register(calendar, doors.Ics.filter())
    router.callback_query.register(edit, doors.Edit.filter())
    router.callback_query.register(field, views.Field.filter(F.field.in_(views.FIELDS)))
    router.callback_query.register(appoint, StateFilter(Changing.person), views.Pick.filter())
    router.callback_query.register(end, views.End.filter())
    router.callback_query.register(cancel, views.Cancel.filter())
    router.callback_query.register(cancel_series, views.CancelSeries.filter())
    router.callback_query.register(committee, views.Seats.filter())
    router.callback_query.register(seat, views.Seat.filter())
    router.callback_query.register(seat_picked, StateFilter(Seating.person), views.Pick.filter())
    router.callback_query.register(
        seat_titled, StateFilter(Seating.title), views.Title.filter(F.title.in_(views.TITLES))
    )
    router.callback_query.register(unseat, views.Unseat.filter())
    router.callback_query.register(stop, doors.Stop.filter())
    words = F.text & ~F.text.startswith("/")
    router.message.register(own_name, StateFilter(Planning.name), words)
    router.message.register(typed_when, StateFilter(Planning.when), words)
    router.message.register(typed, StateFilter(Changing.text), words)
    router.message.register(person, StateFilter(Changing.person), words)
    router.message.register(seat_person, StateFilter(Seating.person), words)
    router.message.register(seat_typed, StateFilter(Seating.title), words)
    router.message.register(only_text, StateFilter(Planning, Changing, Seating))
    return router
