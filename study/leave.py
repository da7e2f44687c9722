"""Leave from a meeting (请假): asked before it starts, with a reason and no medical details. It is not absence."""

from enum import StrEnum

from study.refusal import Refusal

LONGEST_REASON = 50


class State(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({State.ASKED, State.APPROVED})  # what counts as leave at the close


class Ground(StrEnum):
    """Reasons to tap. Of illness nothing more is asked."""

    DUTY = "duty"
    SURGERY = "surgery"
    TRIP = "trip"
    HOLIDAY = "holiday"
    HEALTH = "health"
    FAMILY = "family"


class TooLate(Refusal):
    """The meeting has begun: now only the secretary can note it."""

    key = "refusal.leave.too_late"


class AskedAlready(Refusal):
    key = "refusal.leave.asked"


class HereAlready(Refusal):
    """Whoever has checked in needs no leave."""

    key = "refusal.leave.here"


class NoSuchLeave(Refusal):
    key = "refusal.leave.none"


class DecidedAlready(Refusal):
    """Somebody was quicker; `state` is what was decided."""

    key = "refusal.leave.decided"


class OwnLeave(Refusal):
    """Nobody decides about leave of their own while there is somebody else who can."""

    key = "refusal.leave.own"


class BadReason(Refusal):
    key = "refusal.leave.reason"


def checked_reason(text: str) -> str:
    """A reason in one's own few words; raises BadReason."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_REASON:
        raise BadReason(most=LONGEST_REASON)
    return text
