"""/broadcast: writing a notice, choosing whom it is for, and sending it. A draft is kept from the first word on; what waits
for its time is changed by the same buttons."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import audiences, live, notices, reports, sending
from actions.app import App
from actions.audiences import Part
from actions.notices import Look
from bot import previews, replies, texts
from bot.views import notices as views
from bot.views.menu import Go
from bot.views.notices import Deed, Do
from study.calendar import day_of, minute_of, moment
from study.notices import EDITABLE, MOST_IN_ALBUM, MOST_TEXT, units16
from study.notices import State as Standing
from study.whens import When, parse, parse_monthly

USUAL_HOUR = 8 * 60
LONG = 3_500  # apps cut a text before it is quite as long as a message may be, where a word or line ends
CUT_SECONDS = 3  # between the parts


class Composing(StatesGroup):
    content = State()  # of a new notice, or in place of what a draft says
    album = State()  # the rest of an album, which comes in several messages
    long = State()  # the rest of a text that was too long for one message
    blank = State()  # of a template
    reason = State()  # why it is urgent
    name = State()  # of somebody to send to
    when = State()
    monthly = State()


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.home(await notices.listing(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.home(await notices.listing(app, query.from_user.id)))


async def home(query: CallbackQuery, callback_data: views.Home, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await notices.listing(app, query.from_user.id, page=callback_data.page)
    await replies.show(query, views.home(found))


# --- what it says


async def new(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await notices.listing(app, query.from_user.id)
    await state.set_state(Composing.content)
    await state.set_data({})
    await replies.add(query, views.ask_content())


async def templates(query: CallbackQuery, app: App) -> None:
    await notices.listing(app, query.from_user.id)
    await replies.show(query, views.templates(app.templates))


async def begin(query: CallbackQuery, callback_data: views.Begin, state: FSMContext, app: App) -> None:
    look = await notices.from_template(app, query.from_user.id, key=callback_data.key)
    await _ask_blank(query, look, state, app)


async def blank(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    look = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await _ask_blank(query, look, state, app)


async def _ask_blank(query: CallbackQuery, look: Look, state: FSMContext, app: App) -> None:
    if look.blank is None:
        await state.clear()
        await replies.show(query, views.panel(look))
        return
    await state.set_state(Composing.blank)
    await state.set_data({"notice": look.id})
    await replies.show(query, views.ask_blank(look))


async def filled(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    look = await notices.fill_blank(
        app, message.from_user.id, notice_id=await _notice(state), said=message.text
    )
    if look.blank is not None:
        await replies.say(message, views.ask_blank(look))
        return
    await state.clear()
    if await previews.show(message, look):
        await replies.say(message, views.panel(look))


async def edit(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    look = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Composing.content)
    await state.set_data({"notice": look.id})
    await replies.add(query, views.ask_content_again(look))


async def content(message: Message, state: FSMContext, app: App) -> None:
    """Words, a picture or a file; of an album only the first part gets a panel, which the others change."""
    assert message.from_user
    data = await state.get_data()
    group = message.media_group_id
    look = await notices.write(
        app,
        message.from_user.id,
        body=message.html_text,
        piece=previews.piece(message),
        notice_id=data.get("notice"),
        source=f"{message.chat.id}:{group or message.message_id}",
    )
    if group is not None:
        await _album(message, look, state, app)
    elif not await previews.show(message, look):
        await state.set_state(Composing.content)
        await state.set_data({"notice": look.id})
    else:
        await state.clear()
        await replies.say(message, views.panel(look))
        if message.text and units16(message.text) > LONG:
            await state.set_state(Composing.long)
            await state.set_data(
                {"notice": look.id, "at": message.date.timestamp(), "end": message.text[-12:]}
            )


async def _album(message: Message, look: Look, state: FSMContext, app: App) -> None:
    """A part of an album came in: nobody tells which is the last one."""
    assert message.from_user and message.bot
    who, data = message.from_user.id, await state.get_data()
    panel, shown = data.get("panel"), 0
    if panel is None:
        if len(look.media) > 1:
            return  # another process has the first part in hand, and looks again once its panel is up
        panel = (await replies.say(message, views.panel(look))).message_id
        about = {"notice": look.id, "group": message.media_group_id, "panel": panel}
        await state.set_data({**data, **about})
        await state.set_state(Composing.album)
        shown, look = len(look.media), await notices.look(app, who, notice_id=look.id)
    if len(look.media) != shown:
        page = views.panel(look)
        with suppress(TelegramBadRequest):  # the same part came twice
            await message.bot.edit_message_text(
                page.text, chat_id=message.chat.id, message_id=panel, reply_markup=page.keyboard
            )
    await notices.preview_soon(app, who, notice_id=look.id, chat_id=message.chat.id, reply_to=panel)


async def more(message: Message, state: FSMContext, app: App) -> None:
    """After the first part of an album come the others, or another album, which takes the place of nothing."""
    data = await state.get_data()
    if message.media_group_id == data["group"]:
        if message.photo or message.document:
            await content(message, state, app)
        else:
            await unsupported(message, state)
    elif message.media_group_id != data.get("other"):
        await state.update_data(other=message.media_group_id)
        await message.answer(texts.html("notices.one_album", album=MOST_IN_ALBUM))


async def words_after(message: Message) -> None:
    """Words sent after an album are not its caption, though they look like it."""
    await message.answer(texts.html("notices.words_after"))


async def is_rest(message: Message, state: FSMContext) -> bool:
    """Whether it came at once after a text as long as a message can be: apps cut longer ones into several."""
    at: float = (await state.get_data())["at"]
    return 0 <= message.date.timestamp() - at <= CUT_SECONDS


async def rest(message: Message, state: FSMContext) -> None:
    """Only the first message is in the notice, which is said once; what is sent later takes its place."""
    data = await state.get_data()
    await state.update_data(at=message.date.timestamp(), told=True)
    if not data.get("told"):
        await message.answer(texts.html("notices.cut", place=data["end"], text=MOST_TEXT))


async def was_cut(_message: Message, state: FSMContext) -> bool:
    return bool((await state.get_data()).get("told"))


async def unsupported(message: Message, state: FSMContext) -> None:
    """Of an album, once for all its videos: words below one of them are left out with it."""
    group = message.media_group_id
    if group is None:
        await message.answer(texts.html("notices.unsupported"))
    elif (await state.get_data()).get("without") != group:
        await state.update_data(without=group)
        await message.answer(texts.html("notices.unsupported.album"))


# --- the draft


async def look(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    """A draft, or one that waits, as its panel; one that is out as its report."""
    await state.clear()
    who = query.from_user.id
    found = await notices.look(app, who, notice_id=callback_data.notice)
    if found.state in EDITABLE:
        await replies.show(query, views.panel(found))
        return
    await _report(query, found.id, app)


async def _report(query: CallbackQuery, notice_id: int, app: App) -> None:
    """The report in place of the message, which is kept true from now on."""
    if query.message:
        await live.watch(
            app, f"notice:{notice_id}", chat_id=query.message.chat.id, message_id=query.message.message_id
        )
    found = await reports.report(app, query.from_user.id, notice_id=notice_id)
    await replies.show(query, views.report(found))
    await live.refresh(app, f"notice:{notice_id}")


async def preview(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    if isinstance(query.message, Message) and await previews.show(query.message, found):
        await replies.say(query.message, views.panel(found))
    await query.answer()


async def sample(query: CallbackQuery) -> None:
    await query.answer(texts.plain("notices.sample"))


async def receipt(query: CallbackQuery, callback_data: Do, app: App) -> None:
    who, notice_id = query.from_user.id, callback_data.notice
    found = await notices.look(app, who, notice_id=notice_id)
    found = await notices.set_receipt(app, who, notice_id=notice_id, on=not found.receipt)
    await replies.show(query, views.panel(found))


async def urgent(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Composing.reason)
    await state.set_data({"notice": found.id})
    await replies.show(query, views.ask_reason(found))


async def reason(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    found = await notices.set_urgent(
        app, message.from_user.id, notice_id=await _notice(state), reason=message.text
    )
    await state.clear()
    await replies.say(message, views.panel(found))


async def calm(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await notices.set_urgent(app, query.from_user.id, notice_id=callback_data.notice, reason=None)
    await replies.show(query, views.panel(found))


async def ask_discard(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await replies.show(query, views.ask_discard(found))


async def discard(query: CallbackQuery, callback_data: Do, app: App) -> None:
    who = query.from_user.id
    await notices.discard(app, who, notice_id=callback_data.notice)
    page = views.home(await notices.listing(app, who))
    await replies.show(query, page, toast=texts.plain("notices.discarded"))


async def left_out(query: CallbackQuery, callback_data: views.Out, app: App) -> None:
    who, notice_id, fate = query.from_user.id, callback_data.notice, callback_data.fate
    names, leaf = await notices.left_out(app, who, notice_id=notice_id, fate=fate, page=callback_data.page)
    found = await notices.look(app, who, notice_id=notice_id)
    await replies.show(query, views.left_out(found, fate, names, leaf))


# --- whom it is for


async def whom(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await replies.show(query, views.parts(found))


async def everybody(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await audiences.reset(app, query.from_user.id, notice_id=callback_data.notice)
    await replies.show(query, views.parts(found))


async def choose(query: CallbackQuery, callback_data: views.Choose, state: FSMContext, app: App) -> None:
    found = await audiences.options(
        app,
        query.from_user.id,
        notice_id=callback_data.notice,
        part=callback_data.part,
        page=callback_data.page,
        query=await _query(state),
    )
    await replies.show(query, views.options(found))


async def pick(query: CallbackQuery, callback_data: views.Pick, state: FSMContext, app: App) -> None:
    who, notice_id, part = query.from_user.id, callback_data.notice, callback_data.part
    found = await audiences.choose(app, who, notice_id=notice_id, part=part, value=callback_data.value)
    if part in (Part.UNANSWERED, Part.UNCONFIRMED, Part.ABSENT):
        await replies.show(query, views.parts(found))
        return
    again = await audiences.options(
        app, who, notice_id=notice_id, part=part, page=callback_data.page, query=await _query(state)
    )
    await replies.show(query, views.options(again))


async def find(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Composing.name)
    await state.set_data({"notice": found.id})
    await replies.show(query, views.ask_name(found))


async def named(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    notice_id = await _notice(state)
    found = await audiences.options(
        app, message.from_user.id, notice_id=notice_id, part=Part.MEMBER, query=message.text
    )
    await state.set_data({"notice": notice_id, "query": message.text})
    await replies.say(message, views.options(found))


# --- when


async def ask_when(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Composing.when)
    await state.set_data({"notice": found.id})
    today, minute = day_of(app.clock(), found.zone), minute_of(app.clock(), found.zone)
    await replies.show(query, views.ask_when(found, today=today, minute=minute))


async def at(query: CallbackQuery, callback_data: views.At, state: FSMContext, app: App) -> None:
    who, notice_id = query.from_user.id, callback_data.notice
    zone = (await notices.look(app, who, notice_id=notice_id)).zone
    when = moment(callback_data.on, callback_data.minute, zone)
    found = await sending.schedule(app, who, notice_id=notice_id, at=when)
    await state.clear()
    await replies.show(query, views.panel(found))


async def typed_when(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    who, notice_id = message.from_user.id, await _notice(state)
    zone = (await notices.look(app, who, notice_id=notice_id)).zone
    now = When(day_of(app.clock(), zone), minute_of(app.clock(), zone))
    when = parse(message.text, now=now, usual=USUAL_HOUR)
    found = await sending.schedule(app, who, notice_id=notice_id, at=moment(when.day, when.minute, zone))
    await state.clear()
    await replies.say(message, views.panel(found))


async def ask_day(query: CallbackQuery, callback_data: Do, state: FSMContext, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    await state.set_state(Composing.monthly)
    await state.set_data({"notice": found.id})
    await replies.show(query, views.ask_day(found))


async def monthly(query: CallbackQuery, callback_data: views.Monthly, state: FSMContext, app: App) -> None:
    who, notice_id = query.from_user.id, callback_data.notice
    if callback_data.minute is None:
        found = await notices.look(app, who, notice_id=notice_id)
        await replies.show(query, views.ask_hour(found, callback_data.day))
        return
    found = await sending.repeat(
        app, who, notice_id=notice_id, day=callback_data.day, minute=callback_data.minute
    )
    await state.clear()
    await replies.show(query, views.panel(found))


async def typed_monthly(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    day, minute = parse_monthly(message.text, usual=USUAL_HOUR)
    found = await sending.repeat(
        app, message.from_user.id, notice_id=await _notice(state), day=day, minute=minute
    )
    await state.clear()
    await replies.say(message, views.panel(found))


async def unschedule(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await sending.unschedule(app, query.from_user.id, notice_id=callback_data.notice)
    await replies.show(query, views.panel(found))


# --- sending


async def ask_send(query: CallbackQuery, callback_data: Do, app: App) -> None:
    found = await notices.look(app, query.from_user.id, notice_id=callback_data.notice)
    if found.state is Standing.DRAFT:
        await replies.show(query, views.ask_send(found))
    else:
        await _report(query, found.id, app)


async def send(query: CallbackQuery, callback_data: Do, app: App) -> None:
    await notices.announce(app, query.from_user.id, notice_id=callback_data.notice)
    await _report(query, callback_data.notice, app)


async def _notice(state: FSMContext) -> int:
    return int((await state.get_data())["notice"])


async def _query(state: FSMContext) -> str:
    return str((await state.get_data()).get("query", ""))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("broadcast"))
    router.callback_query.register(opened, Go.filter(F.to == "broadcast"))
    router.callback_query.register(home, views.Home.filter())
    router.callback_query.register(new, views.New.filter())
    router.callback_query.register(templates, views.Templates.filter())
    router.callback_query.register(begin, views.Begin.filter())
    router.callback_query.register(choose, views.Choose.filter())
    router.callback_query.register(pick, views.Pick.filter())
    router.callback_query.register(left_out, views.Out.filter())
    router.callback_query.register(at, views.At.filter())
    router.callback_query.register(monthly, views.Monthly.filter())
    for deed, handler in DEEDS.items():
        router.callback_query.register(handler, Do.filter(F.deed == deed))
    words = F.text & ~F.text.startswith("/")
    router.message.register(content, StateFilter(Composing.content), words | F.photo | F.document)
    router.message.register(unsupported, StateFilter(Composing.content))
    router.message.register(more, StateFilter(Composing.album), F.media_group_id)
    router.message.register(words_after, StateFilter(Composing.album), words)
    router.message.register(rest, StateFilter(Composing.long), F.text, is_rest)
    router.message.register(content, StateFilter(Composing.long), words | F.photo | F.document, was_cut)
    router.message.register(filled, StateFilter(Composing.blank), words)
    router.message.register(reason, StateFilter(Composing.reason), words)
    router.message.register(named, StateFilter(Composing.name), words)
    router.message.register(typed_when, StateFilter(Composing.when), words)
    router.message.register(typed_monthly, StateFilter(Composing.monthly), words)
    return router


DEEDS: dict[Deed, Callable[..., Awaitable[None]]] = {
    Deed.OPEN: look,
    Deed.PREVIEW: preview,
    Deed.SAMPLE: sample,
    Deed.EDIT: edit,
    Deed.BLANK: blank,
    Deed.RECEIPT: receipt,
    Deed.URGENT: urgent,
    Deed.CALM: calm,
    Deed.DISCARD: ask_discard,
    Deed.DISCARD_NOW: discard,
    Deed.WHOM: whom,
    Deed.RESET: everybody,
    Deed.FIND: find,
    Deed.AT: ask_when,
    Deed.MONTHLY: ask_day,
    Deed.UNSCHEDULE: unschedule,
    Deed.SEND: ask_send,
    Deed.CONFIRM: send,
}
