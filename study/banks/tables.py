"""Tables of a bank to questions, row by row."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from study.banks import answers, headers, kinds, options
from study.banks.headers import Column, Header
from study.banks.questions import Bank, Question, Where, Wording
from study.banks.sheets import Sheet, reference
from study.items import Kind
from study.packs import limits
from study.packs.faults import MOST_FAULTS, Fault, excerpt

Progress = Callable[[int], None]

_CHOICES = {Kind.SINGLE, Kind.MULTIPLE, kinds.CHOICE}
_EASY = frozenset("易 简单 容易 低 较低 初级 基础 入门 easy low 较易".split())
_MIDDLE = frozenset("中 中等 一般 普通 适中 中级 medium middle normal".split())
_HARD = frozenset("难 困难 高 较高 较难 高级 很难 hard difficult high".split())
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_LETTER_OF_OPTION = re.compile(r"(?<![A-Za-z0-9])(?:选项\s*([A-H])|([A-H])\s*(?:选项|项))(?![A-Za-z0-9])")
_SO_CHOOSE = re.compile(
    r"(?:因此|所以|综上|故)?[，,]?\s*(?:本题|此题)?\s*(?:正确)?(?:答案|故|应)?\s*(?:为|是|应?选择?)\s*[:：]?\s*[A-H](?:[、,，\s]*[A-H])*(?:项|选项)?\s*(?:[。.；;，,]|$)"
)
_ALSO = re.compile(r"[\n;；|｜、，,]+")


class Misread(Exception):
    """A row that makes no question: the field it is about, and the key of the text that says how to mend it."""

    def __init__(self, name: str, key: str, /, **params: str | int) -> None:
        super().__init__(name, key)
        self.name, self.key, self.params = name, key, params


def read(sheets: Sequence[Sheet], *, progress: Progress = lambda rows: None) -> Bank:
    """The questions of all sheets that have a header; `progress` is told how many rows are done."""
    found = _Found()
    for sheet in sheets:
        header = headers.find(sheet)
        if header is None:
            if any(any(cells) for cells in sheet.rows):
                found.notes.append(Fault(sheet.name, 0, "", "bank.note.no_header"))
            progress(len(sheet.rows))
            continue
        found.sheets += 1
        for place, title in header.unknown.items():
            cell = reference(header.row, place)
            found.notes.append(
                Fault(sheet.name, header.row + 1, cell, "bank.note.unknown_column", {"name": excerpt(title)})
            )
        _read_sheet(sheet, header, found, progress)
    if not found.sheets:
        found.faults.append(Fault("", 0, "", "bank.fault.no_header"))
    return Bank(tuple(found.questions), tuple(found.faults), tuple(found.notes))


@dataclass
class _Found:
    questions: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    sheets: int = 0


def _read_sheet(sheet: Sheet, header: Header, found: _Found, progress: Progress) -> None:
    section = kinds.heading(sheet.name.rpartition(" · ")[2])
    done = 0
    for block in _blocks(sheet, header):
        if block.heading is not None:
            section = block.heading
        else:
            try:
                found.questions.append(_question(sheet, header, block.rows, section))
            except Misread as error:
                where = _where(sheet, header, block.rows[0])
                if len(found.faults) < MOST_FAULTS:
                    found.faults.append(where.fault(error.name, error.key, **error.params))
        progress(block.rows[-1] + 1 - done)
        done = block.rows[-1] + 1
    progress(len(sheet.rows) - done)


@dataclass(frozen=True)
class _Block:
    """The rows of one question, or a heading of several."""

    rows: tuple[int, ...]
    heading: str | None = None


def _blocks(sheet: Sheet, header: Header) -> Iterator[_Block]:
    """Rows that belong together: a row without a question that only adds options goes on with the one before."""
    question = header.of(Column.QUESTION)
    assert question is not None
    rows: list[int] = []
    for row in range(header.below, len(sheet.rows)):
        cells = [cell for cell in sheet.rows[row] if cell]
        if not cells or headers.is_header(sheet.rows[row]):
            continue
        kind = kinds.heading(cells[0]) if len(set(cells)) == 1 else None
        goes_on = bool(rows) and not sheet.cell(row, question) and _adds_options(sheet, header, row)
        if rows and not goes_on:
            yield _Block(tuple(rows))
            rows = []
        if kind:
            yield _Block((row,), heading=kind)
        else:
            rows.append(row)
    if rows:
        yield _Block(tuple(rows))


def _adds_options(sheet: Sheet, header: Header, row: int) -> bool:
    places = (*header.columns.get(Column.OPTIONS, ()), *header.options)
    return any(sheet.cell(row, place) for place in places)


# --- one question ---------------------------------------------------------------------------------


def _where(sheet: Sheet, header: Header, row: int) -> Where:
    names = {
        "question": Column.QUESTION,
        "kind": Column.KIND,
        "answer": Column.ANSWER,
        "points": Column.ANSWER,
        "aliases": Column.ALIASES,
        "explanation": Column.EXPLANATION,
        "difficulty": Column.DIFFICULTY,
        "tags": Column.TAGS,
        "source": Column.DOCUMENT,
        "id": Column.ID,
    }
    cells = {
        name: reference(row, place)
        for name, column in names.items()
        if (place := header.of(column)) is not None
    }
    options_at = header.options[:1] or header.columns.get(Column.OPTIONS, ())[:1]
    if options_at:
        cells["options"] = reference(row, options_at[0])
    return Where(sheet.name, row + 1, cells)


def _question(sheet: Sheet, header: Header, rows: tuple[int, ...], section: str | None) -> Question:
    cells = _Cells(sheet, header, rows)
    text = cells.first(Column.QUESTION)
    if not text:
        raise Misread("question", "bank.fault.no_question")
    if "[object Object]" in text:
        raise Misread("question", "pack.fault.broken", text=excerpt(text))
    stem = kinds.stem(text)
    kind = _kind(cells, stem.kind or section)
    answer = cells.first(Column.ANSWER)
    draft = Question(
        where=_where(sheet, header, rows[0]),
        kind=Kind.SHORT,
        text=stem.text,
        explanation=cells.first(Column.EXPLANATION),
        document=cells.repeated(Column.DOCUMENT),
        article=cells.first(Column.ARTICLE),
        tags=_tags(cells.repeated(Column.TAGS)),
        difficulty=difficulty(cells.repeated(Column.DIFFICULTY)),
        id=identifier(cells.first(Column.ID)),
    )
    found, marked = cells.options()
    if marked and len(rows) > 1:
        answer = ""  # a tick on a row, and not the answer in words
    if kind in {None, *_CHOICES} and not found and (embedded := options.lettered(stem.text)):
        before, found = embedded
        draft = replace(draft, text=before or stem.text)
    return understood(
        draft, kind=kind, options_=found, answer=answer, marked=marked, aliases=cells.first(Column.ALIASES)
    )


@dataclass(frozen=True)
class _Cells:
    """The cells of one question."""

    sheet: Sheet
    header: Header
    rows: tuple[int, ...]

    def first(self, column: Column) -> str:
        """The first text in any column of this meaning."""
        places = self.header.columns.get(column, ())
        return next(
            (text for row in self.rows for place in places if (text := self.sheet.cell(row, place))), ""
        )

    def repeated(self, column: Column) -> str:
        """The same, where one cell may stand for many rows."""
        place = self.header.of(column)
        return "" if place is None else self.sheet.repeated(self.rows[0], place)

    def options(self) -> tuple[list[str], list[int]]:
        """The options, and which of them are marked as right."""
        places = self.header.options
        if places:
            texts = [self.sheet.cell(self.rows[0], place) for place in places]
            while texts and not texts[-1]:
                texts.pop()
            if not texts and len(self.rows) == 1:
                return self._together()
            if "" in texts:
                raise Misread("options", "bank.fault.option_gap", letter=options.LETTERS[texts.index("")])
            return options.ticked([options.bare(text, index) for index, text in enumerate(texts)])
        return self._together()

    def _together(self) -> tuple[list[str], list[int]]:
        """All in one cell, or one a row with a tick in the answer's column."""
        place = self.header.of(Column.OPTIONS)
        if place is None:
            return [], []
        texts = [(row, text) for row in self.rows if (text := self.sheet.cell(row, place))]
        if len(texts) < 2:
            return options.ticked(options.split(texts[0][1])) if texts else ([], [])
        found = [options.bare(text, index) for index, (_, text) in enumerate(texts)]
        at = self.header.of(Column.ANSWER)
        said = {
            index: cell
            for index, (row, _) in enumerate(texts)
            if at is not None and (cell := self.sheet.cell(row, at))
        }
        if said and all(answers.is_tick(cell) or answers.truth(cell) is False for cell in said.values()):
            return found, [index for index, cell in said.items() if answers.is_tick(cell)]
        return options.ticked(found)


