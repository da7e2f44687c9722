"""Buttons that lead from one page about what comes after meetings to another."""

from datetime import MAXYEAR

from aiogram.filters.callback_data import CallbackData
from pydantic import Field


class Record(CallbackData, prefix="zo"):
    """The record of a meeting."""

    meeting: int


class Begin(CallbackData, prefix="zb"):
    """The record of a meeting, below a message that goes on changing."""

    meeting: int


class Shelf(CallbackData, prefix="xl"):
    """A page of the ledger of a unit's year; 0: wherever one keeps meetings, and this year."""

    unit: int
    year: int
    page: int


class Cadence(CallbackData, prefix="xc"):
    """The cadence board of a unit and those below it; 0: wherever one keeps meetings."""

    unit: int
    page: int


class Hours(CallbackData, prefix="xh"):
    """A page of one's own hours of a year; 0: this one."""

    year: int = Field(ge=0, lt=MAXYEAR)
    page: int


class MakeUps(CallbackData, prefix="xm"):
    """A page of what one may make up for."""

    page: int


class MakeUp(CallbackData, prefix="xo"):
    """A meeting to make up for."""

    meeting: int


class Progress(CallbackData, prefix="xp"):
    """How making up for a meeting goes."""

    meeting: int
