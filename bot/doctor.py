"""Looks at everything the program needs, and says what is wrong with it and how to mend it."""

import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from aiogram.client.telegram import PRODUCTION
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import User, WebhookInfo
from sqlalchemy import URL, make_url

from bot import app as parts
from bot import fonts, logs, startup
from bot.settings import Settings, SettingsFault
from storage import lexicon, meetingrules, packfiles, rulefiles, schema
from storage.db import Database
from study import packs
from study.calendar import zone

TELEGRAM_SECONDS = 10
LITTLE_SPACE = 200  # MB
# Each of these has to be in a font that is to draw names, records and slips.
NEEDED_SIGNS = "党支部学习积分，。：·%0123456789"


class Mark(StrEnum):
    """How a thing is: well, worth a look, or not usable."""

    GOOD = "✓"
    WARNING = "!"
    FAULT = "✗"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `key` names its text in the catalogues (`doctor.…`)."""

    mark: Mark
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def good(key: str, **params: object) -> Finding:
    return Finding(Mark.GOOD, key, params)


def warning(key: str, **params: object) -> Finding:
    return Finding(Mark.WARNING, key, params)


def fault(key: str, **params: object) -> Finding:
    return Finding(Mark.FAULT, key, params)


async def database(settings: Settings) -> list[Finding]:
    """Whether the database answers, what shape it has, and whether a SQLite file can be written. Makes no file."""
    url = make_url(settings.database_url.get_secret_value())
    shown = url.render_as_string(hide_password=True)
    found: list[Finding] = []
    if file := _file_of(url):
        found = _room_for(file)
        if found[0].mark is Mark.FAULT:
            return found
        if not file.exists():
            return [warning("database.none", url=shown), *found]
    db = Database(settings.database_url.get_secret_value())
    try:
        return [_revision(shown, await startup.reach(db)), *found]
    except startup.DatabaseFault as error:
        return [fault("database.unreachable", url=shown, reason=error), *found]
    finally:
        await db.close()


def _revision(shown: str, revision: str | None) -> Finding:
    newest = schema.newest()
    if revision == newest:
        return good("database.good", url=shown, revision=revision)
    if revision is None:
        return warning("database.empty", url=shown)
    if revision in schema.known():
        return warning("database.older", url=shown, revision=revision, newest=newest)
    return fault("database.newer", url=shown, revision=revision, newest=newest)


def _file_of(url: URL) -> Path | None:
    in_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)).absolute() if in_file else None


def _room_for(file: Path) -> list[Finding]:
    folder = next(folder for folder in file.parents if folder.exists())
    beside = [file.with_name(file.name + suffix) for suffix in ("", "-wal", "-shm")]
    for path in (folder, *(one for one in beside if one.exists())):
        if not os.access(path, os.W_OK):
            return [fault("disk.locked", path=path)]
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < LITTLE_SPACE:
        return [warning("disk.little", path=folder, free=free)]
    return [good("disk.good", path=folder, free=free)]


async def token(settings: Settings) -> list[Finding]:
    """Whether Telegram knows the token, and whether its webhook calls arrive."""
    if settings.token is None:
        return [warning("token.none")]
    try:
        bot = parts.make_bot(settings)
    except SettingsFault:
        return [fault("token.shape")]
    try:
        me: User = await bot.get_me(request_timeout=TELEGRAM_SECONDS)
        info: WebhookInfo = await bot.get_webhook_info(request_timeout=TELEGRAM_SECONDS)
    except (TelegramUnauthorizedError, TelegramNotFound):
        return [fault("token.unknown", server=settings.api_base)]
    except AiogramError as error:
        reason = logs.hide(str(error), logs.secrets_of(settings))
        return [fault("token.unreachable", server=settings.api_base, reason=reason)]
    finally:
        await bot.session.close()
    found = [good("token.good", name=me.username, server=settings.api_base)]
    if settings.webhook_url and info.last_error_message:
        found.append(warning("webhook.failing", reason=info.last_error_message))
    return found


async def webhook(settings: Settings) -> list[Finding]:
    """Whether updates can come in the way that the settings say."""
    if settings.webhook_url is None:
        return [good("webhook.polling")]
    at_telegram = PRODUCTION.base.startswith(settings.api_base)
    if at_telegram and not settings.webhook_url.startswith("https://"):
        return [fault("webhook.insecure", url=settings.webhook_url)]
    if settings.webhook_secret is None:
        return [warning("webhook.no_secret", url=settings.webhook_url)]
    return [good("webhook.good", url=settings.webhook_url)]


async def timezone(settings: Settings) -> list[Finding]:
    """What the time is where the branches are; that the zone exists was settled when the settings were read."""
    now = datetime.now(UTC).astimezone(zone(settings.timezone))
    return [good("timezone.good", zone=settings.timezone, now=f"{now:%Y-%m-%d %H:%M}")]


async def font(settings: Settings) -> list[Finding]:
    """Whether the fonts open and know Chinese."""
    files = [settings.font] if settings.font else [fonts.path(), fonts.path(bold=True)]
    for file in files:
        try:
            missing = fonts.missing(NEEDED_SIGNS, file)
        except OSError as error:
            return [fault("font.unreadable", file=file, reason=error)]
        if missing:
            return [fault("font.missing", file=file, signs=missing)]
    return [good("font.good", files="、".join(file.name for file in files))]


async def content(settings: Settings) -> list[Finding]:
    """Whether the pack that ships and the rules beside it can be used."""
    folder = settings.content
    return [_pack(folder), _points(folder), _meetings(folder), _calendar(folder), _dictionary(folder)]


def _pack(folder: Path) -> Finding:
    if not (folder / "pack.yaml").exists():
        return warning("content.none", folder=folder)
    files = packfiles.read(folder)
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    if reading.pack is None:
        return fault("content.faults", folder=folder, count=len(reading.faults))
    pack = reading.pack
    return good("content.good", title=pack.title, lessons=len(pack.lessons), items=len(pack.items))


def _points(folder: Path) -> Finding:
    try:
        rules = rulefiles.points(folder / "points.yaml")
    except rulefiles.RuleFault as error:
        return fault("points.faults", reason=error)
    return good("points.good", count=len(rules.actions))


def _meetings(folder: Path) -> Finding:
    try:
        rules = meetingrules.read(folder / "meetings.yaml")
    except rulefiles.RuleFault as error:
        return fault("meetings.faults", reason=error)
    return good("meetings.good", count=len(rules.kinds))


def _calendar(folder: Path) -> Finding:
    try:
        columns = rulefiles.columns(folder / "columns.yaml")
        feasts = rulefiles.feasts(folder / "calendar.yaml", columns)
    except rulefiles.RuleFault as error:
        return fault("calendar.faults", reason=error)
    return good("calendar.good", columns=len(columns.columns), feasts=len(feasts.feasts))


def _dictionary(folder: Path) -> Finding:
    try:
        lexicon.read(folder)
    except lexicon.LexiconError as error:
        return fault("dictionary.faults", reason=error)
    return good("dictionary.good")


CHECKS: Mapping[str, Callable[[Settings], Awaitable[list[Finding]]]] = {
    "database": database,
    "token": token,
    "webhook": webhook,
    "timezone": timezone,
    "fonts": font,
    "content": content,
}
