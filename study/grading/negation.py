"""What a text denies: for each of its characters, whether it stands under a negation.

不 in 不断 or 不少于 denies nothing; 不是30，是50 denies only 30; 不能不 affirms; 参加会议是不行的 denies what comes before.
"""

import re

_HARMLESS = re.compile(
    r"(.)[不没]\1|(..)不\2|(?:是否|有无)[不无没]?|不断|不忘|不懈|不(?:害|惧)?怕|怕(?:有|是)|不仅|不但|不光|不只|不单|不同(?!意)|不管(?=怎|什么|谁|哪|是|有|多|何|遇|对谁)|不论|无论|不过|要不然?|不久|不错|不妨|不愧|不朽|不屈|"
    r"不折不扣|不可或缺|必不可少|不可分割|无微不至|一丝不苟|奋不顾身|毫不动摇|坚定不移|坚持不懈|源源不断|不谋而合|不约而同|"
    r"不骄、?不躁|戒骄、?戒躁|没电|没劲|没关系|没问题|没事|毫不利己|不卑不亢|不偏不倚|不遗余力|义不容辞|孜孜不倦|百折不挠|自强不息|生生不息|势不可挡|不期而遇|"
    r"不(?:得|能|可|应|应当|应该|会|要|可以|准|许)?(?:少于|低于|高于|超过|多于|大于|小于|短于|长于|超|晚于|早于|迟于|多过|少过)|"
    r"不足|不满|(?<![查找看听得做收达用学买起])不到(?=[\d一二两三四五六七八九十百千半])|是不是|对不对|好不好|能不能|会不会|可不可以|有没有|行不行|要不要|应不应该?|该不该|需不需要|是否|能否|可否|"
    r"不太?(?:知道|清楚|确定|记得|晓得|了解|懂|会做|太懂)|记不清|记不得|想不起来?|说不定|没准|搞不清|分不清|不好意思|不一定|没记错|"
    r"没错|不就是|不得不|不能不|不可不|不会不|无不|莫不|无非|莫过于|非常|非得|无私|无偿|无产|无记名|无条件|不记名|未来|未成年|不客气|"
    r"特别|个别|分别|区别|别人|级别|性别|类别|差别|识别|鉴别|离别|告别|没收|没落|不良|不当|不法|不正之风|"
    r"不适|不变|不便|不平|不幸|不可逆|不要脸|不对[,，。]?(?:应该?)?是|哦不|啊不|不不|不分(?=贫富|民族|男女|老少|性别|昼夜|你我|彼此|白天|高低|贵贱|种族|国籍)|不息|不停"
)
_NEGATIVE = re.compile(
    r"(?P<is>不是|并不是|并非|而非|绝非|决非|不叫|不算|不在于|不属于)|"
    r"不(?:得|能|可以|可|准|许|允许|应当|应该|应|要|会|用|需要|须|必|再|该|让|给|被)?|"
    r"没有|没|未(?:经|曾|能|必)?|无权|无须|无需|毫无|无法|并无|均无|无(?=表决|选举|被选|资格|权|效|关|责)|"
    r"(?<![\u4e00-\u9fff])无(?![私偿产不非菌烟纸锡线数穷限疆微关论缘辜机比愧畏声处上形痛核人毒害]|记名|条件|障碍)|"
    r"(?<![恐可哪])(?:害怕|怕)|生怕|以免|免得|省得|以防|谨防|严防|预防(?!为主|接种|针|控|措施|保健|性|医学|和|、)|"
    r"严禁|禁止|杜绝|避免|防止|拒绝|反对|抵制|谢绝|削弱|淡化|弱化|放弃|抛弃|背离|违背|否定|忽视|轻视|漠视|无视|切忌|切勿|勿|莫|毋|停止|中止|中断|终止|非(?!常|得|凡|洲|典|遗|同)|拒不|绝不|决不|休想|少(?=泄|说)|"
    r"(?:(?<![\u4e00-\u9fff])|(?<=[请万就可都你要]))别(?![人的处家墅名])"
)
_CLAUSE = re.compile(
    r"[，,。；;！!？?\n]|(?<=[\u4e00-\u9fff]{2}) +(?=[\u4e00-\u9fff]{2})|而是|但是|但|却|反而|可是|"
    r"(?<=不[^能会是可要])就|(?<=不[^能会是可要].)就|(?<=不[^能会是可要]..)就"
)
_ITEM = re.compile(r"、|以及|和(?!谐|平|睦|气|缓|解|蔼|善)")
_INSTEAD = re.compile(r"(?<!不)(?:应该?是|才是|就是|是|叫(?!做))")
_BACKWARD = re.compile(
    r"(?P<no>(?:是|都|也|可|绝对|肯定|当然)?(?:不行|不可以|不可|不允许|不准|不被允许|不对|不成|不应该|不应当|不合适|不能|要不得|不好|(?<![少免忘])不了|错的|错误的?|禁止的|没门|不可能|没有))"
    r"(?:的|了|吧|啊|呀|哦|呢|哈|滴|嘛|[ \"~.])*$"
)


