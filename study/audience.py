"""Whom a notice is for: a value that is kept with the notice and means people only when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self, TypeVar

from study.members import MemberKind, Role

T = TypeVar("T")


@dataclass(frozen=True)
class Audience:
    """Everybody in `units` and below for whom every condition given holds, and besides them `members`, picked one by
    one, and `groups`, by chat id. Whoever is out of the sender's reach is never meant.

    Conditions: holds one of `roles`; is of one of `kinds`; has notice `unconfirmed` and has not confirmed it; has not
    answered any of this week's quizzes (`unanswered`); was absent without leave from meeting `absent`.

    `unbound` are the titles of groups that were picked and are bound to no unit since, so that the sender sees why nothing
    goes there.
    """

    units: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    kinds: tuple[MemberKind, ...] = ()
    unconfirmed: int | None = None
    unanswered: bool = False
    absent: int | None = None
    members: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    unbound: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether whole units are meant, without a condition."""
        return not (self.roles or self.kinds or self.unanswered or self.unconfirmed or self.absent)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what `stored()` gave."""
        return cls(
            units=tuple(stored.get("units", ())),
            roles=tuple(Role(one) for one in stored.get("roles", ())),
            kinds=tuple(MemberKind(one) for one in stored.get("kinds", ())),
            unconfirmed=stored.get("unconfirmed"),
            unanswered=stored.get("unanswered", False),
            absent=stored.get("absent"),
            members=tuple(stored.get("members", ())),
            groups=tuple(stored.get("groups", ())),
            unbound=tuple(stored.get("unbound", ())),
        )

    def stored(self) -> dict[str, Any]:
        """As JSON; what is not given is left out."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: [*value] if isinstance(value, tuple) else value for name, value in values.items() if value
        }


def toggled(values: tuple[T, ...], value: T) -> tuple[T, ...]:
    """The values with this one added, or taken away if it was there."""
    return tuple(one for one in values if one != value) if value in values else (*values, value)


def with_unit(chosen: Mapping[int, str], unit_id: int, path: str) -> tuple[int, ...]:
    """The units chosen (id -> path) with this one added, or taken away if it was there. One that lies above or below it
    gives way, so that choosing a branch narrows a whole general branch down to it."""
    if unit_id in chosen:
        return tuple(one for one in chosen if one != unit_id)
    apart = [id_ for id_, other in chosen.items() if not (path.startswith(other) or other.startswith(path))]
    return (*apart, unit_id)
