"""Yes or no: what a question that can be answered so was answered with."""

import re
from enum import IntEnum
from itertools import pairwise

from study.grading import outcomes, words
from study.grading.answer import Answer
from study.grading.normalise import fold, squeeze
from study.grading.verdict import Grade, Reason, Task, Verdict


class Pole(IntEnum):
    NO = -1
    UNCLEAR = 0
    YES = 1


_POLAR_QUESTION = re.compile(
    r"([\u4e00-\u9fff]{2})不\1|能否|是否|可否|能不能|可不可以|是不是|要不要|有没有|有无|应不应该?|该不该|会不会|需不需要|需要不需要|允不允许|算不算|对不对|行不行|对吗|吗[?。\s]*$|吗$|正确吗"
)
_NO_WORDS = re.compile(
    r"用不着|犯不着|使不得|要不得|不能|不可以|不可|不行|不得|不是|不准|不许|不允许|不应当|不应该|不应|不该|不会|不用|不需要|不需|不必|无须|无需|不算|不享有|不具有|不具备|不成|不对|不属于|不包括|不再|不有|"
    r"没有|没得|没|无权|(?<![\u4e00-\u9fff])无(?!论|非|私|疑|产|条件|记名|偿|数|微)|无(?=表决|选举|被选|资格|权|需|须)|否|错误|错的|错|禁[止用忌]|严禁|杜绝|切勿|别|甭|no|×|✗|不(?!过|仅|但|光|只|论|管|同|断|少于|知道|清楚|确定)|未|非"
)
_YES_WORDS = re.compile(
    r"可以|能够|能|可|行|是的|是|对的|对(?!于)|正确|有(?!关)|会(?!议)|需要|必须|要(?!求)|应当|应该|应|须|允许|容许|享有|具有|算|属于|yes|ok|√|当然|肯定|没错"
)
_MASK = re.compile(
    r"绝对|相对|是不是|能不能|可不可以|有没有|要不要|会不会|对不对|应不应该?|该不该|需不需要|是否|能否|可否|应该是|好像是|可能是|可能|也是|就是说|不过|不仅|不但|没错|不知道|只要|要是|能力|可是|但是|还是|只有|只(?:能|可以|许|准|得)|标准|水准|基准|准确|对于|不断|不管|不论|有关|所有|会议|功能|职能|应届|机会|委员会|党员大会|大会|别人|别的|实事求是|特别|个别|分别|社会|协会|工会|要求|主要|重要|必要时|需求|不同"
    r"|工作者|不少于|不超过|不够|没(?:有|什么|啥)?(?:大|多大|任何)?(?:关系|问题|事|影响)|没(?:有)?(?:什么|啥)不(?:可以|行|能|妥|对)的?|没满|未满|不满"
)
_FINE = re.compile(
    r"没(?:有|什么|啥)?(?:大|任何)?(?:关系|问题)|没事|没错|无所谓|不要紧|不碍事|随便|随意|没(?:有)?(?:什么|啥)不(?:可以|行|能|妥|对)的?|^\W*(?:那)?[成得](?:的|啊|呀)?$"
)
"""Ways to say yes that name nothing."""
_RHETORICAL = re.compile(
    r"哪里?(?:能|有|行|可以|会|成)|怎么(?:能|可以|可能|行|会|成)|岂能|才怪|凭什么|想[都也]别想|想得美|门儿?都没有?|没门|休想|甭想|免谈|没戏|做梦"
)


_ADVERBS = re.compile(
    r"^(?:一般|原则上|通常|当然|绝对|都|均|是|也|肯定|一律|暂时|目前){0,2}(?=不|没|无|否|可|能|应|有|需|是)"
)


_ASKS_MORE = re.compile(r"哪|什么|谁|多少|几|(?<!任)何(?!时都)|怎|如何|_{2,}|为啥")


def is_polar_question(question: str) -> bool:
    """Whether yes or no is an answer; 是否 inside a question for 哪些 is not what is asked."""
    text = fold(question).text
    return bool(_POLAR_QUESTION.search(text)) and not _ASKS_MORE.search(text)


def of_reference(text: str) -> Pole:
    """The pole of a reference that begins with yes or no and says little else; UNCLEAR for any other reference."""
    plain = _ADVERBS.sub("", fold(text).text.strip())
    masked = _MASK.sub(lambda match: "□" * len(match[0]), plain)
    no, yes = _NO_WORDS.match(masked), _YES_WORDS.match(masked)
    if no:
        return Pole.NO
    return Pole.YES if yes else Pole.UNCLEAR


_CLAUSES = re.compile(r"[，,。；;！!\n]|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])|但是|但|不过|而是")


