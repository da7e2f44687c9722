"""Puts the parts together: the only place that knows them all."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.utils.token import TokenValidationError, validate_token

from actions.app import App
from actions.curriculum import Library
from bot.session import JsonSession
from bot.settings import Settings, SettingsFault
from storage import lexicon, meetingrules, rulefiles
from storage.db import Database
from study.grading import Grader
from study.review import Schedule


def utc_now() -> datetime:
    return datetime.now(UTC)


def make(settings: Settings, clock: Callable[[], datetime] = utc_now) -> App:
    """The application on the database and rules of the settings. Close it with `app.db.close()`."""
    quiet_from, quiet_until = settings.quiet_minutes
    words = lexicon.read(settings.content)
    columns = rulefiles.columns(settings.content / "columns.yaml")
    return App(
        db=open_database(settings),
        clock=clock,
        grader=Grader(words),
        points=rulefiles.points(settings.content / "points.yaml"),
        columns=columns,
        feasts=rulefiles.feasts(settings.content / "calendar.yaml", columns),
        meetings=meetingrules.read(settings.content / "meetings.yaml"),
        templates=rulefiles.notice_templates(settings.content / "notices.yaml"),
        library=Library(synonyms=words.synonyms),
        timezone=settings.timezone,
        rate=settings.messages_a_second,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        schedule=Schedule(settings.retention),
        font=settings.font,
        page_url=settings.page_url,
    )


def open_database(settings: Settings) -> Database:
    """The database of the settings; the folder of a SQLite file is made. Close it with `close()`."""
    url = settings.database_url.get_secret_value()
    _make_folder(url)
    return Database(url)


def token(settings: Settings) -> str:
    """The bot's token; raises SettingsFault when there is none, or when it cannot be one."""
    if settings.token is None:
        raise SettingsFault(
            "BOT_TOKEN: is missing; ask @BotFather for one, or try `make demo`, which needs none"
        )
    try:
        validate_token(settings.token.get_secret_value())
    except TokenValidationError:
        raise SettingsFault(
            "BOT_TOKEN: does not look like a token; copy all of it from @BotFather (123456789:AA...)"
        ) from None
    return settings.token.get_secret_value()


def make_bot(settings: Settings) -> Bot:
    """The Telegram client; raises SettingsFault without a usable token."""
    session = JsonSession(api=TelegramAPIServer.from_base(settings.api_base))
    return Bot(
        token(settings),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def _make_folder(url: str) -> None:
    prefix, _, file = url.partition(":///")
    if prefix.startswith("sqlite") and file and not file.startswith(":memory:"):
        # When the folder cannot be made, opening the file says so in a way that is handled.
        with suppress(OSError):
            Path(file).parent.mkdir(parents=True, exist_ok=True)