def _kind(cells: _Cells, otherwise: str | None) -> str | None:
    word = cells.repeated(Column.KIND)
    if not word:
        return otherwise
    kind = kinds.named(word)
    if kind is None:
        raise Misread("kind", "bank.fault.kind", name=excerpt(word))
    return kind


def understood(
    draft: Question,
    *,
    kind: str | None,
    options_: Sequence[str],
    answer: str,
    marked: Sequence[int] = (),
    aliases: str = "",
) -> Question:
    """The question with its answer read; `kind` None is to be found out. Raises Misread."""
    if "[object Object]" in answer:
        raise Misread("answer", "pack.fault.broken", text=excerpt(answer))
    inside = answers.in_question(draft.text)
    if not answer and not marked and inside and kind not in {Kind.FILL, Kind.SHORT, Kind.LIST, Kind.NUMBER}:
        draft, answer = replace(draft, text=inside[0]), inside[1]
    elif answer and inside and _same(inside[1], answer):
        draft = replace(draft, text=inside[0])  # or the answer could be read in the question
    if not answer and not marked:
        raise Misread("answer", "bank.fault.no_answer")
    if kind is None:
        kind = _guess(draft.text, options_, answer)
    if kind == Kind.TRUEFALSE:
        return _truefalse(draft, options_, answer, marked)
    if kind in _CHOICES:
        return _choice(draft, kind, options_, answer, marked)
    return _words(draft, Kind(kind), answer, aliases)


