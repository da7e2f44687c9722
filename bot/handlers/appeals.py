"""/appeals: a second look at marks, asked for by members and decided by secretaries without names."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import appeals, overlays
from actions.app import App
from bot import replies, texts
from bot.views import appeals as views
from bot.views.menu import Go
from study.appeals import AlreadyDecided, NoSuchAppeal, checked_word


class Appealing(StatesGroup):
    word = State()  # the member's reason
    note = State()  # the secretary's word along with the decision
    noted = State()  # … which waits for the decision


async def command(message: Message, app: App) -> None:
    assert message.from_user
    who = message.from_user.id
    if await appeals.may_decide(app, who):
        await replies.say(message, views.queue(await appeals.waiting(app, who)))
    else:
        await replies.say(message, views.mine(await appeals.mine(app, who)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.queue(await appeals.waiting(app, query.from_user.id)))


# For members.


async def ask(query: CallbackQuery, callback_data: views.Ask, app: App) -> None:
    asked = await appeals.ask(app, query.from_user.id, answer_id=callback_data.answer)
    await replies.add(query, views.asked(asked))


async def mine(query: CallbackQuery, callback_data: views.Own, app: App) -> None:
    who = query.from_user.id
    found = await appeals.mine(app, who, page=callback_data.page)
    await replies.show(query, views.mine(found, decides=await appeals.may_decide(app, who)))


async def explain(query: CallbackQuery, callback_data: views.Explain, state: FSMContext, app: App) -> None:
    await appeals.look_at_own(app, query.from_user.id, appeal_id=callback_data.appeal)
    await state.set_state(Appealing.word)
    await state.set_data({"appeal": callback_data.appeal})
    await replies.add(query, views.ask_word())


async def explained(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    appeal_id = int((await state.get_data())["appeal"])
    try:
        await appeals.explain(app, message.from_user.id, appeal_id=appeal_id, word=message.text)
    except (AlreadyDecided, NoSuchAppeal):
        await state.clear()
        raise
    await state.clear()
    await replies.say(message, views.explained())


async def stop(query: CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    await replies.show(query, views.stopped())


# For secretaries.


async def queue(query: CallbackQuery, callback_data: views.Queue, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await appeals.waiting(app, query.from_user.id, page=callback_data.page)
    await replies.show(query, views.queue(found))


async def look(query: CallbackQuery, callback_data: views.Open, state: FSMContext, app: App) -> None:
    await state.clear()
    case = await appeals.look(app, query.from_user.id, appeal_id=callback_data.appeal)
    await replies.show(query, views.look(case))


async def note(query: CallbackQuery, callback_data: views.Note, state: FSMContext, app: App) -> None:
    await appeals.look(app, query.from_user.id, appeal_id=callback_data.appeal)
    await state.set_state(Appealing.note)
    await state.set_data({"appeal": callback_data.appeal})
    await replies.add(query, views.ask_note())


async def noted(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    word = checked_word(message.text)
    case = await appeals.look(app, message.from_user.id, appeal_id=int((await state.get_data())["appeal"]))
    await state.set_state(Appealing.noted)
    await state.update_data(word=word)
    await replies.say(message, views.look(case, note=word))


async def decide(query: CallbackQuery, callback_data: views.Decide, state: FSMContext, app: App) -> None:
    noted = await state.get_data()
    word = noted.get("word") if noted.get("appeal") == callback_data.appeal else None
    result = await appeals.decide(
        app, query.from_user.id, appeal_id=callback_data.appeal, state=callback_data.state, word=word
    )
    await state.clear()
    await replies.show(query, views.decided(result))


async def adopt(query: CallbackQuery, callback_data: views.Adopt, app: App) -> None:
    result = await overlays.adopt(
        app, query.from_user.id, appeal_id=callback_data.appeal, offer=callback_data.offer
    )
    await replies.add(query, views.adopted(result))


async def accepted(query: CallbackQuery, callback_data: views.Accepted, app: App) -> None:
    found = await overlays.listing(app, query.from_user.id, page=callback_data.page)
    await replies.show(query, views.wordings(found))


async def revoke(query: CallbackQuery, callback_data: views.Revoke, app: App) -> None:
    who = query.from_user.id
    await overlays.revoke(app, who, overlay_id=callback_data.overlay)
    await replies.show(
        query, views.wordings(await overlays.listing(app, who)), toast=texts.plain("appeals.revoked")
    )


async def export(query: CallbackQuery, app: App) -> None:
    result = await overlays.export(app, query.from_user.id)
    file = BufferedInputFile(views.file(result), texts.plain("appeals.file"))
    if query.message and query.bot:
        caption = texts.html("appeals.exported", count=views.items_in(result))
        await query.bot.send_document(query.message.chat.id, file, caption=caption)
    await query.answer()


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("appeals"))
    router.callback_query.register(opened, Go.filter(F.to == "appeals"))
    router.callback_query.register(ask, views.Ask.filter())
    router.callback_query.register(mine, views.Own.filter())
    router.callback_query.register(explain, views.Explain.filter())
    router.callback_query.register(stop, views.Stop.filter())
    router.callback_query.register(queue, views.Queue.filter())
    router.callback_query.register(look, views.Open.filter())
    router.callback_query.register(note, views.Note.filter())
    router.callback_query.register(decide, views.Decide.filter())
    router.callback_query.register(adopt, views.Adopt.filter())
    router.callback_query.register(accepted, views.Accepted.filter())
    router.callback_query.register(revoke, views.Revoke.filter())
    router.callback_query.register(export, views.Fold.filter())
    words = F.text & ~F.text.startswith("/")
    router.message.register(explained, StateFilter(Appealing.word), words)
    router.message.register(noted, StateFilter(Appealing.note), words)
    return router
