"""Checking in: a code that lives half a minute, a personal link, and how often one may guess.

A convenience, and no proof that somebody was there: whoever is in the meeting can pass a code on at once. The recorder
can mark anybody by hand, and the secretary confirms the list.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from study.refusal import Refusal

STEP = timedelta(seconds=30)
TOLERANCE = 1  # steps before and after the present one: people type slowly, and clocks differ
DIGITS = 6
SUBJECT = "checkin"  # of wrong guesses
GUESSES = 5  # by one account in WINDOW; with three codes good at a time, 15 chances in a million
WINDOW = timedelta(minutes=10)
PERSONAL, SCANNED = "m_", "c_"  # how the payloads of links begin
SIGNATURE = 16  # characters of 6 bits
PAGE_SIGNATURE = 22


class BadLink(Refusal):
    """The link is incomplete, or was not made by us."""

    key = "refusal.checkin.link"


class WrongCode(Refusal):
    """The code is wrong, or an old one."""

    key = "refusal.checkin.code"


class NoCode(Refusal):
    """Asked for without a code: no guess yet."""

    key = "refusal.checkin.no_code"


class TooManyCodes(Refusal):
    """Too many wrong codes for now."""

    key = "refusal.checkin.too_many"


class NotYet(Refusal):
    """Check-in opens at `opens`."""

    key = "refusal.checkin.not_yet"


class NothingOpen(Refusal):
    """No meeting that one is expected at can be checked in to now."""

    key = "refusal.checkin.nothing"


class NotExpected(Refusal):
    """Whoever asks is not on the roll of this meeting."""

    key = "refusal.checkin.not_expected"


@dataclass(frozen=True)
class Showing:
    """A code and from when on another is shown."""

    code: str
    until: datetime


def showing(secret: bytes, meeting_id: int, *, now: datetime) -> Showing:
    """The code of this moment."""
    step = _step(now)
    until = datetime.fromtimestamp((step + 1) * STEP.total_seconds(), UTC)
    return Showing(_code(secret, meeting_id, step), until)


def fits(secret: bytes, meeting_id: int, given: str, *, now: datetime) -> bool:
    """Whether `given` is the code of this moment or of a step beside it; takes as long either way."""
    step, found = _step(now), False
    for near in range(step - TOLERANCE, step + TOLERANCE + 1):
        found |= hmac.compare_digest(_code(secret, meeting_id, near).encode(), given.encode())
    return found


def personal(secret: bytes, meeting_id: int, member_id: int) -> str:
    """The payload of one member's link to one meeting."""
    body = f"{meeting_id}_{member_id}"
    return f"{PERSONAL}{body}_{_signature(secret, f'link:{body}', SIGNATURE)}"


def read_personal(payload: str) -> tuple[int, int]:
    """The meeting and the member that a personal payload speaks of, not yet believed. Raises BadLink."""
    parts = payload.removeprefix(PERSONAL).split("_", 2)
    if len(parts) != 3 or not all(_is_number(part) for part in parts[:2]):
        raise BadLink()
    return int(parts[0]), int(parts[1])


def is_genuine(secret: bytes, payload: str) -> bool:
    """Whether a personal payload was made with this meeting's secret."""
    return hmac.compare_digest(personal(secret, *read_personal(payload)).encode(), payload.encode())


def scanned(meeting_id: int, code: str) -> str:
    """The payload behind the QR picture: the meeting with the code of the moment."""
    return f"{SCANNED}{meeting_id}_{code}"


def read_scanned(payload: str) -> tuple[int, str]:
    """The meeting and the code of a scanned payload. Raises BadLink."""
    meeting, _, code = payload.removeprefix(SCANNED).partition("_")
    if not _is_number(meeting) or not code:
        raise BadLink()
    return int(meeting), code


def page_token(secret: bytes, meeting_id: int) -> str:
    """What the address of the meeting's page ends with: nobody else can find it."""
    return _signature(secret, f"page:{meeting_id}", PAGE_SIGNATURE)


def is_page(secret: bytes, meeting_id: int, token: str) -> bool:
    return hmac.compare_digest(page_token(secret, meeting_id).encode(), token.encode())


def may_guess(wrong: int) -> bool:
    """Whether an account with so many wrong guesses in WINDOW may try another."""
    return wrong < GUESSES


def typed(text: str) -> str:
    """A code as people type it: "１２３ 456" -> "123456"."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _step(now: datetime) -> int:
    return int(now.timestamp() // STEP.total_seconds())


def _code(secret: bytes, meeting_id: int, step: int) -> str:
    digest = _digest(secret, f"code:{meeting_id}:{step}")
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def _signature(secret: bytes, text: str, length: int) -> str:
    return base64.urlsafe_b64encode(_digest(secret, text)).decode()[:length]


def _digest(secret: bytes, text: str) -> bytes:
    return hmac.digest(secret, text.encode(), hashlib.sha256)
