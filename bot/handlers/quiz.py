"""The day's quiz, /quiz for practice, /review for mistakes; plain text is an answer."""

from datetime import date

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.types import CallbackQuery, Message

from actions import quizzes, reviews
from actions.answering import Graded
from actions.app import App
from actions.questions import Finished, Shown
from bot import album, replies, texts
from bot.interruptions import AlwaysInterrupts
from bot.views import Page
from bot.views import quiz as views
from bot.views.today import DayQuiz
from study.quiz import NoSuchTopic


async def practice(message: Message, command: CommandObject, app: App) -> None:
    assert message.from_user
    who = message.from_user.id
    if command.args:
        result = await quizzes.start_practice(app, who, topic=command.args.strip())
        await album.show_with(message, app, result)
        await replies.say(message, _page(result))
        return
    await replies.say(message, views.topics(await quizzes.topics(app, who), await reviews.backlog(app, who)))


async def topics(query: CallbackQuery, app: App) -> None:
    who = query.from_user.id
    await replies.add(query, views.topics(await quizzes.topics(app, who), await reviews.backlog(app, who)))


async def practise(query: CallbackQuery, callback_data: views.Practise, app: App) -> None:
    who, key = query.from_user.id, callback_data.topic
    topic = None
    if key is not None:
        found = await quizzes.topics(app, who)
        topic = next((name for name, _ in found if views.topic_key(name) == key), None)
        if topic is None:
            raise NoSuchTopic()
    await _ask(query, app, await quizzes.start_practice(app, who, topic=topic))


async def review(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.review(await reviews.backlog(app, message.from_user.id)))


async def start_review(query: CallbackQuery, app: App) -> None:
    await _ask(query, app, await quizzes.start_review(app, query.from_user.id))


async def day(query: CallbackQuery, callback_data: DayQuiz, app: App) -> None:
    result = await quizzes.start_day(app, query.from_user.id, day=date.fromisoformat(callback_data.day))
    await _ask(query, app, result)


async def go_on(query: CallbackQuery, callback_data: views.Next, app: App) -> None:
    await _ask(query, app, await quizzes.go_on(app, query.from_user.id, quiz_id=callback_data.quiz))


async def choose(query: CallbackQuery, callback_data: views.Choose, app: App) -> None:
    result = await quizzes.choose(
        app,
        query.from_user.id,
        quiz_id=callback_data.quiz,
        position=callback_data.at,
        option=callback_data.option,
    )
    await _show(query, result)


async def tick(query: CallbackQuery, callback_data: views.Tick, app: App) -> None:
    result = await quizzes.tick(
        app,
        query.from_user.id,
        quiz_id=callback_data.quiz,
        position=callback_data.at,
        option=callback_data.option,
    )
    await _show(query, result)


async def submit(query: CallbackQuery, callback_data: views.Submit, app: App) -> None:
    result = await quizzes.submit(
        app, query.from_user.id, quiz_id=callback_data.quiz, position=callback_data.at
    )
    await _show(query, result)


async def give_up(query: CallbackQuery, callback_data: views.GiveUp, app: App) -> None:
    result = await quizzes.give_up(
        app, query.from_user.id, quiz_id=callback_data.quiz, position=callback_data.at
    )
    await _show(query, result)


async def words(message: Message, app: App) -> None:
    assert message.from_user and message.text
    result = await quizzes.say(app, message.from_user.id, text=message.text, source=_source(message))
    await replies.say(message, views.graded(result))


async def edited(message: Message, app: App) -> None:
    assert message.from_user
    if await quizzes.was_answer(app, message.from_user.id, source=_source(message)):
        await message.reply(texts.html("quiz.edited"))


def _source(message: Message) -> str:
    return f"{message.chat.id}:{message.message_id}"


def _page(result: Shown | Finished) -> Page:
    return views.question(result) if isinstance(result, Shown) else views.finished(result)


async def _ask(query: CallbackQuery, app: App, result: Shown | Finished) -> None:
    await album.show_with(query, app, result)
    await replies.add(query, _page(result))


async def _show(query: CallbackQuery, result: Shown | Graded) -> None:
    if isinstance(result, Shown):
        await replies.show(query, views.question(result))
        return
    toast = texts.plain("quiz.already") if result.repeated else None
    await replies.show(query, views.graded(result), toast=toast)


PRIVATE = F.chat.type == ChatType.PRIVATE
WORDS = F.text & ~F.text.startswith("/")


def answers() -> Router:
    """Answers by a tap, and in words where no dialogue waits for others: by far the most frequent updates, so that
    the dispatcher asks here first."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(words, StateFilter(None), PRIVATE, WORDS)
    router.callback_query.middleware(AlwaysInterrupts())
    router.callback_query.register(choose, views.Choose.filter())
    router.callback_query.register(tick, views.Tick.filter())
    router.callback_query.register(submit, views.Submit.filter())
    router.callback_query.register(go_on, views.Next.filter())
    router.callback_query.register(give_up, views.GiveUp.filter())
    router.callback_query.register(day, DayQuiz.filter())
    router.callback_query.register(topics, views.Topics.filter())
    router.callback_query.register(practise, views.Practise.filter())
    router.callback_query.register(start_review, views.Review.filter())
    return router


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(PRIVATE)
    router.message.register(practice, Command("quiz"))
    router.message.register(review, Command("review"))
    router.message.register(words, WORDS)
    router.edited_message.register(edited, PRIVATE)
    return router
