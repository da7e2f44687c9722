"""Notices: where one stands, what became of each copy, and what may be sent at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from html import escape
from html.parser import HTMLParser

from study.refusal import Refusal

# Telegram's limits, in UTF-16 units after entities are parsed (core.telegram.org/bots/api, sendMessage and captions).
MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_IN_ALBUM = 10
RECALL = timedelta(hours=48)  # how long a bot may delete what it has sent
NAME_ROOM = 16  # reckoned for each name and each unit that is filled in
UNIT_ROOM = 32
TITLE = 40  # characters
SHORTEST_REASON, LONGEST_REASON = 2, 100
LATE = timedelta(days=2)  # a monthly notice that could not go out on its day still goes for so long

TAGS = frozenset(
    "b strong i em u ins s strike del span tg-spoiler a tg-emoji tg-time code pre blockquote".split()
)
_VARIABLE = re.compile(r"\{([^{}<>\n]{1,20})\}")
_ADDRESS = re.compile(r"\{(?:姓名|name)\}(?:同志)?\s*[，,：:、]?\s*")
NAMES, UNITS = frozenset({"姓名", "name"}), frozenset({"支部", "branch"})
VARIABLES = NAMES | UNITS


class State(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # goes out at a time
    REPEATING = "repeating"  # goes out every month, each time as a notice of its own
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"  # the last copy is settled
    STOPPED = "stopped"  # Telegram refuses the message itself
    CANCELLED = "cancelled"  # called off before the last copy had gone
    WITHDRAWN = "withdrawn"  # copies are deleted where Telegram still lets us


WAITING = frozenset({State.SCHEDULED, State.REPEATING})
EDITABLE = WAITING | {State.DRAFT}
UNDER_WAY = frozenset({State.SENDING, State.PAUSED, State.STOPPED})
OUT = UNDER_WAY | {State.SENT, State.CANCELLED}  # some people may have it


class Fate(StrEnum):
    """What became of one person's or group's copy."""

    QUEUED = "queued"
    SENT = "sent"
    GROUP = "group"  # had none of their own, and confirmed the one in the group
    # Left out from the beginning:
    NOT_JOINED = "not_joined"
    BLOCKED = "blocked"
    MUTED = "muted"
    DIGEST = "digest"  # reads the column in a weekly digest
    # Not delivered:
    UNREACHABLE = "unreachable"  # found out while sending: blocked us, or closed the account
    FAILED = "failed"
    REFUSED = "refused"
    GONE = "gone"  # left, or took another account, before the copy went
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # delivered, and deleted again


LEFT_OUT = (Fate.NOT_JOINED, Fate.BLOCKED, Fate.MUTED, Fate.DIGEST)
UNDELIVERED = (Fate.UNREACHABLE, Fate.FAILED, Fate.REFUSED, Fate.GONE, Fate.CANCELLED)
ARRIVED = (Fate.SENT, Fate.GROUP)


class NoSuchNotice(Refusal):
    """The notice is not there (any more)."""

    key = "refusal.notice.none"


class WrongState(Refusal):
    """What is asked for cannot be done as the notice stands now; `state` says how."""

    key = "refusal.notice.state"


class Empty(Refusal):
    """There are neither words nor a file."""

    key = "refusal.notice.empty"


class TooLong(Refusal):
    """More than Telegram takes: `length` of at most `most`; `place` is where it would be cut."""

    key = "refusal.notice.long"


class BadMarkup(Refusal):
    """Formatting that Telegram would refuse; `place` shows where."""

    key = "refusal.notice.markup"


class UnknownVariable(Refusal):
    """{word} in braces is nothing that can be filled in."""

    key = "refusal.notice.variable"


class BlanksLeft(Refusal):
    """The template still has a blank to fill in: `blank`."""

    key = "refusal.notice.blank"


class BadAlbum(Refusal):
    """An album has up to ten pictures, or up to ten files."""

    key = "refusal.notice.album"


class NobodyToSendTo(Refusal):
    """Nobody is within reach of the notice."""

    key = "refusal.notice.nobody"


class BadReason(Refusal):
    """Urgent needs a reason of a few words."""

    key = "refusal.notice.reason"


class TooSoon(Refusal):
    """The time is over already."""

    key = "refusal.notice.past"


class NothingToDo(Refusal):
    """There is nobody left for whom this could be done."""

    key = "refusal.notice.nothing"


class OutOfReach(Refusal):
    """Those who did not get it cannot be reached now either."""

    key = "refusal.notice.out_of_reach"


class TakenBack(Refusal):
    """It was withdrawn, and need not be confirmed any more."""

    key = "refusal.notice.withdrawn"


class AlbumStays(Refusal):
    """Of a sent album the words can be changed, not the pictures or files; and none takes the place of something else."""

    key = "refusal.notice.album_stays"


@dataclass(frozen=True)
class Piece:
    """A picture or file as Telegram keeps it; `group` marks those of one album, which stand in the order of `place`."""

    form: str  # photo, document
    file_id: str
    unique_id: str
    name: str = ""
    group: str | None = None
    place: int = 0


@dataclass(frozen=True)
class Template:
    """A usual notice with blanks: {会议时间?} is asked for, {姓名} and {支部} are filled in for each reader."""

    key: str
    title: str
    body: str
    receipt: bool = False


# --- the words ------------------------------------------------------------------------------------


def plain(body: str) -> str:
    """The words of Telegram's HTML without the markup; raises BadMarkup."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    if reader.open:
        raise BadMarkup(place=_around(reader.text, reader.open[-1][1]))
    return reader.text


