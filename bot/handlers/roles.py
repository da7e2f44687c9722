"""/roles: who holds what, granting and withdrawing; each step changes the same message."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import roles
from actions.app import App
from bot import commands, replies, texts
from bot.views import roles as views
from bot.views.menu import Go


class Granting(StatesGroup):
    name = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    assert message.from_user
    if command.args:
        await _found(message, command.args, state, app)
        return
    await replies.say(message, views.holders(await roles.holders(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.holders(await roles.holders(app, query.from_user.id)))


async def holders(query: CallbackQuery, callback_data: views.Open, state: FSMContext, app: App) -> None:
    result = await roles.holders(app, query.from_user.id, page=callback_data.page)
    await state.clear()
    await replies.show(query, views.holders(result))


async def choose(query: CallbackQuery, callback_data: views.Choose, app: App) -> None:
    holding = await roles.held(app, query.from_user.id, role_id=callback_data.role)
    await replies.show(query, views.ask_withdraw(holding))


async def withdraw(query: CallbackQuery, callback_data: views.Withdraw, app: App) -> None:
    moved = await roles.withdraw(app, query.from_user.id, role_id=callback_data.role)
    await replies.show(query, views.withdrawn(moved))
    if query.bot and moved.account is not None:
        await commands.publish(query.bot, app, moved.account)


async def search(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await roles.holders(app, query.from_user.id)
    await state.set_state(Granting.name)
    await replies.add(query, views.ask_name())


async def name(message: Message, state: FSMContext, app: App) -> None:
    assert message.text
    await _found(message, message.text, state, app)


async def found(query: CallbackQuery, callback_data: views.Found_, state: FSMContext, app: App) -> None:
    wanted = str((await state.get_data()).get("query", ""))
    result = await roles.search(app, query.from_user.id, query=wanted, page=callback_data.page)
    await replies.show(query, views.found(result))


async def which(query: CallbackQuery, callback_data: views.Which, app: App) -> None:
    offer = await roles.offer(app, query.from_user.id, member_id=callback_data.member)
    await replies.show(query, views.which(offer))


async def where(query: CallbackQuery, callback_data: views.Where, app: App) -> None:
    offer = await roles.offer(
        app, query.from_user.id, member_id=callback_data.member, page=callback_data.page
    )
    await replies.show(query, views.where(offer, callback_data.role))


async def grant(query: CallbackQuery, callback_data: views.Grant, state: FSMContext, app: App) -> None:
    moved = await roles.grant(
        app,
        query.from_user.id,
        member_id=callback_data.member,
        role=views.ROLES[callback_data.role],
        unit_id=callback_data.unit,
    )
    await state.clear()
    await replies.show(query, views.granted(moved))
    if query.bot and moved.account is not None:
        await commands.publish(query.bot, app, moved.account)


async def hint(message: Message) -> None:
    await message.answer(texts.html("roles.only_text"))


async def _found(message: Message, wanted: str, state: FSMContext, app: App) -> None:
    assert message.from_user
    result = await roles.search(app, message.from_user.id, query=wanted)
    await state.set_state(Granting.name)
    await state.set_data({"query": wanted})
    await replies.say(message, views.found(result))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("roles"))
    router.message.register(name, StateFilter(Granting.name), F.text)
    router.message.register(hint, StateFilter(Granting.name))
    router.callback_query.register(opened, Go.filter(F.to == "roles"))
    router.callback_query.register(holders, views.Open.filter())
    router.callback_query.register(choose, views.Choose.filter())
    router.callback_query.register(withdraw, views.Withdraw.filter())
    router.callback_query.register(search, views.Search.filter())
    router.callback_query.register(found, views.Found_.filter())
    router.callback_query.register(which, views.Which.filter())
    router.callback_query.register(where, views.Where.filter(F.role.in_(views.ROLES)))
    router.callback_query.register(grant, views.Grant.filter(F.role.in_(views.ROLES)))
    return router