def _same(inside: str, answer: str) -> bool:
    letters = answers.picks(inside, ()) is not None and answers.picks(inside, ()) == answers.picks(answer, ())
    return letters or (answers.truth(inside) is not None and answers.truth(inside) == answers.truth(answer))


def _guess(text: str, options_: Sequence[str], answer: str) -> str:
    if len(options_) >= 2:
        truths = [answers.truth(option) for option in options_]
        return Kind.TRUEFALSE if sorted(map(str, truths)) == ["False", "True"] else kinds.CHOICE
    if answers.truth(answer) is not None:
        return Kind.TRUEFALSE
    return Kind.FILL if answers.blanks(text) else Kind.SHORT


def _truefalse(draft: Question, options_: Sequence[str], answer: str, marked: Sequence[int]) -> Question:
    truths = [answers.truth(option) for option in options_]
    if len(options_) == 2 and sorted(map(str, truths)) == ["False", "True"]:
        chosen = tuple(marked) or answers.picks(answer, options_)
        if chosen and len(chosen) == 1 and chosen[0] < 2:
            return replace(draft, kind=Kind.TRUEFALSE, right=(0,) if truths[chosen[0]] else (1,))
    said = answers.truth(answer)
    if said is None and answer.strip().upper() in {"A", "B"} and not options_:
        said = answer.strip().upper() == "A"
    if said is None:
        raise Misread("answer", "bank.fault.truefalse", value=excerpt(answer))
    return replace(draft, kind=Kind.TRUEFALSE, right=(0,) if said else (1,))


