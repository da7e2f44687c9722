"""What kind of question a word names, wherever banks write it: a column, a heading, before the question."""

import re
import unicodedata
from dataclasses import dataclass

from study.items import Kind

CHOICE = "choice"
"""A choice of which the answer tells whether one or several are right."""

_WORDS = {
    Kind.SINGLE: "单选题 单选 单项选择题 单项选择 单选择题 单项题 singlechoice single radio",
    Kind.MULTIPLE: "多选题 多选 多项选择题 多项选择 多选择题 不定项选择题 不定项选择 不定项 multiple multipleresponse checkbox",
    CHOICE: "选择题 选择 choice multiplechoice mcq",
    Kind.TRUEFALSE: "判断题 判断 是非题 是非 对错题 正误题 判断正误 判断对错 truefalse judge judgement tf",
    Kind.FILL: "填空题 填空 fillblank fillintheblank fillin blank cloze fill",
    Kind.SHORT: "简答题 简答 问答题 问答 论述题 论述 名词解释题 名词解释 案例分析题 案例分析 材料分析题 材料题 主观题 "
    "shortanswer short essay qa openended",
    Kind.LIST: "列举题 列举 list enumeration",
    Kind.NUMBER: "数字题 数字 计算题 number numeric numerical",
}
_BY_WORD: dict[str, str] = {word: str(kind) for kind, words in _WORDS.items() for word in words.split()}
_CHINESE = sorted((word for word in _BY_WORD if not word.isascii()), key=len, reverse=True)
_WORD = "|".join(_CHINESE)
_IN_BRACKETS = re.compile(rf"\s*[【\[(（<《]\s*({_WORD})\s*[】\])）>》]\s*")
_BARE = re.compile(rf"\s*({_WORD})\s*(?:[:：.、]\s*|(?=\d{{1,4}}\s*[.、．:：)）])|\s+)")
# 1. and 第3题: but not 1.5 nor 3月; a year may follow.
_NUMBER = re.compile(
    r"\s*(?:第\s*\d{1,4}\s*题(?:\s*[.．、:：]|\s)|[(（]\s*\d{1,4}\s*[)）]|\d{1,4}\s*[.．、:：)）](?:(?!\d)|(?=(?:19|20)\d\d\s*年)))\s*"
)
_SCORE = re.compile(r"\s*[(（]\s*(?:本题)?\s*\d+(?:\.\d+)?\s*分\s*[)）]\s*")
_HEADING = re.compile(
    rf"(?:第?[一二三四五六七八九十]{{1,3}}\s*(?:部分)?[、.．:：\s]|\d{{1,2}}\s*[、.．])?\s*({_WORD})"
)
_LONGEST_HEADING = 60


@dataclass(frozen=True)
class Stem:
    """A question without its number and what stood before it; `kind` if that was among it."""

    text: str
    kind: str | None


def named(word: str) -> str | None:
    """The kind that the word names (a value of Kind, or CHOICE); None for no kind that is known."""
    plain = re.sub(r"[(（【\[].*?[)）】\]]", "", word) or word
    plain = re.sub(r"[\s\-_/、.。:：【】\[\]()（）]+", "", unicodedata.normalize("NFKC", plain)).lower()
    plain = re.sub(r"^[一二三四五六七八九十\d]+(?=\D)", "", plain) if plain not in _BY_WORD else plain
    return _BY_WORD.get(plain)


def heading(text: str) -> str | None:
    """The kind in a line that stands over questions, such as 一、单选题（每题2分，共20题）."""
    found = _HEADING.match(text) if len(text) <= _LONGEST_HEADING else None
    if not found:
        return None
    rest = re.sub(r"[(（【\[].*?[)）】\]]", "", text[found.end() :]).strip(" 。.:：、,，")
    return (
        _BY_WORD[found[1]]
        if not rest or re.fullmatch(r"[共每题计,，。；;:：\d\s分道小个合]*", rest)
        else None
    )


def stem(text: str) -> Stem:
    """Take off the number, the kind and the score that stand before a question."""
    kind: str | None = None
    rest = _number_off(text)
    for pattern in (_IN_BRACKETS, _BARE):
        if found := pattern.match(rest):
            kind, rest = _BY_WORD[found[1]], _number_off(rest[found.end() :])
            break
    rest = _SCORE.sub("", rest, count=1) if _SCORE.match(rest) else rest
    if (score := _SCORE.search(rest)) and score.end() == len(rest):
        rest = rest[: score.start()]
    return Stem(rest.strip(), kind) if rest.strip() else Stem(text.strip(), kind)


def _number_off(text: str) -> str:
    found = _NUMBER.match(text)
    return text[found.end() :] if found and found.end() < len(text) else text
