"""How a question is heard: its words, its characters in pairs, and its sounds in pairs.

Each way makes up for another: words know what belongs together, pairs of characters find what no dictionary has,
sounds forgive a slip of the voice input and read pinyin.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import rjieba
from opencc import OpenCC

from study.grading.pinyin import spelled

# What makes a sentence a question says nothing of what it asks about; longer ones first.
_ASKING = re.compile(
    "|".join(
        sorted(
            "什么时候 啥时候 怎么样 怎么办 怎么回事 怎么 怎样 什么 为什么 为啥 咋办 咋整 干嘛 干啥 有没有 能不能 是不是 会不会 "
            "要不要 需不需要 可不可以 可以吗 可以 算不算 用不用 行不行 多少 多久 几个 哪些 哪个 哪里 哪儿 哪天 是啥 啥意思 意思 "
            "请问 一下 到底 还得 应该".split(),
            key=len,
            reverse=True,
        )
    )
)
_STOP = frozenset(
    "的 了 吗 嘛 呢 吧 啊 呀 哦 么 是 在 和 与 或 有 我 你 您 他 她 们 我们 你们 咱 咱们 它 这 那 哪 啥 咋 如何 几 要 能 会 需要 就 都 也 "
    "还 还是 个 次 对 把 被 让 给 到 从 跟 去 来 请 想 知道 问 时候 时 后 前 里 上 下 中 不 没 没有 算 谁 何时 必须 一定 好 做 办 处理 "
    "说 讲 得 着 过 行 事 才 用 俩 之 其 而 为 以 于 等".split()
)
_PALE = frozenset("的了吗嘛呢吧啊呀哦么是在我你您他她们这那哪啥咋什怎就都也还个")

# How people talk on a ward, and how documents write it: as far as the grader's lexicon, made for answers, has it not.
PLAIN_TALK: tuple[tuple[str, ...], ...] = tuple(
    tuple(group.split())
    for group in """