def _choice(
    draft: Question, kind: str, options_: Sequence[str], answer: str, marked: Sequence[int]
) -> Question:
    if len(options_) < 2:
        raise Misread("options", "bank.fault.no_options")
    right = answers.picks(answer, options_) if answer else None
    if right is None and marked:
        right = tuple(marked)
    if right is None:
        raise Misread("answer", "bank.fault.answer", value=excerpt(answer))
    if max(right) >= len(options_):
        letter, last = options.LETTERS[max(right)], options.LETTERS[min(len(options_), 8) - 1]
        raise Misread("answer", "pack.fault.no_such_option", letter=letter, last=last)
    if kind == kinds.CHOICE:
        kind = Kind.SINGLE if len(right) == 1 else Kind.MULTIPLE
    return replace(
        draft,
        kind=Kind(kind),
        options=tuple(" ".join(option.split("\n")) for option in options_),
        right=right,
        explanation=_without_letters(draft.explanation, options_),
    )


def _words(draft: Question, kind: Kind, answer: str, aliases: str) -> Question:
    gaps = answers.blanks(draft.text)
    match kind:
        case Kind.FILL:
            texts = answers.parts(answer, gaps) if gaps > 1 else [answer]
        case Kind.SHORT:
            texts = answers.numbered(answer) or answer.split("\n")
        case Kind.LIST:
            texts = answers.several(answer)
        case _:
            texts = [answer]
    if kind is Kind.LIST and len(texts) < 2:
        kind = Kind.SHORT
    also = tuple(part.strip() for part in _ALSO.split(aliases) if part.strip()) if len(texts) == 1 else ()
    return replace(
        draft,
        kind=kind,
        points=tuple(Wording(text, also) for text in texts),
        ordered=kind is Kind.FILL and len(texts) > 1,
    )


def _without_letters(explanation: str, options_: Sequence[str]) -> str:
    """Letters in an explanation would be wrong wherever options are shown in another order: their words take
    their place, and "so the answer is B" goes, for it is shown anyway."""
    said = _SO_CHOOSE.sub("", explanation)

    def in_words(found: re.Match[str]) -> str:
        index = options.LETTERS.index(found[1] or found[2])
        return f"“{options_[index]}”" if index < len(options_) else found[0]

    return _LETTER_OF_OPTION.sub(in_words, said).strip()


# --- the smaller columns --------------------------------------------------------------------------


def difficulty(text: str) -> int:
    """1 easy, 2, 3 hard; 0 when the text says nothing that is understood."""
    plain = text.strip().lower().rstrip("度级")
    for level, words in ((1, _EASY), (2, _MIDDLE), (3, _HARD)):
        if plain in words:
            return level
    if plain and not plain.strip("★☆*"):
        stars = len(plain.replace("☆", ""))
        return stars if len(plain) <= 3 else (1 if stars <= 2 else 2 if stars == 3 else 3)
    if re.fullmatch(r"[1-3]", plain):
        return int(plain)
    if re.fullmatch(r"[45]", plain):
        return 3
    if re.fullmatch(r"0\.\d+", plain):
        # 难度系数 is the share of people who answer it rightly: the smaller, the harder.
        return 1 if float(plain) >= 0.7 else 2 if float(plain) >= 0.4 else 3
    return 0


def identifier(text: str) -> str:
    """An id that a pack may use, from a column of ids; "" when there is none."""
    plain = re.sub(r"[\s_.]+", "-", text.strip().lower())
    return plain if _ID.fullmatch(plain) and not plain.isdecimal() else ""


def _tags(text: str) -> tuple[str, ...]:
    parts = [part.strip()[: limits.TAG] for part in re.split(r"[\n,，;；、|/>]+", text) if part.strip()]
    return tuple(dict.fromkeys(parts))[: limits.TAGS]