_VERBS = frozenset(
    "杜绝 避免 防止 拒绝 反对 抵制 谢绝 削弱 淡化 弱化 放弃 抛弃 背离 违背 否定 忽视 轻视 漠视 无视 停止 中止 中断 终止".split()
)


def is_verb(word: str) -> bool:
    """Whether a negation is a deed as well, which another negation can deny (不得拒绝)."""
    return word in _VERBS


_ALONE = frozenset("不没未非")
"""Negations that reach their own thing only: 不伤害、尊重."""
_CARRIED = 5
_LINKS = ("", "是", "会", "要", "可", "能", "有", "允许", "应该")
"""What may stand between two negations that cancel each other."""


_ASKING_NOT = re.compile(r"(没有|不|无|禁止|严禁)[^，,。？?；;]{0,10}?(?:哪|什么|谁|几|_)")


_NO_RIGHT = ("不能", "不得", "不可以", "不享有", "无权", "没有")
"""Ways to say that somebody has no right."""


def asked(question: str) -> frozenset[str]:
    """The negations of a question that asks for what is not (没有哪三项权利, 不作____要求): repeating them denies nothing."""
    found = set()
    question = _masked(question, frozenset())
    for match in _ASKING_NOT.finditer(question):
        for negative in _NEGATIVE.finditer(question, match.start(), match.end()):
            after = question[negative.end() : negative.end() + 1]
            found.add(negative[0] if len(negative[0]) > 1 else negative[0] + after)
            if "权" in question:
                found.update(_NO_RIGHT)
    return frozenset(found)


def _masked(text: str, excused: frozenset[str]) -> str:
    """`text` without the negations that deny nothing."""
    masked = _HARMLESS.sub(lambda match: "□" * len(match[0]), text)
    for word in excused:
        masked = masked.replace(word, "□" * len(word))
    return masked


def denied(text: str, excused: frozenset[str] = frozenset()) -> tuple[bool, ...]:
    """For each character of `text`, whether a negation reaches it; those `excused` reach nothing."""
    parity = [False] * len(text)
    masked = _masked(text, excused)
    start = 0
    for stop in [*(match.span() for match in _CLAUSE.finditer(masked)), (len(text), len(text))]:
        _deny_clause(masked, start, stop[0], parity)
        start = stop[1]
    for match in _HARMLESS.finditer(text):
        # 不超过 denies nothing around it, but 超过 itself.
        if match[0].startswith("不") and "不" not in match[0][1:] and match[0] not in excused:
            parity[match.start() + 1 : match.end()] = [True] * (len(match[0]) - 1)
    return tuple(parity)


def _deny_clause(text: str, start: int, stop: int, parity: list[bool]) -> None:
    clause = text[start:stop]
    backward = _BACKWARD.search(clause)
    end = len(clause)
    if backward and clause[: backward.start()].strip(' "'):
        for index in range(start, start + backward.start()):
            parity[index] = True
        end = backward.start()
    item_start, carried = 0, False
    for item in [*(match.span() for match in _ITEM.finditer(clause, 0, end)), (end, end)]:
        carried, alone = _deny_item(clause, item_start, item[0], start, carried, parity)
        # 不伤害、尊重 denies the first only, 不伤害和尊重 both.
        carried = carried and not (alone and clause[item[0] : item[1]] == "、")
        item_start = item[1]


def _deny_item(
    clause: str, begin: int, end: int, offset: int, carried: bool, parity: list[bool]
) -> tuple[bool, bool]:
    """Marks one of several things that a clause strings together.

    Tells whether its negation carries on to the next, and whether it is of those that do not after 、.
    """
    # 不得泄露、传播 forbids both; a long item speaks for itself (不拿群众一针一线、一切缴获要归公).
    state, previous = carried and end - begin <= _CARRIED, None
    at = begin
    found = list(_NEGATIVE.finditer(clause, begin, end))
    if found:
        state = False
    for match in found:
        for index in range(at, match.start()):
            parity[offset + index] ^= state
        adjacent = previous is not None and clause[previous : match.start()] in _LINKS
        if is_verb(match[0]) or adjacent:
            for index in range(match.start(), match.end()):
                parity[offset + index] ^= state
        state = (not state) if adjacent else True
        at, previous = match.end(), match.end()
        instead = _INSTEAD.search(clause, match.end() + 1, end) if match["is"] else None
        if instead:
            for index in range(at, instead.start()):
                parity[offset + index] ^= state
            at, state = instead.end(), False
    for index in range(at, end):
        parity[offset + index] ^= state
    alone = bool(found) and (
        found[-1][0] in _ALONE or (found[-1][0] == "无" and clause[end - 1] not in "权格")
    )
    return state and end - at <= _CARRIED, alone


def words(text: str, excused: frozenset[str] = frozenset()) -> tuple[tuple[int, int], ...]:
    """Where the words of negation stand in `text`."""
    masked = _masked(text, excused)
    return tuple(match.span() for match in _NEGATIVE.finditer(masked))