医药代表 药代 厂家 药商 供应商 企业
红包 红包礼金 塞钱 送钱 购物卡 消费卡 礼品
吃饭 饭局 请客 宴请
开除 除名 清退
旷会 缺席 缺勤 没参加 没去
检讨 写检查
权力 权利
辩解 申辩 辩护
着火 起火 失火 火灾 冒烟
赔钱 赔偿 责任 担责 追责
被扎 针扎 扎伤 扎到 针刺伤
没钱 没带钱 未付费
拉人 接病人 转运
忘交 没交 不交纳 拖欠
月薪 工资 薪水 月工资收入
转发 发到 转到 传到
群里 微信群 聊天群 工作群
去世 逝世 过世 病逝
病重 病危 垂危 危重 快不行
辞职 跳槽 调走 调到
打人 伤医 闹事 医闹 扰乱医疗秩序
怀孕 孕期 孕妇
大夜 夜班 上夜班
喂奶 哺乳 哺乳期
中风 脑卒中 脑梗
解放 开国 新中国成立
扫墓 祭扫
抗生素 抗菌药物 消炎药
化验 检验
化验室 检验科
老师带教 实习 规培
资格 有表决权
举手 赞成
投票权 表决权
自评 个人自评 党性分析
国籍 哪国人
借给 借人 冒用 冒名
违规 违章
活动日 主题党日
两层皮 两张皮
""".strip().splitlines()
)

# What a doctor has to answer, and no lesson does.
_TREATMENT = re.compile(
    "吃[点些]?(?:什么|啥)|(?:什么|啥|哪种|哪个)药|(?:怎么|咋)(?:治|调理|吃)|能(?:不能)?(?:吃|喝)|(?:可以|能)一起吃|一[天日次]吃|"
    "吃.{1,8}(?:行不行|行吗|可以吗|好不好)|饭[前后]吃|要不要(?:做)?(?:手术|输液|打针|住院)|补多少"
)

_DIGITS = dict(zip("〇零一二三四五六七八九两俩", "0012345678922", strict=True))
_NUMERAL = re.compile(
    "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九两俩]+)(?=[月日年点号分秒次个人名条种项天周岁块元档小学时])"
)
_DAY = re.compile(r"(?<=[0-9一二三四五六七八九十])号")
_HAN = r"[\u4e00-\u9fff]"
_RUN = re.compile(rf"(?:{_HAN}|[0-9]+)+|[a-z]+")
_UNIT = re.compile(rf"{_HAN}|[0-9]+|[a-z]+")
_PART = re.compile(rf"{_HAN}+|[0-9]+|[a-z]+")

_FINALS = "a o e i u v ai ei ao ou an en ang eng er ong ia ie iao iu ian in iang ing iong ua uo uai ui uan un uang ue ve".split()
_INITIALS = ["", *"b p m f d t n l g k h j q x zh ch sh r z c s y w".split()]
_SYLLABLES = frozenset(initial + final for initial in _INITIALS for final in _FINALS)
_LONGEST_SYLLABLE = max(map(len, _SYLLABLES))
_BLURRED = re.compile(r"^([zcs])h|(?<=[aei]n)g$")


def is_about_treatment(text: str) -> bool:
    """Whether somebody asks what to take or to do against an illness."""
    return bool(_TREATMENT.search(folded(text)))


def plain(text: str) -> str:
    """Simplified, half-width, lower case, numbers in digits, without the words of asking; blanks in their place."""
    counted = _NUMERAL.sub(lambda found: _digits(found[0]), _DAY.sub("日", folded(text)))
    return _ASKING.sub(" ", counted)


def folded(text: str) -> str:
    """Simplified, half-width and lower case."""
    sound = text.encode(errors="replace").decode()  # half an emoji is no text
    return str(_converter().convert(unicodedata.normalize("NFKC", sound))).lower()


def words(text: str) -> list[str]:
    """The telling words of a plain text, in order."""
    found: list[str] = []
    for part in _PART.findall(text):
        cut = rjieba.cut_for_search(part) if part[0] >= "\u4e00" else [part]
        found += [word for word in cut if word not in _STOP]
    return found


def pairs(text: str) -> list[str]:
    """The characters of a plain text in pairs; a number is one character, and pale ones part what they stand between."""
    return [
        first + second
        for run in _RUN.findall(text)
        for first, second in pairwise(_UNIT.findall(run))
        if first not in _PALE and second not in _PALE
    ]


def sounds(text: str) -> list[str]:
    """The syllables of a plain text in pairs, alike where voice input hears no difference; Latin letters are pinyin."""
    heard = list(_syllables(text))
    return [f"{first} {second}" for first, second in pairwise(heard) if first and second]


def is_latin(text: str) -> bool:
    """Whether a plain text has Latin letters only, so that it may be pinyin as a whole."""
    return bool(text.strip()) and all(part[0].isascii() and part.isalpha() for part in _PART.findall(text))


def _syllables(text: str) -> Iterator[str | None]:
    """Syllable by syllable; None where something else stands between."""
    for part in _PART.findall(text):
        if part.isdigit():
            yield None
            continue
        if part.isascii():
            yield from map(_blurred, _cut(part)) if _cut(part) else (None,)
        else:
            yield from map(_heard, part)


@lru_cache(maxsize=8192)
def _heard(char: str) -> str:
    return _blurred(spelled(char))


def _blurred(syllable: str) -> str:
    return _BLURRED.sub(r"\1", syllable)


def _cut(latin: str) -> list[str]:
    """The fewest syllables that make up the letters; none when no syllables do."""
    best: list[list[str] | None] = [[], *([None] * len(latin))]
    for start in range(len(latin)):
        before = best[start]
        if before is None:
            continue
        for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(latin)) + 1):
            known = best[end]
            if latin[start:end] in _SYLLABLES and (known is None or len(before) + 1 < len(known)):
                best[end] = [*before, latin[start:end]]
    return best[-1] or []


def _digits(numeral: str) -> str:
    """ "三十二" -> "32"; a row of digits stays one ("二〇二六" -> "2026")."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return "".join(_DIGITS[digit] for digit in numeral)
    return _DIGITS.get(tens, "1") + _DIGITS.get(ones, "0")


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
