"""Words and what stands for them: the lexicon made ready for look-ups, and references cut into what they say."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import rjieba

from study.grading import numerals, pinyin
from study.grading.lexicon import Lexicon
from study.grading.normalise import fold, squeeze

# Words without which an answer says the same. One string a kind; each word stands for itself.
_STOP = frozenset(
    # particles, pronouns, prepositions, conjunctions
    "的 地 得 了 着 过 吗 呢 吧 啊 呀 哦 嘛 哈 嗯 额 呃 唉 哎 诶 噢 喔 啦 咯 滴 哒 之 其 他 她 它 他们 我 我们 你 你们 咱 咱们 自己 该 此 这 那 这个 那个 "
    "这些 那些 这样 那样 这么 那么 哪 什么 怎么 怎样 和 与 及 以及 或 或者 还 还有 并 并且 而 而且 且 同 跟 把 将 被 让 给 对 对于 关于 从 自 由 以 于 在 向 "
    "为 为了 按 按照 根据 依照 通过 使 叫 令 所 等 等等 也 都 就 才 又 再 则 即 则是 要 应 应当 应该 必须 需要 需 须 得 可 可以 能 能够 会 是 是否 有 做 "
    "进行 实行 开展 实施 采取 予以 给予 加以 做到 做好 用 来 去 到 上 下 中 里 内 时 时候 后 前 期间 以来 来说 个 一个 一种 一些 位 名 次 条 项 种 们 "
    "主要 一般 通常 一定 必定 务必 更 更加 最 很 非常 十分 比较 特别 尤其 太 真 实在 确实 其实 当然 肯定 绝 已 已经 正在 曾 曾经 "
    # what people say around an answer
    "我觉得 觉得 我认为 认为 我想 想 感觉 好像 可能 大概 应该是 也许 估计 记得 我记得 印象 印象中 貌似 似乎 据说 听说 老师 书记 讲 说 说过 讲过 答案 答 "
    "回答 问题 题目 选 就是 就是说 也就是 即是 属于 叫做 叫 称为 包括 包含 分别 分为 具体 指 是指 意思 来着 哈哈 那种 对 对吧 是吧 吧 没错 没记错 如果 的话 "
    "不知道 不太清楚 清楚 不太 吗 呗 首先 其次 然后 最后 接着 第一 第二 第三 第四 第五 第六 第七 第八 第九 一是 二是 三是 四是 五是 六是 七是 八是 九是 另外 "
    "此外 同时 方面 几个 这几 这四个 这三个 三个 四个 两个 五个 六个 内容 要求 以下 如下 东西 俩 开始 起 算 算起 始 某 各 每 全 共 一共 总共 我国 "
    "同志 同志们 人家 大家 咱们 呗 的话 有关 相关 方面 事情 事 情况 进一步 继续 继续地 不断 积极 认真 切实 真正 坚决 努力 充分 全面 大力 着力 深入 "
    "平时 日常 工作 实际 过程 时间 一直 始终 任何 一切 所有 分别是 主要是 也是 还是 都是 嗯嗯 嘿嘿 呵呵 多 大 好 行 哪些 是什么 多少 几 "
    "起来 下来 出来 过来 下去 上去 过去 回来 回去 出去 进来 进去 之后 之前 以后 以前 之类 一下 一点 一遍 时 别的 其他 自己的 那里 这里 人家 东西 然后 完了 完毕 ok 好的 谢谢 老师好 报告 请 请问 求 最终 后来 当时 那时 当年 不 没 没有 无 未 非 别 勿 不得 不能 不可 不可以 不要 不准 不许 不是 不会 不应 "
    "严禁 禁止 杜绝 避免 防止 拒绝 反对 抵制 不应该 不用 不必 无须 a b c d".split()
)
# Of these a point keeps its sense when they are missing, though they count when all else is missing too.
_LIGHT = frozenset(
    "坚持 加强 推进 促进 提高 保证 确保 保持 完善 建设 制度 原则 精神 作风 问题 基本 根本 全体 广大 人员 有效 及时 严格 依法 依规 绝对 新 时代 中国 我党 党 人 事业 "
    "主义 能力 水平 作用 情况 方式 方法 形式 机制 体系 建立 发挥 落实 执行 履行 遵守 执行 总 大 小 主动 自觉 充分 正确 良好 重要 重大 一定 相关 具有 成为 形成 过程 "
    "参与 参加 出入 可能 随意 按规定 确认 所在 容易 引起 导致 造成 就近 资料 材料 位置 战略 战略位置 放在 地位 取得 获得 得到 立即 立刻 马上 紧急 措施 予以 工作 活动 单位 机构 部门 组织 同志 社会 国家".split()
)


@dataclass(frozen=True)
class Unit:
    """One thing that a reference says: a word, its other wordings, and how much hangs on it.

    `denied`: it stands under a negation; `common`: all points of the list share it; `given`: the question has it;
    `denies`: it is itself a deed that denies (停止), for which any negation will do; `averted`: the question asks why, and
    the reference says what is to be averted (防止误吸), so that an answer may say that it would come (容易误吸).
    """

    text: str
    start: int
    end: int
    weight: float
    denied: bool
    common: bool
    given: bool
    others: tuple[str, ...]
    opposites: tuple[str, ...]
    sound: str
    latin: str
    denies: bool = False
    averted: bool = False
    heard: frozenset[str] = frozenset()
    """Sounds of which one at least is heard wherever the word, one worth the same or an opposite is said."""


def plain(text: str) -> str:
    """The characters of `text` that carry meaning, folded, numerals in one form."""
    folded = fold(text)
    return squeeze(numerals.worded(folded.text, folded.origin)[0])


@lru_cache(maxsize=32768)
def is_word(text: str) -> bool:
    """Whether the dictionary knows `text` as a word."""
    return bool(rjieba.has_word(text))


@lru_cache(maxsize=4096)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a plain text with their parts of speech."""
    return tuple(rjieba.tag(text, False)) if text else ()


