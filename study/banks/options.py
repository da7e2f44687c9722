"""Options, however they are crammed into a cell."""

import json
import re
from string import ascii_uppercase

LETTERS = ascii_uppercase[:8]
TICKS = "√✓✔☑★"
_SEPARATORS = ("\n", "|", "｜", "$", "§", "¦", "#", "；", ";", "\t", "/", "、", "，", ",")
_EDGES = " \t\n|｜;；,，、/$#"
_TEXT_KEYS = ("content", "text", "value", "option", "name", "title", "label")
_OWN = re.compile(r"\s*[(（]?([A-Ha-h])[)）]?\s*[.．、:：)）]\s*(?=\S)|\s*[(（]([A-Ha-h])[)）]\s*(?=\S)")


def split(text: str) -> list[str]:
    """The options in one cell: lettered, as JSON, or with any usual separator; one when it cannot be divided."""
    if parsed := _json(text):
        return parsed
    if found := lettered(text):
        return found[1]
    for separator in _SEPARATORS:
        parts = [part.strip(_EDGES) for part in text.split(separator)]
        parts = [bare(part, index) for index, part in enumerate(part for part in parts if part)]
        if len(parts) > 1:
            return parts
    return [text.strip()] if text.strip() else []


def lettered(text: str) -> tuple[str, list[str]] | None:
    """What stands before A, and the texts after A, B, C …; None unless there are at least two."""
    for pattern in (
        r"(?<![A-Za-z0-9]){0}\s*[.．、:：)）]|[(（]{0}[)）]",  # A. A、 A) (A)
        r"(?:(?<=[\s|｜;；,，、/])|^){0}(?=[\s\u4e00-\u9fff“《])",  # A 甲
    ):
        places: list[tuple[int, int]] = []
        for letter in LETTERS:
            start = places[-1][1] if places else 0
            found = re.compile(pattern.format(letter)).search(text, start)
            if not found:
                break
            places.append(found.span())
        if len(places) > 1:
            ends = [start for start, _ in places[1:]] + [len(text)]
            texts = [text[start:end].strip(_EDGES) for (_, start), end in zip(places, ends, strict=True)]
            if all(texts):
                return text[: places[0][0]].strip(), texts
    return None


def bare(text: str, index: int) -> str:
    """An option without its own letter before it."""
    found = _OWN.match(text)
    if found and LETTERS.index((found[1] or found[2]).upper()) == index:
        return text[found.end() :].strip()
    return text.strip()


def ticked(options: list[str]) -> tuple[list[str], list[int]]:
    """The options without ticks, and which had one."""
    marked = [index for index, option in enumerate(options) if option.strip(TICKS + " ") != option.strip()]
    if len(marked) == len(options) or any(not option.strip(TICKS + " ") for option in options):
        return options, []
    return [bare(option.strip(TICKS + " "), index) for index, option in enumerate(options)], marked


def _json(text: str) -> list[str]:
    if not text.startswith(("[", "{")) or len(text) > 10_000:
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)] if {*value} <= {*LETTERS, *LETTERS.lower()} else []
    parts = [_text_of(one) for one in value] if isinstance(value, list) else []
    return [bare(part, index) for index, part in enumerate(parts)] if len(parts) > 1 and all(parts) else []


def _text_of(value: object) -> str:
    if isinstance(value, dict):
        value = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), "")
    return str(value).strip() if isinstance(value, str | int | float) else ""
