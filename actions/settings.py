"""A member's own choices."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import members, units
from storage.tables import Member
from study import preferences
from study.calendar import clock_text, in_quiet_hours, parse_clock
from study.members import Permission

DEFAULT_LOCALE = "zh"


@dataclass(frozen=True)
class Choices:
    """What somebody has chosen, and the hours there are to choose from (minutes of the local day)."""

    study_minute: int
    quiet_days: str
    muted: bool
    locale: str
    in_ranking: bool
    ranking_on: bool
    hours: tuple[int, ...]


@dataclass(frozen=True)
class Home:
    """Whoever is at the door: a name, a unit, and what may be done anywhere."""

    name: str
    unit: str
    locale: str
    permissions: frozenset[Permission]


async def locale_of(app: App, telegram_id: int) -> str:
    """The language to speak to this account in; strangers get the default."""
    async with app.db.reading() as tx:
        found = await members.asking(tx, telegram_id)
        return found.locale if found else DEFAULT_LOCALE


async def home(app: App, who: Who) -> Home:
    """Who somebody is here; raises NotJoined for strangers."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await units.find(tx, actor.unit_id)
    allowed = frozenset(one for one in Permission if actor.may_anywhere(one))
    return Home(actor.name, unit.name if unit else "", actor.locale, allowed)


async def of(app: App, who: Who) -> Choices:
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member = await members.find(tx, actor.own_id())
        return await _choices(app, tx, member)


async def set_hour(app: App, who: Who, *, minute: int) -> Choices:
    """The hour of the daily message; raises HourIsQuiet for one within the quiet hours."""
    if in_quiet_hours(minute, quiet_from=app.quiet_from, quiet_until=app.quiet_until):
        quiet = {"start": clock_text(app.quiet_from), "end": clock_text(app.quiet_until)}
        raise preferences.HourIsQuiet(hour=clock_text(minute), **quiet)
    return await _set(app, who, lambda member: setattr(member, "study_minute", minute))


async def set_hour_typed(app: App, who: Who, *, text: str) -> Choices:
    """The same from "7:30", "7点半" or "0730"; raises NotAClockTime."""
    minute = parse_clock(text.strip().replace("点半", ":30").replace("时", ":"))
    if minute is None:
        raise preferences.NotAClockTime()
    return await set_hour(app, who, minute=minute)


async def set_quiet_day(app: App, who: Who, *, weekday: int, quiet: bool) -> Choices:
    """Whether there is no daily message on this ISO weekday."""

    def change(member: Member) -> None:
        member.quiet_days = preferences.with_day(member.quiet_days, weekday, quiet=quiet)

    return await _set(app, who, change)


async def set_muted(app: App, who: Who, *, muted: bool) -> Choices:
    return await _set(app, who, lambda member: setattr(member, "muted", muted))


async def set_locale(app: App, who: Who, *, locale: str) -> Choices:
    return await _set(app, who, lambda member: setattr(member, "locale", locale))


async def set_in_ranking(app: App, who: Who, *, taking_part: bool) -> Choices:
    return await _set(app, who, lambda member: setattr(member, "in_ranking", taking_part))


async def _set(app: App, who: Who, change: Callable[[Member], None]) -> Choices:
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member = await members.lock(tx, actor.own_id())
        assert member is not None
        change(member)
        return await _choices(app, tx, member)


async def _choices(app: App, tx: AsyncSession, member: Member | None) -> Choices:
    assert member is not None
    unit = await units.find(tx, member.unit_id)
    return Choices(
        study_minute=member.study_minute,
        quiet_days=member.quiet_days,
        muted=member.muted,
        locale=member.locale,
        in_ranking=member.in_ranking,
        ranking_on=unit is not None and unit.ranking_on,
        hours=preferences.hours(quiet_from=app.quiet_from, quiet_until=app.quiet_until),
    )
