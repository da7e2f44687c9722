"""Moodle's GIFT: read and written.

The format: https://docs.moodle.org/en/GIFT_format. Choices, true/false, short answers, numbers and gaps are read;
matching questions and essays without an answer are told, for nothing here could mark them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from study.banks.questions import Bank, Question, Where, Wording
from study.banks.sheets import clean
from study.banks.tables import Misread
from study.items import Item, Kind, Pack
from study.packs.faults import MOST_FAULTS, Fault

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_TITLE = re.compile(r"\s*::((?:\\.|[^\\:]|:(?!:))*)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(?:html|moodle|plain|markdown)\]\s*")
_CATEGORY = re.compile(r"\$CATEGORY:\s*(.+)")
_ID = re.compile(r"\[id:([^\]]{1,60})\]")
_OPEN, _CLOSE = re.compile(r"(?<!\\)\{"), re.compile(r"(?<!\\)\}")
_MARK = re.compile(r"(?<!\\)([=~])")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d+)?)%")
_FEEDBACK = re.compile(r"(?<!\\)#")
_GENERAL = re.compile(r"(?<!\\)####")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BLANK = "______"


def looks_like(text: str) -> bool:
    return bool(_OPEN.search(text) and _CLOSE.search(text))


def read(name: str, text: str) -> Bank:
    """Every question of the text; the row of each is the line on which it begins."""
    questions: list[Question] = []
    faults: list[Fault] = []
    notes: list[Fault] = []
    for block in _blocks(text):
        where = Where(name, block.line)
        opening = _OPEN.search(block.text)
        if not opening:
            notes.append(where.fault("", "bank.note.no_question"))
            continue
        try:
            questions.append(_question(where, block, opening.span()))
        except Misread as error:
            if len(faults) < MOST_FAULTS:
                faults.append(where.fault("", error.key, **error.params))
    if not questions and not faults:
        faults.append(Fault(name, 0, "", "bank.fault.empty"))
    return Bank(tuple(questions), tuple(faults), tuple(notes[:MOST_FAULTS]))


@dataclass(frozen=True)
class _Block:
    line: int
    text: str
    id: str
    tags: tuple[str, ...]


def _blocks(text: str) -> Iterator[_Block]:
    """Questions are divided by blank lines; lines with // are remarks, which may hold an id."""
    lines: list[str] = []
    first, id = 0, ""
    tags: tuple[str, ...] = ()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            id = found[1] if (found := _ID.search(bare)) else id
        elif category := _CATEGORY.match(bare):
            leaf = clean(category[1]).rpartition("/")[2].strip()
            tags = (leaf[:20],) if leaf else ()
        elif bare:
            first = first or number
            lines.append(line)
        elif lines and not _is_open("\n".join(lines)):
            yield _Block(first, "\n".join(lines), id, tags)
            lines, first, id = [], 0, ""
    if lines:
        yield _Block(first, "\n".join(lines), id, tags)


def _is_open(text: str) -> bool:
    """Whether a brace waits for its end: blank lines within an answer end no question."""
    return len(_OPEN.findall(text)) > len(_CLOSE.findall(text)) and len(text) < 20_000


def _question(where: Where, block: _Block, opening: tuple[int, int]) -> Question:
    start, inside = opening
    closing = _CLOSE.search(block.text, inside)
    if not closing:
        raise Misread("", "bank.fault.gift_open")
    before, after = block.text[:start], block.text[closing.end() :].strip()
    if title := _TITLE.match(before):
        before = before[title.end() :]
    before = _plain(_FORMAT.sub("", before, count=1) if _FORMAT.match(before) else before)
    text = f"{before}{_BLANK}{_plain(after)}" if after else before
    if not text:
        raise Misread("", "bank.fault.no_question")
    answer = block.text[inside : closing.start()].strip()
    general = _GENERAL.search(answer)
    explanation = _plain(answer[general.end() :]) if general else ""
    body = answer[: general.start()].strip() if general else answer
    draft = Question(
        where=where, kind=Kind.SHORT, text=text, explanation=explanation, tags=block.tags, id=block.id
    )
    return _answered(draft, body, gap=bool(after))


