"""Where a fact stands, in one line."""

from markupsafe import Markup

from bot import texts
from study.items import Source

ALERT_CHARACTERS = 200


def cited(source: Source) -> Markup:
    """The source as a line of a message."""
    return texts.html("source.line", source=in_words(source))


def alert(source: Source) -> str:
    """The source for an alert, within what Telegram shows."""
    line = texts.plain("source.line_plain", source=in_words(source))
    return line if len(line) <= ALERT_CHARACTERS else line[: ALERT_CHARACTERS - 1] + "…"


def in_words(source: Source) -> str:
    """ "《中国共产党支部工作条例（试行）》第十一条（2018年10月28日）" """
    document = source.document
    words = document if document.startswith("《") else texts.plain("source.document", document=document)
    if source.article:
        words += source.article
    if source.date:
        day = source.date
        words += texts.plain("source.date", year=day.year, month=day.month, day=day.day)
    return words
