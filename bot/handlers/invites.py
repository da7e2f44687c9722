"""/invite: links for people who have not joined, one by one or printed for a branch."""

import asyncio

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from aiogram.utils.deep_linking import create_start_link

from actions import invites
from actions.app import App
from bot import replies, texts
from bot.views import invites as views
from bot.views import slips
from bot.views.menu import Go


class Looking(StatesGroup):
    name = State()


async def command(message: Message, command: CommandObject, state: FSMContext, app: App) -> None:
    assert message.from_user
    if command.args:
        await _found(message, command.args, state, app)
        return
    await replies.say(message, views.units(await invites.units_waiting(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.units(await invites.units_waiting(app, query.from_user.id)))


async def branches(query: CallbackQuery, callback_data: views.Branches, state: FSMContext, app: App) -> None:
    result = await invites.units_waiting(app, query.from_user.id, page=callback_data.page)
    await state.clear()
    await replies.show(query, views.units(result))


async def people(query: CallbackQuery, callback_data: views.People, app: App) -> None:
    result = await invites.candidates(
        app, query.from_user.id, unit_id=callback_data.unit, page=callback_data.page
    )
    await replies.show(query, views.waiting(result))


async def find(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await invites.units_waiting(app, query.from_user.id)
    await state.set_state(Looking.name)
    await replies.add(query, views.ask_name())


async def name(message: Message, state: FSMContext, app: App) -> None:
    assert message.text
    await _found(message, message.text, state, app)


async def found(query: CallbackQuery, callback_data: views.Found, state: FSMContext, app: App) -> None:
    wanted = str((await state.get_data()).get("query", ""))
    result = await invites.candidates(app, query.from_user.id, query=wanted, page=callback_data.page)
    await replies.show(query, views.found(result))


async def make(query: CallbackQuery, callback_data: views.Make, app: App) -> None:
    assert query.bot
    invitation = await invites.make(app, query.from_user.id, member_id=callback_data.member)
    url = await create_start_link(query.bot, invitation.token)
    page = views.made(invitation, url)
    picture = BufferedInputFile(views.qr(url), texts.plain("invite.file", name=invitation.name))
    await query.bot.send_photo(query.from_user.id, picture, caption=page.text, reply_markup=page.keyboard)
    await query.answer(texts.plain("invite.toast"))


async def revoke(query: CallbackQuery, callback_data: views.Revoke, app: App) -> None:
    revoked = await invites.revoke(app, query.from_user.id, member_id=callback_data.member)
    if isinstance(query.message, Message):
        await query.message.delete()
    await query.answer(texts.plain("invite.revoked", name=revoked), show_alert=True)


async def ask_print(query: CallbackQuery, callback_data: views.Print, app: App) -> None:
    result = await invites.candidates(app, query.from_user.id, unit_id=callback_data.unit)
    await replies.show(query, views.ask_print(result))


async def print_(query: CallbackQuery, callback_data: views.Print, app: App) -> None:
    assert query.bot
    made = await invites.make_for_unit(app, query.from_user.id, unit_id=callback_data.unit)
    await query.answer(texts.plain("invite.printing"))
    ready = [slips.Slip(one, await create_start_link(query.bot, one.token)) for one in made.invitations]
    # Drawing a branch takes up to a second: others should not wait for it.
    data = await asyncio.to_thread(slips.pdf, ready, font=app.font)
    file = BufferedInputFile(data, texts.plain("invite.print_file", unit=made.unit))
    await query.bot.send_document(query.from_user.id, file, caption=views.printed(made))


async def hint(message: Message) -> None:
    await message.answer(texts.html("invite.only_text"))


async def _found(message: Message, wanted: str, state: FSMContext, app: App) -> None:
    assert message.from_user
    result = await invites.candidates(app, message.from_user.id, query=wanted)
    await state.set_state(Looking.name)
    await state.set_data({"query": wanted})
    await replies.say(message, views.found(result))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("invite"))
    router.message.register(name, StateFilter(Looking.name), F.text)
    router.message.register(hint, StateFilter(Looking.name))
    router.callback_query.register(opened, Go.filter(F.to == "invite"))
    router.callback_query.register(branches, views.Branches.filter())
    router.callback_query.register(people, views.People.filter())
    router.callback_query.register(find, views.Find.filter())
    router.callback_query.register(found, views.Found.filter())
    router.callback_query.register(make, views.Make.filter())
    router.callback_query.register(revoke, views.Revoke.filter())
    router.callback_query.register(ask_print, views.Print.filter(~F.sure))
    router.callback_query.register(print_, views.Print.filter(F.sure))
    return router
