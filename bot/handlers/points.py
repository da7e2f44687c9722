"""/points: one's own ledger; secretaries give and reverse points with a reason."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import points
from actions.app import App
from bot import replies
from bot.views import points as views
from study.points import MAX_GRANT, MAX_REASON, BadGrant


class Giving(StatesGroup):
    name = State()
    amount = State()
    reason = State()
    undo_reason = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    assert message.from_user
    await state.clear()
    who = message.from_user.id
    if command.args and await points.may_give(app, who):
        await replies.say(message, views.found(list(await points.find(app, who, name=command.args))))
        return
    await replies.say(message, views.ledger(await points.mine(app, who)))


async def mine(query: CallbackQuery, callback_data: views.Mine, app: App) -> None:
    page = views.ledger(await points.mine(app, query.from_user.id, page=callback_data.page))
    if isinstance(query.message, Message) and query.message.photo:
        await replies.add(query, page)
    else:
        await replies.show(query, page)


async def theirs(query: CallbackQuery, callback_data: views.Theirs, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await points.of_member(
        app, query.from_user.id, member_id=callback_data.member, page=callback_data.page
    )
    await replies.show(query, views.ledger(found))


async def search(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await points.ensure_may_give(app, query.from_user.id)
    await state.set_state(Giving.name)
    await replies.add(query, views.ask_name())


async def name(message: Message, app: App) -> None:
    assert message.from_user and message.text
    await replies.say(
        message, views.found(list(await points.find(app, message.from_user.id, name=message.text)))
    )


async def give(query: CallbackQuery, callback_data: views.Give, state: FSMContext, app: App) -> None:
    member = await points.of_member(app, query.from_user.id, member_id=callback_data.member)
    await state.set_state(Giving.amount)
    await state.set_data({"member": callback_data.member})
    await replies.add(query, views.ask_amount(member))


async def tapped_amount(
    query: CallbackQuery, callback_data: views.Amount, state: FSMContext, app: App
) -> None:
    # Whom the message with the button asks about: the dialogue may have gone on to somebody else.
    member = await points.of_member(app, query.from_user.id, member_id=callback_data.member)
    await state.set_data({"member": callback_data.member, "amount": callback_data.amount})
    await state.set_state(Giving.reason)
    await replies.show(query, views.ask_reason(member, callback_data.amount))


async def typed_amount(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    digits = message.text.strip().removeprefix("+").removesuffix("分")
    if not digits.isdecimal() or not 1 <= int(digits) <= MAX_GRANT:
        raise BadGrant(most=MAX_GRANT, longest=MAX_REASON)
    data = await state.update_data(amount=int(digits))
    member = await points.of_member(app, message.from_user.id, member_id=data["member"])
    await state.set_state(Giving.reason)
    await replies.say(message, views.ask_reason(member, int(digits)))


async def reason(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    data = await state.get_data()
    result = await points.grant(
        app,
        message.from_user.id,
        member_id=data["member"],
        amount=data["amount"],
        reason=message.text,
        source=f"{message.chat.id}:{message.message_id}",
    )
    await state.clear()
    await replies.say(message, views.given(result))


async def undo(query: CallbackQuery, callback_data: views.Undo, state: FSMContext) -> None:
    await state.set_state(Giving.undo_reason)
    await state.set_data({"entry": callback_data.entry})
    await replies.add(query, views.ask_undo_reason(callback_data.entry))


async def undo_reason(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    entry_id = (await state.get_data())["entry"]
    result = await points.reverse(app, message.from_user.id, entry_id=entry_id, reason=message.text)
    await state.clear()
    await replies.say(message, views.given(result))


async def stop(query: CallbackQuery, state: FSMContext) -> None:
    await state.clear()
    await replies.show(query, views.stopped())


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("points"))
    router.callback_query.register(mine, views.Mine.filter())
    router.callback_query.register(theirs, views.Theirs.filter())
    router.callback_query.register(search, views.Search.filter())
    router.callback_query.register(give, views.Give.filter())
    router.callback_query.register(tapped_amount, views.Amount.filter(), StateFilter(Giving.amount))
    router.callback_query.register(undo, views.Undo.filter())
    router.callback_query.register(stop, views.Stop.filter())
    words = F.text & ~F.text.startswith("/")
    router.message.register(name, StateFilter(Giving.name), words)
    router.message.register(typed_amount, StateFilter(Giving.amount), words)
    router.message.register(reason, StateFilter(Giving.reason), words)
    router.message.register(undo_reason, StateFilter(Giving.undo_reason), words)
    return router
