"""Buttons that lead from one page about meetings to another."""

from aiogram.filters.callback_data import CallbackData

from actions.rolls import Part


class List(CallbackData, prefix="vl"):
    """A page of the meetings one keeps."""

    past: bool
    page: int


class Open(CallbackData, prefix="vo"):
    """A meeting as it stands: its plan, its board, its record."""

    meeting: int


class Edit(CallbackData, prefix="ve"):
    """What can be changed about a meeting."""

    meeting: int


class Ics(CallbackData, prefix="vy"):
    """A file for calendars: of the meeting, or of all planned with it."""

    meeting: int
    series: bool


class Stop(CallbackData, prefix="vx"):
    """Let it be."""


class Names(CallbackData, prefix="vb"):
    """A page of the roll."""

    meeting: int
    part: Part
    page: int


class Code(CallbackData, prefix="jc"):
    """The code to check in with, as a picture; `fresh` sends a new message, otherwise the picture is renewed."""

    meeting: int
    fresh: bool


class CheckIn(CallbackData, prefix="ji"):
    """Check oneself in."""

    meeting: int


class Link(CallbackData, prefix="jl"):
    """One's own link to check in with."""

    meeting: int


class Own(CallbackData, prefix="ho"):
    """A meeting as a member sees it."""

    meeting: int


class Mine(CallbackData, prefix="hm"):
    """A page of one's own meetings to come."""

    page: int


class Leave(CallbackData, prefix="hl"):
    """Ask for leave: why?"""

    meeting: int


class Received(CallbackData, prefix="hc"):
    """「收到」 under an invitation."""

    meeting: int


class Requests(CallbackData, prefix="hr"):
    """A page of the requests for leave from a meeting."""

    meeting: int
    page: int


class Motions(CallbackData, prefix="wl"):
    """A page of what was or is voted on in a meeting."""

    meeting: int
    page: int
