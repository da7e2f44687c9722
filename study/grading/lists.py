"""Lists: which points an answer makes, in whatever order and however strung together, and what it adds."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from study.grading import figures, matching, words
from study.grading.answer import Answer
from study.grading.matching import Said
from study.grading.quantities import Fit
from study.grading.verdict import Grade, Match, Reason, Task, Verdict
from study.grading.wording import Part, Question
from study.grading.words import Words


@dataclass(frozen=True)
class Listed:
    """For each point: where and how well it was said (None if it was not); what was said besides."""

    said: tuple[Said | None, ...]
    near: tuple[bool, ...]
    hinted: frozenset[int]
    """Points that were not made, though something of them was said."""
    extras: tuple[str, ...]
    reasons: tuple[Reason, ...]


ENOUGH = 0.6
NEAR = 0.5
_TAMPERED = 0.6
"""What is left of a point in which another word stands just where one of its own should."""
_SOMETHING = 0.3
"""Share of a point that has to be said for kindred words to count; below, only shortened ones do (动 for 活动)."""


def shared(texts: Sequence[str]) -> tuple[str, str]:
    """What all points begin with and end with, so that an answer may say it once or not at all."""
    if len(texts) < 2:
        return "", ""
    shortest = min(map(len, texts))
    head = 0
    while head < shortest and len({text[head] for text in texts}) == 1:
        head += 1
    tail = 0
    while tail < shortest - head and len({text[-1 - tail] for text in texts}) == 1:
        tail += 1
    first = texts[0]
    # Each point has to keep something of its own.
    if min(len(text) - head - tail for text in texts) < 1:
        return "", ""
    return first[:head], first[len(first) - tail :] if tail else ""


@dataclass(frozen=True)
class _Candidate:
    point: int
    said: Said
    start: int
    end: int


def compare(points: Sequence[Sequence[Part]], answer: Answer, question: Question, lexicon: Words) -> Listed:
    """Assigns stretches of the answer to points. Each point comes as its alternative wordings."""
    regions = _regions(answer)
    segments = frozenset(answer.segments)
    heard = [(start, end, answer.heard(start, end)) for start, end in regions]
    telling = {at: len(word) for word, _, at in answer.tokens if not words.is_stop(word)}
    places, sums = list(telling), [0, *accumulate(telling.values())]

    def slack(found: _Candidate) -> int:
        """Characters that say something else in the stretch: 警告 is not to be read from 严重警告, if it stands elsewhere."""
        whole = sums[bisect_left(places, found.end)] - sums[bisect_left(places, found.start)]
        return whole - sum(telling.get(at, 0) for at in found.said.used if found.start <= at < found.end)

    candidates: list[_Candidate] = []
    everything = "|".join(alternatives[0].plain for alternatives in points if alternatives)
    turned: dict[tuple[int, int], Reason] = {}
    hints: dict[tuple[int, int], set[int]] = {}
    for index, alternatives in enumerate(points):
        reversed_at: set[int] = set()
        itself = False
        for part in alternatives:
            known = part.heard if not answer.latin else None
            for start, end, sounds in heard:
                if known and known.isdisjoint(sounds):
                    continue
                # A point that is an item word for word need not be looked for in all items together.
                if itself and (start, end) not in segments:
                    continue
                said = _said(part, answer, start, end, lexicon, question)
                if said.against:
                    turned.setdefault((start, end), said.against[0])
                    if (start, end) in segments:
                        reversed_at.update(range(start, end))
                    continue
                said = _clausewise(said, part, answer, start, end, lexicon)
                said = _kindred(said, part, answer, start, end, everything)
                said = _headed(said, part, answer, start, end, everything)
                if said.score >= _SOMETHING and (start, end) in segments:
                    hints.setdefault((start, end), set()).add(index)
                # 党外进步分子, an alias word for word, lacks the 非 of 非党的左派进步分子 only in letter.
                exact = part.plain in answer.plain[start:end]
                itself = itself or (said.score == 1.0 and part.plain == answer.plain[start:end])
                if said.score >= NEAR and (exact or not said.used & reversed_at):
                    said = _tempered(said, part, answer, start, end, question)
                    candidates.append(_Candidate(index, said, start, end))
    candidates.sort(
        key=lambda found: (
            -round(found.said.score, 2),
            slack(found),
            found.end - found.start,
            found.point,
            found.start,
        )
    )
    chosen: dict[int, _Candidate] = {}
    used: set[int] = set()
    for candidate in candidates:
        if candidate.point in chosen:
            continue
        mine = candidate.said.used
        if len(mine & used) * 2 >= max(1, len(mine)):
            continue
        chosen[candidate.point] = candidate
        used |= mine
    said_all = tuple(chosen[i].said if i in chosen else None for i in range(len(points)))
    near = tuple(said is not None and said.score < ENOUGH for said in said_all)
    open_points = {index for index, said in enumerate(said_all) if said is None or near[index]}
    hinting = {span: hints[span] & open_points for span in hints if not used & set(range(*span))}
    extras, reasons = _extras(points, answer, question, used, turned, {s for s in hinting if hinting[s]})
    hinted = frozenset(index for found in hinting.values() for index in found)
    notes = [
        note for said in said_all if said is not None for note in said.notes if note.key in ("slip", "pinyin")
    ]
    return Listed(said_all, near, hinted, extras, (*reasons, *notes))


def _tempered(said: Said, part: Part, answer: Answer, start: int, end: int, question: Question) -> Said:
    """A point that lacks something while its segment has something else in its place is rather another thing."""
    if not said.missing:
        return said
    if any(len(unit.text) > 1 for unit, _ in said.replaced):
        return replace(said, score=said.score * _TAMPERED)
    if end - start > 2 * len(part.plain):
        held = [(a, b) for a, b in answer.segments if any(a <= at < b for at in said.used)]
        if len(held) != 1:
            return said
        start, end = held[0]
    others = [
        (word, at)
        for word, at in matching.extras(answer, start, end, said.used, question, part.plain)
        if not any(words.kinship(unit.text, word) or unit.text[-1] in word for unit in said.missing)
    ]
    if not others:
        return said
    edge = bool(said.used) and (others[0][1] < min(said.used) or others[-1][1] > max(said.used))
    replaced = edge and any(unit.common and len(unit.text) > 1 for unit in said.missing)
    if replaced and end - start <= len(part.plain) + 1:
        # 远离患者 for 贴近患者: another word where all points have the same one.
        return Said(said.score * 0.55, said.spans, said.notes, said.against, said.missing)
    if said.score >= 0.93:
        return said
    return Said(said.score * 0.72, said.spans, said.notes, said.against, said.missing)


def _said(part: Part, answer: Answer, start: int, end: int, lexicon: Words, question: Question) -> Said:
    """How far a point is said in a stretch: its words there, and its figures."""
    said = matching.say(part, answer, start, end, lexicon, question.plain)
    if not part.figures:
        return said
    figured = figures.compare(part.figures, answer, question)
    spans = [answer.within(span, start, end) for span in figured.spans if span is not None]
    if len(spans) < len(part.figures) or min(figured.fits) < Fit.DOUBTFUL or None in spans:
        return replace(said, score=min(said.score, NEAR - 0.01))
    places = tuple(span for span in spans if span is not None)
    return replace(said, score=said.score if part.units else 1.0, spans=(*said.spans, *places))


def _kindred(said: Said, part: Part, answer: Answer, start: int, end: int, others: str) -> Said:
    """A point in nearly its own words (握住管子 for 握住喷管): kindred words count in part."""
    if not said.missing or said.against or end - start > 2 * len(part.plain):
        return said
    sure = 0.0 if said.score >= _SOMETHING else words.SHORTENED
    unused = [
        (word, answer.denied[at])
        for word, _, at in answer.tokens
        if start <= at < end
        and at not in said.used
        and not words.is_stop(word)
        and (not sure or others.count(word) < 2)
    ]
    nearest = (
        (unit, max((words.kinship(unit.text, word) for word, no in unused if no is unit.denied), default=0.0))
        for unit in said.missing
    )
    near = sum(unit.weight * kinship for unit, kinship in nearest if kinship >= sure)
    return replace(said, score=min(said.score + near / part.weight, 0.95)) if near else said


def _headed(said: Said, part: Part, answer: Answer, start: int, end: int, others: str) -> Said:
    """A point named by its head alone (自评 for 个人自评), if no other point has that head."""
    own = [unit for unit in part.units if not unit.common]
    if not own or said.against or said.score >= ENOUGH:
        return said
    heads = (own[-1].text, *own[-1].others)
    if len(own) == 1:
        first, last = words.halves(own[0].text) if len(own[0].text) == 4 else ("", "")
        heads = (last,) if words.is_word(first) and not words.is_word(own[0].text) else ()
    text, named = answer.plain[start:end], part.plain
    if 2 * len(text) >= len(named) >= 4 and len(text) > 1 and named.endswith(text):
        heads = (text,)
    if text not in heads or others.count(heads[0]) > 1:
        return said
    return replace(said, score=ENOUGH + 0.05, spans=((start, end),))


def _clausewise(said: Said, part: Part, answer: Answer, start: int, end: int, lexicon: Words) -> Said:
    """A point of two clauses (合法按劳取酬，不接受商业提成) is made by either, if that is said in full."""
    if said.score >= ENOUGH or not part.clauses:
        return said
    for clause in part.clauses:
        one = matching.say(clause, answer, start, end, lexicon)
        if one.score >= 0.85 and not one.against:
            return Said(ENOUGH + 0.01, one.spans, one.notes)
    return said


def _regions(answer: Answer) -> tuple[tuple[int, int], ...]:
    whole = (0, len(answer.plain))
    return tuple(dict.fromkeys((*answer.segments[:24], *answer.clauses[:8], whole)))


_COMMENT = (
    "这",
    "都",
    "我",
    "因为",
    "所以",
    "老师",
    "书记",
    "记得",
    "以上",
    "大概",
    "如果",
    "希望",
    "谢",
    "请",
    "前面",
    "其他",
    "别的",
    "后面",
    "剩下",
    "最后一",
    "第四个",
    "第三个",
    "应该没",
    "没记错",
    "语音",
    "手误",
    "就记得",
    "只记得",
    "忘",
)


_OPEN = re.compile(r"(?:另外)?还有(?=$|[一二两三四几些个好的什啥忘没不]|别的|其他|点)")


def _comments(text: str) -> bool:
    """Whether a piece speaks about the answer (还有一个忘了) rather than being an item of it (还有蚊子咬)."""
    return text.startswith(_COMMENT) or bool(_OPEN.match(text))


def _extras(
    points: Sequence[Sequence[Part]],
    answer: Answer,
    question: Question,
    used: set[int],
    turned: dict[tuple[int, int], Reason],
    hinting: set[tuple[int, int]],
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """Items of the answer that belong to no point; those `hinting` at one are none."""
    head, tail = shared([alternatives[0].plain for alternatives in points if alternatives])
    known = head + tail
    everything = "".join(part.plain for alternatives in points for part in alternatives)
    core = max(
        1,
        min((len(alternatives[0].plain) - len(known) for alternatives in points if alternatives), default=2),
    )
    longest = max((len(alternatives[0].plain) for alternatives in points if alternatives), default=0)
    found: list[str] = []
    singles: list[list[str]] = []
    reasons: list[Reason] = []
    tags = {at: tag for _, tag, at in answer.tokens}
    # 实现伟大梦想: the deed before a point adds nothing.
    openings = {at for at in used if at - 1 not in used}
    openings |= {at - len(head) for at in openings if head and answer.plain.startswith(head, at - len(head))}
    for start, end in answer.segments:
        text = answer.plain[start:end]
        reason = turned.get((start, end))
        hit = any(index in used for index in range(start, end))
        others = matching.extras(answer, start, end, frozenset(used), question, known)
        if not hit:
            if (start, end) in hinting and reason is None:
                continue
            if len(text) > 2 and any(text in part.plain for one in points for part in one):
                # A piece of a longer wording of some point (开天辟地、敢为人先的首创精神).
                continue
            if reason is not None:
                found.append(text)
                reasons.append(reason)
            elif (_alike(text, head, tail, longest) and text not in everything) or (
                (others or _names_something(text, question))
                and not _comments(text)
                and not _repeats(others, text, everything, core)
            ):
                found.append(text)
            continue
        if longest == 1:
            # Points of one character each (望闻问切): so are the extras.
            idle = {
                index
                for word, _, at in answer.tokens
                for index in range(at, at + len(word))
                if words.is_stop(word)
            }
            fresh_chars = [
                answer.plain[at]
                for at in range(start, end)
                if at not in used
                and at not in idle
                and answer.plain[at] not in everything
                and not words.is_stop(answer.plain[at])
            ]
            singles.append(fresh_chars if end - start <= len(points) + 3 else [])
            continue
        fresh = [
            word
            for word, at in others
            if word not in everything
            and not (tags.get(at, "").startswith("v") and at + len(word) in openings)
        ]
        size = sum(map(len, fresh))
        several = end - start >= 2 * core + 2
        if several and size >= max(2, core):
            found.extend(fresh[: max(1, size // max(2, core))])
    # 望诊、闻诊: what is said with each of them is no item.
    if len(singles) < 2 or len({tuple(chars) for chars in singles}) > 1:
        found.extend(char for chars in singles for char in chars)
    return tuple(found), tuple(reasons)


_TALLY = re.compile(r"[这共]?[一二两三四五六七八九十\d]+(?:项|个|大|种|条|方面|类|点)")


def _alike(text: str, head: str, tail: str, longest: int) -> bool:
    """Whether a piece has what all points share and something else of its own (四级护理 beside 三级护理)."""
    own = text[len(head) : len(text) - len(tail)]
    letter = bool(head + tail) and own.isascii() and own.isalpha()
    if (len(head) + len(tail) < 2 and not letter) or len(text) > longest + 1:
        return False
    if not own or _TALLY.match(own) or (words.is_stop(own) and not letter):
        return False
    return text.startswith(head) and text.endswith(tail)


def _names_something(text: str, question: Question) -> bool:
    """Whether a piece is one word that stands for itself, whatever its part of speech (内部)."""
    return (
        2 <= len(text) <= 4 and words.is_word(text) and not words.is_stop(text) and text not in question.plain
    )


def _repeats(others: Sequence[tuple[str, int]], text: str, everything: str, core: int) -> bool:
    """Whether a short piece only says again a word of some point."""
    return len(text) < core and all(word in everything for word, _ in others)


def in_order(said: Sequence[Said | None]) -> bool:
    """Whether the points that were made come in the order of the reference."""
    starts = [min(start for start, _ in one.spans) for one in said if one is not None and one.spans]
    return all(a < b for a, b in pairwise(starts))


def judge(
    task: Task, points: Sequence[Sequence[Part]], asked: Question, given: Answer, lexicon: Words
) -> Grade:
    """The mark for an answer to a task of several points, each with its alternative wordings."""
    listed = compare(points, given, asked, lexicon)
    matched: list[Match] = []
    missing: list[int] = []
    hits = weight = 0.0
    total = sum(point.weight for point in task.points)
    for index, said in enumerate(listed.said):
        if said is None or listed.near[index]:
            missing.append(index)
            continue
        hits += 1
        weight += task.points[index].weight
        matched.append(_match(given, index, said))
    count, wrong = len(task.points), len(listed.extras)
    reasons = [Reason("hits", {"hits": f"{hits:.0f}", "total": str(count)})]
    if missing:
        reasons.append(Reason("missing", {"points": "、".join(task.points[index].text for index in missing)}))
    if wrong:
        reasons.append(Reason("extra", {"extras": "、".join(listed.extras[:4])}))
    reasons.extend(listed.reasons)
    score = weight / total if total else 0.0
    if hits == count and not wrong:
        verdict = Verdict.CORRECT
    elif wrong > hits or hits * 3 < count:
        verdict = Verdict.WRONG
        if wrong > hits and hits:
            reasons.append(Reason("stuffing"))
    else:
        verdict = Verdict.PARTIAL
    if verdict is Verdict.CORRECT and task.ordered and not in_order(listed.said):
        verdict = Verdict.PARTIAL
        reasons.append(Reason("order"))
    if verdict is not Verdict.CORRECT:
        score = min(score * (hits / (hits + wrong) if hits else 0), 0.95)
    near = any(listed.near) or bool(listed.hinted) or (hits == count and bool(wrong))
    return Grade(
        verdict, round(score, 3), tuple(matched), tuple(missing), listed.extras, tuple(reasons), near
    )


def _match(given: Answer, index: int, said: Said) -> Match:
    typed = [given.span(start, end) for start, end in said.spans] or [given.span(0, len(given.plain))]
    score = round(min(said.score, 1.0), 3)
    return Match(index, min(start for start, _ in typed), max(end for _, end in typed), score)
