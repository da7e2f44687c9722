"""Groups bound to units: what may not be done with them."""

from study.refusal import Refusal


class NotBound(Refusal):
    """The group belongs to no unit (any more)."""

    key = "refusal.group.not_bound"


class BoundElsewhere(Refusal):
    """The group belongs to `unit`, which is out of the actor's reach."""

    key = "refusal.group.elsewhere"
