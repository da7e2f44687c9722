"""Moments as people read them. They come local to the unit of the meeting."""

from datetime import datetime

from bot import texts
from bot.views.today import day_text


def moment(at: datetime, *, now: datetime) -> str:
    """ "11月28日 周六 19:30", with the year where it is another."""
    text = f"{day_text(at.date())} {at:%H:%M}"
    return text if at.year == now.year else texts.plain("moment.year", year=at.year, moment=text)


def day(at: datetime, *, now: datetime) -> str:
    """The same in short, for buttons: "今天 19:30", "明天 19:30", "11月28日 19:30"."""
    days = (at.date() - now.date()).days
    near = {0: "moment.today", 1: "moment.tomorrow"}
    if days in near:
        return texts.plain(near[days], clock=f"{at:%H:%M}")
    return moment(at, now=now)