class _Reader(HTMLParser):
    """Reads Telegram's HTML strictly: known tags, closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or (tag == "a" and not dict(attrs).get("href")):
            raise BadMarkup(place=_around(self.text, len(self.text), f"<{tag}>"))
        self.open.append((tag, len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise BadMarkup(place=_around(self.text, len(self.text), f"</{tag}>"))
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def _around(text: str, at: int, sign: str = "") -> str:
    return f"{text[max(0, at - 12) : at]}{sign}{text[at : at + 12]}".strip()


def units16(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) + sum(ord(mark) > 0xFFFF for mark in text)


def most(media: Sequence[Piece]) -> int:
    """How long the words may be, with these pictures and files."""
    return MOST_CAPTION if media else MOST_TEXT


def check(body: str, media: Sequence[Piece]) -> None:
    """Raise what is wrong with a notice to be sent, with the place."""
    words = plain(body)
    if not words.strip() and not media:
        raise Empty()
    if len(media) > MOST_IN_ALBUM or len({piece.form for piece in media}) > 1:
        raise BadAlbum(most=MOST_IN_ALBUM)
    whole = {found[0] for found in _VARIABLE.finditer(body)}
    for found in _VARIABLE.finditer(words):
        if found[1].endswith(("?", "？")):
            raise BlanksLeft(blank=found[1][:-1])
        if found[1] not in VARIABLES:
            raise UnknownVariable(word=found[1])
        if found[0] not in whole:
            # Formatting begins or ends within the braces: nobody's name would stand there.
            raise BadMarkup(place=_around(words, found.start()))
    longest = plain(fill(body, name="名" * NAME_ROOM, unit="部" * UNIT_ROOM))
    if units16(longest) > most(media):
        raise TooLong(length=units16(longest), most=most(media), place=_around(longest, most(media)))


def fill(body: str, *, name: str, unit: str) -> str:
    """The words with the name and unit of whoever gets them, escaped."""
    if "{" not in body:
        return body
    values = {word: escape(name, quote=False) for word in NAMES}
    values |= {word: escape(unit, quote=False) for word in UNITS}
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), body)


def next_blank(body: str) -> str | None:
    """What the template asks for next: {会议时间?} -> 会议时间."""
    return next((word[:-1] for word in _VARIABLE.findall(body) if word.endswith(("?", "？"))), None)


def fill_blank(body: str, said: str) -> str:
    """The next blank of the template filled in with these words, escaped."""
    blank = next(found for found in _VARIABLE.finditer(body) if found[1].endswith(("?", "？")))
    return body[: blank.start()] + escape(said.strip(), quote=False) + body[blank.end() :]


def title(body: str, media: Sequence[Piece]) -> str:
    """The first words, for lists; whom they address is left out."""
    words = _VARIABLE.sub("", _ADDRESS.sub("", plain(body)))
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    first = first or next((piece.name for piece in media if piece.name), "")
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"


def with_piece(
    body: str, media: Sequence[Piece], *, said: str, piece: Piece
) -> tuple[str, tuple[Piece, ...]]:
    """The words, and the pictures or files, after one more came in with words of its own (`said`).

    One of the same album is added, once and where it belongs, and its words follow those of the others, for an album is
    sent with all its words in one place; anything else takes the place of what was there.
    """
    if piece.group is None or not media or media[0].group != piece.group:
        return said, (piece,)
    if any(one.unique_id == piece.unique_id and one.place == piece.place for one in media):
        return body, tuple(media)
    words = "\n".join(part for part in (body, said) if part)
    return words, tuple(sorted((*media, piece), key=lambda one: one.place))


def checked_reason(text: str) -> str:
    """Why a notice is urgent, tidied; raises BadReason."""
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadReason(least=SHORTEST_REASON, most=LONGEST_REASON)
    return reason


# --- times ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Monthly:
    """Every month on a day, at a minute of the local day; in short months the last day stands for later ones."""

    day: int
    minute: int

    def on(self, year: int, month: int) -> date:
        following = date(year + month // 12, month % 12 + 1, 1)
        return min(date(year, month, 1) + timedelta(days=self.day - 1), following - timedelta(days=1))

    def next_due(self, today: date, minute: int) -> date:
        """The first day after now on which it is due."""
        due = self.on(today.year, today.month)
        if (due, self.minute) > (today, minute):
            return due
        return self.on(today.year + today.month // 12, today.month % 12 + 1)


def seconds_left(left: int, *, rate: float, done: int = 0, elapsed: float = 0.0) -> float:
    """How long `left` copies take at `rate` a second, or as slowly as it has gone so far."""
    at_best = left / rate
    return max(at_best, left * elapsed / done) if done else at_best


@dataclass(frozen=True)
class Tally:
    """How many copies of a notice came to what, and how many people have confirmed it."""

    fates: Mapping[Fate, int]
    seen: int = 0

    def of(self, *fates: Fate) -> int:
        return sum(self.fates.get(fate, 0) for fate in fates)

    @property
    def total(self) -> int:
        """Copies that were to go out."""
        return self.of(Fate.QUEUED, Fate.SENT, Fate.WITHDRAWN, *UNDELIVERED)

    @property
    def left(self) -> int:
        return self.of(Fate.QUEUED)

    @property
    def sent(self) -> int:
        return self.of(Fate.SENT, Fate.WITHDRAWN)

    @property
    def failed(self) -> int:
        return self.of(*UNDELIVERED)

    @property
    def left_out(self) -> int:
        return self.of(*LEFT_OUT)
