"""JSON: a map of questions to answers, or a list of questions with their fields."""

import json
from typing import Any

from storage.bankfiles import limits
from storage.bankfiles.refusing import Refused
from study.banks.sheets import Sheet, shown

_DEEPEST = 3
_LISTS = ("questions", "items", "data", "list", "题目", "试题")


def sheet(name: str, text: str) -> Sheet:
    """The map as a table: its row n is the n-th question. Raises Refused."""
    try:
        value = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise Refused("json", line=error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:
        raise Refused("damaged") from error
    if isinstance(value, _Pairs) and (inner := next((v for k, v in value if k in _LISTS), None)) is not None:
        value = inner
    if isinstance(value, _Pairs):
        records = [_Pairs([("question", key), *_fields(answer)]) for key, answer in value]
    elif isinstance(value, list) and all(isinstance(one, _Pairs) for one in value):
        records = value
    else:
        raise Refused("json_shape")
    if len(records) > limits.MOST_ROWS:
        raise Refused("too_long", rows=limits.MOST_ROWS)
    titles = list(dict.fromkeys(key for record in records[:1_000] for key, _ in record))[
        : limits.MOST_COLUMNS
    ]
    at = {title: place for place, title in enumerate(titles)}
    rows = [tuple(shown(title) for title in titles)]
    for record in records:
        cells = [""] * len(titles)
        for key, one in record:
            if key in at:
                cells[at[key]] = _cell(one)
        rows.append(tuple(cells))
    return Sheet(name, tuple(rows))


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with all its pairs: of two equal keys a dict would keep one in silence."""


def _fields(answer: Any) -> list[tuple[str, Any]]:
    return list(answer) if isinstance(answer, _Pairs) else [("answer", answer)]


def _cell(value: Any, *, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return ""
    if isinstance(value, _Pairs):
        value = [f"{key}. {_cell(one, depth=depth + 1)}" for key, one in value]
    if isinstance(value, list):
        return "\n".join(_cell(one, depth=depth + 1) for one in value)[: limits.LONGEST_CELL]
    if isinstance(value, bool):
        return "对" if value else "错"
    if isinstance(value, str):
        return shown(value[: limits.LONGEST_CELL])
    return shown(value) if isinstance(value, int | float) else ""
