"""Points: what an action is worth, within caps; a member's own record, never a penalty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from study.members import MemberKind
from study.refusal import Refusal

MAX_GRANT = 50
MAX_REASON = 200


class Action(StrEnum):
    """What may bring points. `GRANT` is a secretary's; everything else happens by itself."""

    LESSON = "lesson"
    CORRECT = "correct"
    PARTIAL = "partial"
    FINISH = "finish"
    ATTENDANCE = "attendance"  # came to a meeting
    MAKE_UP = "makeup"  # studied what a missed meeting was about
    GRANT = "grant"


class Cap(StrEnum):
    """Why an action brought less than its worth."""

    DAILY = "daily"
    YEARLY = "yearly"
    EXEMPT = "exempt"


class OverCap(Refusal):
    """A grant would pass the year's cap; `left` is what may still be given."""

    key = "refusal.points_over_cap"


class BadGrant(Refusal):
    """The amount or the reason of a grant is missing or out of bounds."""

    key = "refusal.points_bad_grant"


class OwnGrant(Refusal):
    """Nobody gives points to themselves."""

    key = "refusal.points_own_grant"


class AlreadyReversed(Refusal):
    key = "refusal.points_already_reversed"


class NoSuchEntry(Refusal):
    key = "refusal.points_no_such_entry"


@dataclass(frozen=True)
class ActionRule:
    """Points for one action, and the most it may bring in a day and in a season (None = no cap)."""

    points: int
    daily: int | None = None
    yearly: int | None = None


@dataclass(frozen=True)
class PointRules:
    """The committee's own rules (local practice, so configuration: content/points.yaml)."""

    base: int = 0
    actions: Mapping[Action, ActionRule] = field(default_factory=dict)
    exempt: frozenset[MemberKind] = frozenset()

    @classmethod
    def default(cls) -> "PointRules":
        """The rules that hold when no file says otherwise."""
        return cls(
            base=0,
            actions={
                Action.LESSON: ActionRule(1, daily=1, yearly=250),
                Action.CORRECT: ActionRule(2, daily=10, yearly=1200),
                Action.PARTIAL: ActionRule(1, daily=5, yearly=600),
                Action.FINISH: ActionRule(1, daily=1, yearly=250),
                Action.ATTENDANCE: ActionRule(2, yearly=100),
                Action.MAKE_UP: ActionRule(1, yearly=50),
                Action.GRANT: ActionRule(0, daily=None, yearly=100),
            },
            exempt=frozenset({MemberKind.RETIRED, MemberKind.MOBILE}),
        )


@dataclass(frozen=True)
class Tally:
    """What one action brought a member so far: on this local day and in this season."""

    day: int = 0
    season: int = 0


@dataclass(frozen=True)
class Award:
    """Points to book; `capped` says why it is less than the action's worth."""

    amount: int
    capped: Cap | None = None


def award(rules: PointRules, action: Action, *, kind: MemberKind, tally: Tally) -> Award:
    """What the action brings now, for a member of this kind with this tally. Never negative."""
    rule = rules.actions.get(action)
    if rule is None or rule.points <= 0:
        return Award(0)
    if kind in rules.exempt:
        return Award(0, Cap.EXEMPT)
    amount, capped = rule.points, None
    for cap, limit, used in ((Cap.DAILY, rule.daily, tally.day), (Cap.YEARLY, rule.yearly, tally.season)):
        if limit is not None and used + amount > limit:
            amount, capped = max(0, limit - used), cap
    return Award(amount, capped)


def check_grant(rules: PointRules, *, amount: int, reason: str, granted: int) -> None:
    """Refuse a grant without a reason, of no or too many points, or past the season's cap.

    `granted` is what secretaries have given this member in the season so far.
    """
    if not 1 <= amount <= MAX_GRANT or not reason.strip() or len(reason) > MAX_REASON:
        raise BadGrant(most=MAX_GRANT, longest=MAX_REASON)
    rule = rules.actions.get(Action.GRANT)
    if rule and rule.yearly is not None and granted + amount > rule.yearly:
        raise OverCap(left=max(0, rule.yearly - granted), cap=rule.yearly)