def of_answer(answer: Answer, asked: str = "") -> tuple[Pole, bool]:
    """The pole of an answer, and whether another clause says the opposite of what was `asked`."""
    poles: list[Pole] = []
    clauses = [clause for clause in _CLAUSES.split(answer.text) if clause.strip()]
    kept = _to_the_question(clauses, asked)
    for clause in kept:
        pole = _clause(clause)
        # 没，我记得是这样: what is said of it afterwards is no second answer.
        comment = bool(poles) and _kind(_MASK.sub("□", clause)) is _IS and len(squeeze(clause)) > _BARE_YES
        if pole is not Pole.UNCLEAR and not comment:
            poles.append(pole)
    if not poles:
        return Pole.UNCLEAR, False
    mixed = any(pole is not poles[0] for pole in poles)
    wavers = _wavers(clauses[clauses.index(kept[0]) :], _predicate(asked)) if asked else None
    return poles[0], mixed if wavers is None else wavers


_KINDS = tuple(
    re.compile(rf"(?P<no>{no})?(?:{yes})")
    for no, yes in (
        (
            r"不(?:太|得|被)?|没(?:有)?|怎么|哪|岂",
            r"可以|能够|能(?!力)|允许|容许|许可|准许|准(?!备|时|则|确)|行(?!为|医|政|动|业|使|程|贿|李)|(?<=不)[可得许成]",
        ),
        (
            r"没|不|无",
            r"(?<=无)权|有(?!关|效|的[\u4e00-\u9fff]|些|人|时|事|限|序|机|利|益|害|病)|享有|具有|具备",
        ),
        (
            r"不|无|毋|没有?",
            r"需要|必须|必要|应当|应该|应(?!对|急|付|届)|该|须|需|要(?!求|是|么|点)|用(?=$|的|了|[办写交去做再])",
        ),
        (r"不", r"是(?![否不])|算|属于|对(?=$|的|了|吧|啊|呀|哦)|正确"),
    )
)
"""Ways to say yes or no: may, have, must, is. What speaks another way than the first clause adds, and denies nothing."""
_MAY, _HAVE, _MUST, _IS = _KINDS
_ALLOWED = re.compile(r"权|资格|条件")
"""What having or not having says whether one may."""


def _kind(text: str) -> re.Pattern[str] | None:
    """The way of saying yes or no that comes first in a text."""
    found = ((match.start(), index) for index, kind in enumerate(_KINDS) if (match := kind.search(text)))
    first = min(found, default=None)
    return None if first is None else _KINDS[first[1]]


def _asked(question: str) -> tuple[re.Pattern[str] | None, int]:
    """The way in which a question asks for yes or no, and where its words for that end."""
    for choice in (True, False):
        found = [
            (match.start(), index, match.end())
            for index, forms in enumerate(_ASKS)
            if (match := forms[choice].search(question))
        ]
        if found:
            _, index, end = min(found)
            return _KINDS[index], end
    return None, 0


_ASKS = tuple(
    (re.compile(loose), re.compile(choice))
    for choice, loose in (
        (
            r"能否|可否|能不能|可不可以|可以不可以|允不允许|允许不允许|准不准|行不行|是否(?:可以|能|允许|准)",
            r"可以|允许|许可|能(?!力)",
        ),
        (r"有没有|有无|享有不享有|是否(?:享有|具有|有)|享不享有", r"享有|具有|有权|有(?!关|效|的|些|人)"),
        (
            r"要不要|需不需要|需要不需要|应该不应该|应当不应当|应不应该?|该不该|是否(?:应当?|应该|需要?|必须|要)",
            r"需要|必须|应当|应该|要(?!求|是)",
        ),
        (r"是不是|算不算|属于不属于|对不对|对吗|正确吗|是否(?:属于|是|算)", r"属于|算|是"),
    )
)
"""How a question asks whether one may, has, must, or whether it is so: by a word alone, and by a choice."""


def _predicate(question: str) -> str:
    """What a question asks yes or no of: 拒绝 in 医院可以拒绝吗."""
    _, end = _asked(question)
    rest = question[end:].rstrip("吗呢")
    return rest if len(rest) > 1 else question


def _to_the_question(clauses: list[str], asked: str) -> list[str]:
    """The clauses without those that say yes or no of something else than was asked, all if none is left.

    没有污染，能用 says that one may; 必须自己写 says neither.
    """
    wanted, _ = _asked(asked)
    told = [(clause, _kind(_MASK.sub("□", clause)), _clause(clause)) for clause in clauses]
    if wanted is not None and any(kind is wanted and pole is not Pole.UNCLEAR for _, kind, pole in told):
        return [
            clause
            for clause, kind, pole in told
            if kind is wanted or pole is Pole.UNCLEAR or _EXCEPT.search(clause) or _bare(clause)
        ]
    if wanted is not _MAY:
        return clauses
    return [clause for clause, kind, pole in told if not _idle(clause, kind, pole) or _EXCEPT.search(clause)]


