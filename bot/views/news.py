"""/news: the columns, what is in them, and the weekly digest."""

from collections.abc import Sequence
from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup

from actions.columns import Line, Lines, Opened, Shelf
from actions.digest import Digest
from bot import texts
from bot.views import Page, button, keyboard, notices, turning
from bot.views.columns import rows
from study.calendar import clock_text
from study.columns import Columns
from study.notices import most, plain, units16

TITLE = 32  # characters of a title on a button
IN_DIGEST = 20  # notices named in a digest; the rest are counted


class Shelves(CallbackData, prefix="nws"):
    """All columns."""


class Turn(CallbackData, prefix="nwt"):
    """A page of a column."""

    column: str
    page: int


class Read(CallbackData, prefix="nwr"):
    """One notice."""

    notice: int


class Weekly(CallbackData, prefix="nww"):
    """Read the column in the weekly digest, or in single messages; `inside` the column's page."""

    column: str
    on: bool
    inside: bool


class Subscriptions(CallbackData, prefix="nwb"):
    """Which columns one reads in the digest."""


class Search(CallbackData, prefix="nwq"):
    """Begin to look for words."""


class Found(CallbackData, prefix="nwf"):
    """A page of what was found."""

    page: int


def shelves(found: Sequence[Shelf]) -> Page:
    """The columns with what is in them."""
    if not found:
        return Page(texts.html("news.no_columns"))
    buttons = [
        button(
            texts.plain("news.shelf" if one.count else "news.shelf_empty", label=label(one), count=one.count),
            Turn(column=one.column.key, page=0),
        )
        for one in found
    ]
    more = [
        button(texts.plain("news.search"), Search()),
        button(texts.plain("news.weekly"), Subscriptions()),
    ]
    return Page(texts.html("news.head"), keyboard(*rows(buttons), more))


def label(shelf: Shelf) -> str:
    return shelf.column.label


def column(shelf: Shelf, found: Lines) -> Page:
    """One column, the newest first."""
    key = shelf.column.key
    text = texts.html(
        "news.column" if found.lines else "news.column_empty", label=label(shelf), count=shelf.count
    )
    if shelf.weekly:
        text += texts.html("news.is_weekly")
    switch = button(
        texts.plain("news.go_single" if shelf.weekly else "news.go_weekly"),
        Weekly(column=key, on=not shelf.weekly, inside=True),
    )
    return Page(
        text,
        keyboard(
            *_lines(found),
            turning.row(found.leaf, lambda page: Turn(column=key, page=page)),
            [switch, button(texts.plain("news.back"), Shelves())],
        ),
    )


def subscriptions(found: Sequence[Shelf], columns: Columns) -> Page:
    """Which columns come once a week, ticked."""
    buttons = [
        button(
            texts.plain("settings.chosen" if one.weekly else "columns.one", label=label(one)),
            Weekly(column=one.column.key, on=not one.weekly, inside=False),
        )
        for one in found
    ]
    text = texts.html(
        "news.subscriptions", day=texts.plain(f"weekday.{columns.weekday}"), hour=clock_text(columns.minute)
    )
    return Page(text, keyboard(*rows(buttons), [button(texts.plain("news.back"), Shelves())]))


def ask_words() -> Page:
    return Page(texts.html("news.ask_words"), keyboard([button(texts.plain("news.cancel"), Shelves())]))


def results(words: str, found: Lines) -> Page:
    """What has these words, in every column."""
    text = texts.html("news.found" if found.lines else "news.found_none", words=words, count=found.leaf.total)
    again = [button(texts.plain("news.search_again"), Search()), button(texts.plain("news.back"), Shelves())]
    return Page(
        text,
        keyboard(*_lines(found, icons=True), turning.row(found.leaf, lambda page: Found(page=page)), again),
    )


def heading(line: Line) -> Markup:
    """Above a notice: its column, who it is from, and when it was announced."""
    return texts.html(
        "news.heading", label=line.column.label, unit=line.unit, month=line.day.month, day=line.day.day
    )


def words(opened: Opened) -> tuple[Markup | None, Markup]:
    """A message of its own for the heading where both would be too long together, and the words of the notice."""
    head, body = heading(opened.line), Markup(opened.body)
    together = Markup("\n\n").join(part for part in (head, body) if part)
    if units16(plain(together)) <= most(opened.media):
        return None, together
    return head, body


def confirming(opened: Opened) -> InlineKeyboardMarkup | None:
    return notices.receipt(opened.line.notice_id) if opened.asks else None


def digest(found: Digest) -> Page:
    """The week by column; each notice opens by its button."""
    total = sum(len(filed) for _, filed in found.columns)
    lines = [texts.html("news.digest", count=total)]
    named: list[InlineKeyboardButton] = []
    for one, filed in found.columns:
        lines += [Markup(""), texts.html("news.digest_column", label=one.label)]
        for notice in filed:
            if len(named) == IN_DIGEST:
                continue
            lines.append(
                texts.html(
                    "news.digest_line",
                    number=len(named) + 1,
                    title=_title(notice.title),
                    unit=notice.unit,
                    date=_day(notice.day),
                )
            )
            named.append(button(str(len(named) + 1), Read(notice=notice.notice_id)))
    if total > IN_DIGEST:
        lines += [Markup(""), texts.html("news.digest_more", count=total - IN_DIGEST)]
    return Page(
        Markup("\n").join(lines), keyboard(*rows(named, 5), [button(texts.plain("news.all"), Shelves())])
    )


def _lines(found: Lines, *, icons: bool = False) -> list[list[InlineKeyboardButton]]:
    return [
        [
            button(
                texts.plain(
                    "news.line",
                    date=_day(one.day),
                    title=f"{one.column.icon} {_title(one.title)}" if icons else _title(one.title),
                ),
                Read(notice=one.notice_id),
            )
        ]
        for one in found.lines
    ]


def _day(day: date) -> str:
    return texts.plain("news.day", month=day.month, day=day.day)


def _title(title: str) -> str:
    title = title or texts.plain("columns.untitled")
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"
