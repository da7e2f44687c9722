"""Which column of a bank holds what: headers in any order and in everybody's wording."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from study.banks.sheets import Sheet

WITHIN = 20  # rows; titles and remarks may stand above the header
OPTIONS_MOST = 8


class Column(StrEnum):
    QUESTION = "question"
    KIND = "kind"
    OPTIONS = "options"  # all of them in one cell, or one a row
    ANSWER = "answer"
    ALIASES = "aliases"
    EXPLANATION = "explanation"
    DIFFICULTY = "difficulty"
    TAGS = "tags"
    DOCUMENT = "document"
    ARTICLE = "article"
    ID = "id"


_WORDS: Mapping[Column, str] = {
    Column.QUESTION: "题干 题目 试题 问题 题面 试题内容 题目内容 题目描述 试题题干 题干内容 试题名称 题目名称 试题正文 问题描述 "
    "试题标题 题目标题 question stem questiontext questiontitle prompt",
    Column.KIND: "题型 题类 类型 试题类型 题目类型 题型名称 试题题型 题目题型 type kind questiontype",
    Column.OPTIONS: "选项 选项内容 备选答案 备选项 备选选项 候选答案 可选项 试题选项 题目选项 答案选项 所有选项 options choices",
    Column.ANSWER: "答案 正确答案 标准答案 参考答案 正确选项 试题答案 题目答案 正确答案选项 答案内容 答案项 是否正确 是否正确答案 "
    "answer correctanswer correct key rightanswer answers",
    Column.ALIASES: "其他答案 别名 同义答案 可接受答案 其他说法 备用答案 aliases otheranswers alternatives",
    Column.EXPLANATION: "解析 答案解析 试题解析 题目解析 解释 说明 答案说明 分析 答案分析 试题分析 详解 解题思路 "
    "explanation analysis feedback rationale comment",
    Column.DIFFICULTY: "难度 难易度 难易程度 难度系数 难度等级 试题难度 题目难度 difficulty level",
    Column.TAGS: "知识点 分类 章节 类别 科目 所属章节 标签 考点 题目分类 试题分类 所属分类 所属知识点 主题 专题 模块 "
    "tags tag category chapter topic",
    Column.DOCUMENT: "出处 来源 依据 题目来源 试题来源 答案出处 文件 文件名称 政策依据 法规依据 法条依据 参考文献 source reference document",
    Column.ARTICLE: "条款 条文 条 第几条 article",
    Column.ID: "编号 试题编号 题目编号 编码 试题编码 题目编码 唯一编号 id questionid code",
}
_COLUMNS = {word: column for column, words in _WORDS.items() for word in words.split()}
# Seen often, and of no use here: not worth a remark.
_IGNORED = frozenset(
    "序号 题号 行号 no 分值 分数 得分 本题分值 建议分值 创建时间 创建人 更新时间 修改时间 状态 备注 出题人 审核人 命题人 使用次数 score "
    "points number".split()
)
_OPTION = re.compile(
    r"(?:备选|选择|候选)?(?:选项|答案|备选项|option|choice|项)?([a-h]|[1-8]|[一二三四五六七八])(?:选项|项|答案)?"
)
_BARE_NUMBER = re.compile(r"[1-8一二三四五六七八]")
_ORDINALS = {
    sign: index for signs in ("abcdefgh", "12345678", "一二三四五六七八") for index, sign in enumerate(signs)
}


@dataclass(frozen=True)
class Header:
    """Where the header stands and what each column holds; `options` are columns of one option each, in order."""

    row: int
    columns: Mapping[Column, tuple[int, ...]]
    options: tuple[int, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    below: int = 0
    """The first row of questions."""

    def of(self, column: Column) -> int | None:
        places = self.columns.get(column, ())
        return places[0] if places else None


def find(sheet: Sheet) -> Header | None:
    """The first row that names a question and what makes an answer of it."""
    for row, cells in enumerate(sheet.rows[:WITHIN]):
        header = _read(sheet, row, cells)
        if header is not None:
            return header
    return None


def is_header(cells: Sequence[str]) -> bool:
    """Whether the row is a header that comes again, as at the top of printed pages."""
    found = {_COLUMNS.get(_plain(cell)) for cell in cells if cell}
    return Column.QUESTION in found and Column.ANSWER in found


def _read(sheet: Sheet, row: int, cells: Sequence[str]) -> Header | None:
    columns: dict[Column, list[int]] = {}
    options: dict[int, int] = {}
    unknown: dict[int, str] = {}
    for place, title in enumerate(cells):
        plain = _plain(title)
        if not plain:
            continue
        if column := _COLUMNS.get(plain):
            columns.setdefault(column, []).append(place)
        elif (found := _OPTION.fullmatch(plain)) and not _BARE_NUMBER.fullmatch(plain):
            options.setdefault(_ORDINALS[found[1]], place)
        elif plain not in _IGNORED:
            unknown[place] = title
    if Column.QUESTION not in columns or not (options or columns.keys() - {Column.QUESTION, Column.ID}):
        return None
    below = row + 1
    spread = _spread(sheet, row, columns)
    if spread and (named := _letters_below(sheet, below, spread)):
        options, below = named, below + 1
        columns.pop(Column.OPTIONS)
    elif len(spread) > 1 and not options:
        options = dict(enumerate(spread[:OPTIONS_MOST]))
        columns.pop(Column.OPTIONS)
    # An answer to each option, such as 答案A: then they are options themselves.
    return Header(
        row=row,
        columns={column: tuple(places) for column, places in columns.items()},
        options=tuple(options[index] for index in sorted(options)),
        unknown=unknown,
        below=below,
    )


def _spread(sheet: Sheet, row: int, columns: Mapping[Column, Sequence[int]]) -> list[int]:
    """The columns under 选项 when that header stands over several: the empty ones to its right belong to it."""
    places = list(columns.get(Column.OPTIONS, ()))
    if len(places) != 1:
        return places
    width = max(len(cells) for cells in sheet.rows[row : row + 50])
    following = places[0] + 1
    while following < width and not sheet.cell(row, following):
        if any(sheet.cell(below, following) for below in range(row + 1, min(row + 50, len(sheet.rows)))):
            places.append(following)
        following += 1
    return places


def _letters_below(sheet: Sheet, row: int, places: Sequence[int]) -> dict[int, int]:
    """A, B, C … in a second row of the header, under 选项."""
    if row >= len(sheet.rows):
        return {}
    found = {place: _plain(sheet.cell(row, place)) for place in places}
    if len(found) < 2 or not all(len(plain) == 1 and plain in "abcdefgh" for plain in found.values()):
        return {}
    return {_ORDINALS[plain]: place for place, plain in found.items()}


def _plain(title: str) -> str:
    """A header without what people decorate it with: blanks, marks, remarks in brackets."""
    bare = re.sub(r"[(（【\[].*?[)）】\]]", "", title)
    return re.sub(r"[\s*:：_\-/、.。]+", "", unicodedata.normalize("NFKC", bare)).lower()