def _bare(clause: str) -> bool:
    """Whether a clause is yes or no and nothing else."""
    return len(squeeze(clause)) <= _BARE_YES


def _idle(clause: str, kind: re.Pattern[str] | None, pole: Pole) -> bool:
    """Whether a clause does not say whether one may: it tells of having, of duty, or of what something is."""
    if kind is _HAVE or (kind is None and _LACKS.search(clause)):
        return not _ALLOWED.search(clause) and not _FINE.search(clause)
    if kind is _MUST:
        return pole is Pole.YES or bool(_NEEDLESS.search(clause))
    return kind is _IS and not _bare(clause) and pole is not Pole.UNCLEAR


_NEEDLESS = re.compile(r"不(?:用|需要?|必|须)|无[需须]|没必要")
_LACKS = re.compile(r"没(?![门戏得])[\u4e00-\u9fff]")
_BARE_YES = 3
"""Characters of a clause that is a bare 是的 or 不对."""
_EXCEPT = re.compile(r"除非|除了|例外|特殊情况|有时|看情况|不一定|实在(?:不行|推不掉)|的话")
_ONLY = re.compile(r".{1,12}才(?:行|能|可以|有|会)")


def _wavers(clauses: list[str], asked: str) -> bool | None:
    """Whether a later clause takes back the first one that says yes or no; None if that cannot be told by its words."""
    first: tuple[re.Pattern[str], bool] | None = None
    for clause in clauses:
        masked = _MASK.sub("□", _ONLY.sub("", clause))
        if first is None:
            found = next(((kind, match) for kind in _KINDS if (match := kind.search(masked))), None)
            if found is None:
                if _clause(clause) is not Pole.UNCLEAR:
                    return None
                continue
            first = found[0], bool(found[1]["no"])
            masked = masked[found[1].end() :]
        if _EXCEPT.search(clause):
            return True
        if _denies_asked(masked, first, asked):
            return True
        for match in first[0].finditer(masked):
            after = squeeze(masked[match.end() :])[:6]
            same_thing = (
                len(after) < 2
                or any(after[at : at + 2] in asked for at in range(len(after) - 1))
                or after[0] in asked
            )
            if bool(match["no"]) is not first[1] and same_thing:
                return True
    return None if first is None else False


def _denies_asked(clause: str, first: tuple[re.Pattern[str], bool], asked: str) -> bool:
    """Whether a clause says in another way the opposite of the first one, of a word that was asked (有权查阅，但不能复制)."""
    for kind in (_MAY, _HAVE):
        for match in kind.finditer(clause) if kind is not first[0] else ():
            after = squeeze(clause[match.end() :])[:3]
            if bool(match["no"]) is not first[1] and any(
                len(pair) == 2 and pair in asked for pair in (after[:2], after[1:])
            ):
                return True
    return False


def _clause(clause: str) -> Pole:
    if "?" in clause or "？" in clause:
        clause = clause.replace("?", "").replace("？", "")
    if _RHETORICAL.search(clause):
        return Pole.NO
    masked = _MASK.sub(lambda match: "□" * len(match[0]), clause)
    negatives = list(_NO_WORDS.finditer(masked))
    if negatives:
        # 不能不, 不是不能: two of them side by side make a yes.
        pairs = sum(b.start() - a.end() <= 1 and a[0] != b[0] for a, b in pairwise(negatives))
        if "不得不" in clause:
            return Pole.YES
        return Pole.YES if pairs % 2 else Pole.NO
    return Pole.YES if _YES_WORDS.search(masked) or _FINE.search(clause) else Pole.UNCLEAR


_SYMBOLS = {
    "√": Pole.YES,
    "✓": Pole.YES,
    "✔": Pole.YES,
    "☑": Pole.YES,
    "👍": Pole.YES,
    "👌": Pole.YES,
    "×": Pole.NO,
    "✗": Pole.NO,
    "✘": Pole.NO,
    "❌": Pole.NO,
    "👎": Pole.NO,
    "✅": Pole.YES,
    "⭕": Pole.YES,
}


def of_mark(typed: str) -> Pole:
    """Yes or no given by a mark alone."""
    marks = {_SYMBOLS[char] for char in typed if char in _SYMBOLS}
    return marks.pop() if len(marks) == 1 else Pole.UNCLEAR