def _answered(draft: Question, body: str, *, gap: bool) -> Question:
    if not body:
        raise Misread("", "bank.fault.no_answer")
    if body.startswith("#"):
        text, tolerance = _figure(body[1:])
        return replace(draft, kind=Kind.NUMBER, points=(Wording(text),), tolerance=tolerance)
    word = _FEEDBACK.split(body)[0].strip().upper()
    if word in {"T", "TRUE", "F", "FALSE"}:
        return replace(draft, kind=Kind.TRUEFALSE, right=(0,) if word[0] == "T" else (1,))
    choices = _choices(body)
    if not choices or any(re.search(r"(?<!\\)->", choice.text) for choice in choices):
        raise Misread("", "bank.fault.gift_kind")
    if all(choice.mark == "=" for choice in choices):
        texts = [_plain(choice.text) for choice in choices if choice.weight in (None, 100.0)]
        if not texts:
            raise Misread("", "bank.fault.no_answer")
        kind = Kind.FILL if gap or _BLANK in draft.text else Kind.SHORT
        return replace(draft, kind=kind, points=(Wording(texts[0], tuple(texts[1:])),))
    right = tuple(index for index, choice in enumerate(choices) if choice.is_right)
    if not right:
        raise Misread("", "bank.fault.no_answer")
    several = len(right) > 1 or all(choice.mark == "~" for choice in choices)
    return replace(
        draft,
        kind=Kind.MULTIPLE if several else Kind.SINGLE,
        options=tuple(_plain(choice.text) for choice in choices),
        right=right,
    )


@dataclass(frozen=True)
class _Choice:
    mark: str
    text: str
    weight: float | None

    @property
    def is_right(self) -> bool:
        return self.mark == "=" if self.weight is None else self.weight > 0


def _choices(body: str) -> list[_Choice]:
    found = list(_MARK.finditer(body))
    ends = [*(one.start() for one in found[1:]), len(body)][: len(found)]
    choices = []
    for one, end in zip(found, ends, strict=True):
        text = body[one.end() : end]
        weight = _WEIGHT.match(text)
        text = text[weight.end() :] if weight else text
        choices.append(_Choice(one[1], _FEEDBACK.split(text)[0], float(weight[1]) if weight else None))
    return choices


def _figure(text: str) -> tuple[str, str]:
    """The number and its tolerance: 3:2, 1..5, or the first of several."""
    first = _FEEDBACK.split(text.strip().lstrip("="))[0].split("=")[0].strip()
    first = _WEIGHT.sub("", first).strip()
    low, dots, high = first.partition("..")
    if dots and _NUMBER.fullmatch(low.strip()) and _NUMBER.fullmatch(high.strip()):
        bottom, top = float(low), float(high)
        return f"{(bottom + top) / 2:g}", f"{abs(top - bottom) / 2:g}"
    number, _, tolerance = (part.strip() for part in first.partition(":"))
    if not _NUMBER.fullmatch(number):
        raise Misread("", "bank.fault.gift_number", value=first[:30])
    return number, tolerance if _NUMBER.fullmatch(tolerance) and float(tolerance) else ""


def _plain(text: str) -> str:
    return clean(_ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text))


# --- writing --------------------------------------------------------------------------------------


def write(pack: Pack) -> str:
    """All items as GIFT; one whose answer has several points becomes an essay with the points as its feedback."""
    return "\n\n".join(_written(item) for item in pack.items) + "\n"


def is_exact(item: Item) -> bool:
    """Whether GIFT and Moodle can mark the item as we do: answers of several points they leave to people."""
    return item.is_choice or len(item.points) == 1


def number_of(item: Item) -> str:
    """The answer as a bare number, "" when it is none (a date, or one with a unit)."""
    bare = item.kind is Kind.NUMBER and _NUMBER.fullmatch(item.points[0].text)
    return item.points[0].text if bare else ""


def _written(item: Item) -> str:
    general = f"####{_escaped(item.explanation)}"
    if item.kind is Kind.TRUEFALSE:
        body = "TRUE" if item.right == (0,) else "FALSE"
    elif item.kind is Kind.SINGLE:
        body = " ".join(
            f"{'=' if index in item.right else '~'}{_escaped(option)}"
            for index, option in enumerate(item.options)
        )
    elif item.kind is Kind.MULTIPLE:
        share = f"{100 / len(item.right):.5f}".rstrip("0").rstrip(".")
        body = " ".join(
            f"~%{share if index in item.right else '-100'}%{_escaped(option)}"
            for index, option in enumerate(item.options)
        )
    elif number_of(item):
        body = f"#{number_of(item)}:{item.tolerance or 0:g}"
    elif is_exact(item):
        [point] = item.points
        body = " ".join(f"={_escaped(text)}" for text in (point.text, *point.aliases))
    else:
        points = "；".join(point.text for point in item.points)
        body, general = "", f"####{_escaped(points)}\\n{_escaped(item.explanation)}"
    return f"// [id:{item.id}]\n::{_escaped(item.id)}::{_escaped(item.question)} {{{body}{general}}}"


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")
