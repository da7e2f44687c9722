"""A pack as an Anki deck (.apkg), for people who like to repeat there."""

import hashlib
import html
import io
from string import ascii_uppercase

import genanki

from study.items import Item, Kind, Pack

_MODEL = 1_734_025_511  # any number, and for ever the same: by it Anki knows the note type again
_STYLE = """.card { font-family: sans-serif; font-size: 20px; text-align: left; line-height: 1.5; }
.more { color: #666; font-size: 16px; }"""
_FIELDS = ("Question", "Options", "Answer", "Explanation", "Source")
_FRONT = "<div>{{Question}}</div>{{#Options}}<div>{{Options}}</div>{{/Options}}"
_BACK = '{{FrontSide}}<hr id="answer"><b>{{Answer}}</b><p>{{Explanation}}</p><p class="more">{{Source}}</p>'


def write(pack: Pack, *, timestamp: float | None = None) -> bytes:
    """All items as cards; a card keeps its progress in Anki when a new version of the pack is imported."""
    model = genanki.Model(
        _MODEL,
        "branch-study-bot",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Card", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    deck = genanki.Deck(_number(pack.id), pack.title)
    for item in pack.items:
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[_safe(text) for text in _texts(item)],
                tags=[tag.replace(" ", "_") for tag in item.tags],
                guid=genanki.guid_for(pack.id, item.id),
            )
        )
    file = io.BytesIO()
    genanki.Package(deck).write_to_file(file, timestamp=timestamp)
    return file.getvalue()


def _texts(item: Item) -> tuple[str, ...]:
    options = "" if item.kind is Kind.TRUEFALSE else "\n".join(_lettered(item))
    source = " ".join(
        part for part in (item.source.document, item.source.article, str(item.source.date or "")) if part
    )
    return item.question, options, _answer(item), item.explanation, source


def _lettered(item: Item) -> list[str]:
    return [f"{letter}. {option}" for letter, option in zip(ascii_uppercase, item.options, strict=False)]


def _answer(item: Item) -> str:
    if item.kind is Kind.TRUEFALSE:
        return item.options[item.right[0]]
    if item.is_choice:
        lettered = _lettered(item)
        return "\n".join(lettered[index] for index in item.right)
    return "\n".join(point.text for point in item.points)


def _safe(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _number(id: str) -> int:
    """The same number for the same pack, by which Anki knows the deck again."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big") | 1 << 30