_OWN = re.compile(
    rf"(?:{_FINE.pattern})|用不着|犯不着|使不得|要不得|千万|万万|不妥当?|不合适|不恰当|不(?:能|可以?|行|得|是|准|许|允许|应当?|应该|该|会|用|需要?|必|算|享有|具有|具备|成|对|属于)|没有|没|无权|无(?=$|[的，,。])|否|不(?:宜|让|给|属于|容许)|容许|切勿|杜绝|甭|属于|可以|能够?|是的?|对的?|有|需要|必须|要|应当|应该|算|允许|享有|禁[止用忌]|严禁|错误?|正确|不要|别|当然|肯定|行"
)
_OTHERS = re.compile("别的?人")
_COMMON = frozenset("人党员的有不是")
_OF_SOMETHING = frozenset(("别", "不要", "禁止", "严禁", "错", "错误", "正确"))
"""Words that answer yes or no by themselves, but beside other matter speak of that."""
_FOREIGN = 3
"""Characters of other matter that may stand beside yes or no (转正前都没有的)."""


def _to_the_point(task: Task, given: Answer) -> bool:
    """Whether yes or no is said of what was asked, and not in passing of something else (思想有波动)."""
    asked = squeeze(fold(task.question + "".join(point.text for point in task.points)).text)
    for clause in _CLAUSES.split(given.text):
        if _clause(clause) is Pole.UNCLEAR:
            continue
        clause = _OTHERS.sub("", clause)
        rest = squeeze(_OWN.sub("，", clause))
        said = [word for word, tag in words.tagged(rest) if words.carries(word, tag)]
        if not said and len(rest) <= _FOREIGN:
            return True
        strange = [word for word in said if not any(char in asked and char not in _COMMON for char in word)]
        if len(strange) < len(said) or not rest:
            return True
        own = _OWN.search(clause)
        if own is None or own[0] in _OF_SOMETHING:
            return False
        return sum(map(len, strange)) <= _FOREIGN + (own.start() == 0 and len(own[0]) > 1)
    return True


_OUTRIGHT = re.compile(
    r"^\W*(?:当然|绝对|肯定|千万|坚决|一定)?(?:不能|不可以|不可|不行|不得|不许|不准|不要|不应该|不应|不该|不用|不需要|不)的?(?:[啊呀哦呢嘛哈])?(?:[，,。；;！!\s]|$)"
)


def denies_outright(given: Answer, question: str) -> bool:
    """Whether an answer begins with a bare no to a question that asks for yes or no among other things."""
    return bool(_POLAR_QUESTION.search(question)) and bool(_OUTRIGHT.match(given.text))


def is_bare(text: str) -> bool:
    """Whether a wording is yes or no and nothing else."""
    return not squeeze(_OWN.sub("", fold(text).text))


def _echoes(question: str, given: Answer) -> bool:
    """Whether an answer is the question again without its choice, whose own negation is no answer (没能到会的党员委托代投)."""
    choice = _POLAR_QUESTION.search(question)
    if choice is None or len(given.plain) < _ECHO or not _NO_WORDS.search(question[: choice.start()]):
        return False
    rest = iter(squeeze(question[: choice.start()] + question[choice.end() :]))
    return all(char in rest for char in given.plain)


_ECHO = 6
"""Characters from which on an answer may be the question again."""


def _both(given: Answer) -> bool:
    """Whether an answer says yes and no one after the other, without a word of when (能，不能，都行)."""
    clauses = [clause for clause in _CLAUSES.split(given.text) if squeeze(clause)]
    bare = {_clause(clause) for clause in clauses if _bare(clause)}
    return len(clauses) > 1 and all(map(_bare, clauses)) and {Pole.YES, Pole.NO} <= bare


def judge(task: Task, wanted: Pole, given: Answer) -> Grade | None:
    """The mark for an answer to a yes-or-no question; None if the answer is neither."""
    pole, mixed = (
        of_answer(given, squeeze(fold(task.question).text)) if given.plain else (of_mark(given.typed), False)
    )
    if _echoes(fold(task.question).text, given):
        return outcomes.wrong(task, Reason("question_copy"))
    if pole is Pole.UNCLEAR or (given.plain and not _to_the_point(task, given)):
        return None
    if mixed and _both(given):
        return outcomes.wrong(task, Reason("polarity"))
    if mixed:
        return Grade(Verdict.PARTIAL, 0.5, missing=(0,), reasons=(Reason("mixed"),), near_edge=True)
    if pole is not wanted:
        return outcomes.wrong(task, Reason("polarity"))
    return outcomes.correct(given, Reason("polarity_right"))
