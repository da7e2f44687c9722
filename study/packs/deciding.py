"""Reasons not to do what an administrator asks of a pack."""

from study.refusal import Refusal


class NoSuchDraft(Refusal):
    """The draft was published or dropped before, or a newer file took its place."""

    key = "refusal.pack.no_draft"


class DraftHasFaults(Refusal):
    """A pack with faults never goes live."""

    key = "refusal.pack.faults"


class NoSuchVersion(Refusal):
    key = "refusal.pack.no_version"


class AlreadyLive(Refusal):
    """This version, or another with the very same content, is live."""

    key = "refusal.pack.already_live"


class NotLive(Refusal):
    """Nothing of this pack is live."""

    key = "refusal.pack.not_live"


class NothingToTry(Refusal):
    """The draft has no question."""

    key = "refusal.pack.nothing_to_try"


class IdsElsewhere(Refusal):
    """Ids that another live pack uses: `ids` names some, `title` that pack."""

    key = "refusal.pack.ids_elsewhere"


class NotInFuture(Refusal):
    """A pack can be put off to a later day only."""

    key = "refusal.pack.not_in_future"


class TooLarge(Refusal):
    """The file has more than `megabytes`."""

    key = "refusal.pack.too_large"