@lru_cache(maxsize=8192)
def halves(word: str) -> tuple[str, str]:
    """A long word in two, between words if it can be."""
    cuts = [at for at in range(2, len(word) - 1) if is_word(word[:at]) and is_word(word[at:])]
    at = min(cuts, key=lambda cut: abs(2 * cut - len(word)), default=len(word) // 2)
    return word[:at], word[at:]


def is_stop(word: str) -> bool:
    return word in _STOP


def is_light(word: str) -> bool:
    return word in _LIGHT or (len(word) == 4 and word[:2] in _LIGHT and word[2:] in _LIGHT)


_ROLE = re.compile(
    r"(?:领导|选举|管理|监督|监护|介绍|代理|代表|教育|服务|指挥|剥削|压迫|考察|培养|推荐|告|申请|委托|谈话)[权人者方]?\Z"
)


def is_role(word: str) -> bool:
    """Whether 被 before a word makes another role of it: 被选举权 is no 选举权, 被领导 no 领导."""
    return bool(_ROLE.match(word))


_COMMON = frozenset("的不是人大有一个党国民心上下工政学")
_OPPOSED = frozenset(
    pair
    for text in (
        "上下 内外 有无 前后 高低 多少 大小 公私 正负 先后 主次 主被 进退 新旧 好坏 轻重 增减 升降 开关 单双 长短 远近 强弱 真假 "
        "积消 收支 买卖 出入 来去 左右 男女 老少 生死 胜败 成败 得失 是非 对错 明暗 快慢 早晚 冷热 软硬 宽严 松紧 松严 善恶 美丑 东西 南北 "
        "天地 城乡 官民 师生 父子 夫妻 兄弟 同异 加减 甲乙 首末 始终 推拉 借还 问答 攻守 战和 动静 深浅 厚薄 粗细 干湿 富贫 贵贱 优劣"
    ).split()
    for pair in (text, text[::-1])
)


def are_opposed(one: str, other: str) -> bool:
    """Whether two characters are each other's opposite (大小, 内外)."""
    return one + other in _OPPOSED


DEEDS = 0.7
"""Kinship of verbs or adjectives that share a character."""
SHORTENED = 0.75
"""Kinship of a verb and the one character that stands for it in speech (停 for 停止)."""


@lru_cache(maxsize=32768)
def kinship(one: str, other: str) -> float:
    """How near in meaning two different words may be by the character they share, as 办理 and 办好, or 解答 and 解释.

    Verbs and adjectives mostly are; nouns less; 上级 and 下级 are not.
    """
    if len(one) == 4:
        # The half itself counts as found already.
        return max(kinship(half, other) if half != other else 0.0 for half in halves(one)) / 2
    if len(other) == 1 and len(one) == 2:
        # 停 for 停止, 药 for 药品.
        alike = other in one and other not in _COMMON and not is_stop(other)
        deed = alike and all(tagged(word)[0][1][:1] in ("v", "a") for word in (one, other))
        return SHORTENED if deed else 0.4 * alike
    if (
        len(one) != 2
        or not 2 <= len(other) <= 3
        or not {char for char in one if char not in _COMMON} & set(other)
    ):
        return 0.0
    own = "".join(char for char in one if char not in other)
    foreign = "".join(char for char in other if char not in one)
    if any(are_opposed(a, b) for a in own for b in foreign):
        return 0.0
    deeds = all(tagged(word)[0][1][:1] in ("v", "a") for word in (one, other))
    return DEEDS if deeds else 0.4


_IDLE = ("u", "p", "c", "r", "y", "e", "o", "x", "w", "q", "f", "h", "k")


def carries(word: str, tag: str) -> bool:
    """Whether a word of an answer says something of its own."""
    return not is_stop(word) and not tag.startswith(_IDLE) and (len(word) > 1 or tag[:1] in ("n", "v", "a"))


_KEPT = 20_000


class Words:
    """A lexicon made ready: one look-up a word."""

    def __init__(self, lexicon: Lexicon) -> None:
        same: dict[str, dict[str, None]] = defaultdict(dict)
        for group in lexicon.synonyms:
            members = [plain(word) for word in group]
            for word in members:
                same[word].update(
                    (other, None) for other in members if other != word and len(word) + len(other) > 2
                )
        self._same = {word: tuple(others) for word, others in same.items()}
        opposite: dict[str, dict[str, None]] = defaultdict(dict)
        for one, other in lexicon.antonyms:
            one, other = plain(one), plain(other)
            opposite[one][other] = None
            opposite[other][one] = None
        self._opposite = {word: tuple(others) for word, others in opposite.items()}
        looks: dict[str, set[str]] = defaultdict(set)
        for group_of_looks in lexicon.lookalikes:
            for char in group_of_looks[1:]:
                looks[group_of_looks[0]].add(char)
                looks[char].add(group_of_looks[0])
        self._looks = {char: frozenset(others) for char, others in looks.items()}
        known = {*self._same, *self._opposite}
        self._known = frozenset(word for word in known if len(word) > 1)
        self._opposites: dict[str, tuple[str, ...]] = {}
        self._longest = max(map(len, self._known), default=0)
        self.plain_unit = lru_cache(maxsize=_KEPT)(self._plain_unit)

    def _plain_unit(self, word: str, denied: bool) -> "Unit":
        """A word of its own weight, looked up once."""
        return unit(self, word, denied=denied)

    def knows(self, word: str) -> bool:
        """Whether the lexicon itself names the word."""
        return word in self._known

    def same(self, word: str) -> tuple[str, ...]:
        """Other words worth the same."""
        return self._same.get(word, ())

    def opposite(self, word: str) -> tuple[str, ...]:
        """Words that turn it round, also by way of a synonym."""
        known = self._opposites.get(word)
        if known is None:
            if len(self._opposites) > _KEPT:
                self._opposites.clear()
            known = self._opposites[word] = self._turned(word)
        return known

    def _turned(self, word: str) -> tuple[str, ...]:
        found = dict.fromkeys(self._opposite.get(word, ()))
        for other in self.same(word):
            found.update(dict.fromkeys(self._opposite.get(other, ())))
        for against in tuple(found):
            found.update(dict.fromkeys(self.same(against)))
        return tuple(other for other in found if other != word and other not in self.same(word))

    def turning(self, text: str) -> Iterator[tuple[str, str, int]]:
        """(word, opposite, place) for each word in a plain text that has an opposite which the text lacks."""
        for word in self._opposite:
            at = text.find(word)
            if at < 0:
                continue
            for other in self.opposite(word):
                if other not in text and (len(other) > 1) == (len(word) > 1):
                    yield word, other, at

    def alike(self, one: str, other: str) -> bool:
        """Whether the eye confuses two characters."""
        return other in self._looks.get(one, ())

    def cut(self, text: str) -> Iterator[tuple[str, str, int]]:
        """Words of a plain text with part of speech and start: the lexicon's longest words first, then the dictionary's."""
        at = begin = 0
        while at < len(text):
            size = min(self._longest, len(text) - at)
            while size > 1 and text[at : at + size] not in self._known:
                size -= 1
            if size <= 1 or not self._starts_word(text, begin, at, size):
                at += 1
                continue
            yield from _cut(text, begin, at)
            known = tagged(text[at : at + size])
            yield text[at : at + size], known[0][1] if len(known) == 1 else "l", at
            at += size
            begin = at
        yield from _cut(text, begin, len(text))

    @staticmethod
    def _starts_word(text: str, begin: int, at: int, size: int) -> bool:
        """Whether the dictionary would cut before and after the span too; long words need no second opinion."""
        if size >= 4:
            return True
        stops = {begin}
        end = begin
        for word, _ in tagged(text[begin:]):
            end += len(word)
            stops.add(end)
        return at in stops and at + size in stops


def _cut(text: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    at = start
    for word, tag in tagged(text[start:end]):
        yield word, tag, at
        at += len(word)


def unit(
    words: Words,
    text: str,
    *,
    start: int = 0,
    weight: float = 1.0,
    denied: bool = False,
    common: bool = False,
    given: bool = False,
    denies: bool = False,
    averted: bool = False,
) -> Unit:
    """A unit with everything that is looked up about its word."""
    others, opposites = words.same(text), words.opposite(text)
    sound = pinyin.sounds(text)
    return Unit(
        text=text,
        start=start,
        end=start + len(text),
        weight=weight,
        denied=denied,
        common=common,
        given=given,
        others=others,
        opposites=opposites,
        sound=sound,
        latin=pinyin.typed(text),
        denies=denies,
        averted=averted,
        heard=frozenset(sound).union(*map(pinyin.sounds, (*others, *opposites))),
    )
