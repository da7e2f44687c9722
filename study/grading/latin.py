"""Figures and dates typed in pinyin without choosing characters: wu yue shi er hao, liangtian."""

import re

_NUMERALS = {
    "ling": "零",
    "yi": "一",
    "er": "二",
    "liang": "两",
    "san": "三",
    "si": "四",
    "wu": "五",
    "liu": "六",
    "qi": "七",
    "ba": "八",
    "jiu": "九",
    "shi": "十",
    "bai": "百",
    "qian": "千",
    "wan": "万",
    "ban": "半",
}
_UNITS = {
    "nian": "年",
    "yue": "月",
    "ri": "日",
    "hao": "号",
    "tian": "天",
    "zhou": "周",
    "xingqi": "星期",
    "xiaoshi": "小时",
    "fenzhong": "分钟",
    "miao": "秒",
    "jidu": "季度",
    "ci": "次",
    "ge": "个",
    "ren": "人",
    "ming": "名",
    "sui": "岁",
    "mei": "每",
    "xueshi": "学时",
    "haosheng": "毫升",
    "sheng": "升",
    "limi": "厘米",
    "haomi": "毫米",
    "gongli": "公里",
    "mi": "米",
    "gongzuori": "工作日",
    "fenzhi": "分之",
    "dao": "到",
    "zhi": "至",
    "dian": "点",
}
_SYLLABLES = _NUMERALS | _UNITS
_SYLLABLE = "|".join(sorted(_SYLLABLES, key=len, reverse=True))
_FIGURE = re.compile(rf"(?<![a-z])(?:(?:\d+|{_SYLLABLE})[ ']*)+(?![a-z])")
_EACH = re.compile(rf"\d+|{_SYLLABLE}")


def worded(text: str, origin: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """`text` with such figures in characters, and the origin of each character; a lone syllable stays as it is."""
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    for run in _FIGURE.finditer(text):
        found = list(_EACH.finditer(text, run.start(), run.end()))
        told = [one[0] for one in found]
        if len(found) < 2 or not any(one in _NUMERALS or one.isdigit() for one in told):
            continue
        if not any(one in _SYLLABLES for one in told):
            continue
        pieces.append(text[at : run.start()])
        origins.extend(origin[at : run.start()])
        pieces.extend(_SYLLABLES.get(one, one) for one in told)
        origins.extend(origin[one.start()] for one in found for _ in _SYLLABLES.get(one[0], one[0]))
        at = run.end()
    if not pieces:
        return text, origin
    pieces.append(text[at:])
    origins.extend(origin[at:])
    return "".join(pieces), tuple(origins)
