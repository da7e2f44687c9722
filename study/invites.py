"""Ways in: how long they last, how fast one may guess, and why one does not work."""

import hashlib
from datetime import datetime, timedelta

from study.refusal import Refusal

SUBJECT = "invite"  # of wrong guesses
PREFIX = "in_"  # tells an invite from other links to the bot
TOKEN_BYTES = 24  # 192 bits from a cryptographic source
DAYS = 14
GUESSES = 5  # wrong ones an account may make an hour
GUESSES_OF_ALL = 600  # wrong ones of all accounts together an hour
GUESS_WINDOW = timedelta(hours=1)
GUESSES_KEPT = timedelta(days=1)
ECHO = timedelta(seconds=10)  # a second request within this is a double tap


class UnknownInvite(Refusal):
    """No such link, or one that is used up or replaced: which, a stranger is not told."""

    key = "refusal.invite.unknown"


class ExpiredInvite(Refusal):
    """The link was real and unused, but is too old."""

    key = "refusal.invite.expired"


class TooManyGuesses(Refusal):
    """Wait a while before trying again."""

    key = "refusal.invite.too_many"


class AccountTaken(Refusal):
    """This account speaks for somebody else already."""

    key = "refusal.invite.account_taken"


class JustMade(Refusal):
    """A double tap: the link that was just made stays good."""

    key = "refusal.invite.just_made"


class HoldsMore(Refusal):
    """The person holds a role beyond the actor's own: their link would be a way to it."""

    key = "refusal.invite.holds_more"


class NobodyToInvite(Refusal):
    """Everybody of the unit has joined."""

    key = "refusal.invite.nobody"


def hash_of(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain hash protects it."""
    return hashlib.sha256(token.encode()).hexdigest()


def expiry(now: datetime) -> datetime:
    return now + timedelta(days=DAYS)


def may_guess(*, own: int, of_all: int) -> bool:
    """Whether another try is allowed after so many wrong ones within the window."""
    return own < GUESSES and of_all < GUESSES_OF_ALL
