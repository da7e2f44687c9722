"""Moodle's XML: read and written.

The format: https://docs.moodle.org/en/Moodle_XML_format. What cannot be marked here (matching, essays without an
answer, texts without a question) is told.
"""

import io
from dataclasses import replace
from xml.etree.ElementTree import Element, ElementTree, ParseError, SubElement, indent

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from storage.bankfiles import limits
from storage.bankfiles.refusing import Refused
from study.banks import Bank, Question, Where, Wording, answers, gift
from study.banks.sheets import clean
from study.banks.tables import Misread, identifier
from study.items import Item, Kind, Pack
from study.packs.faults import MOST_FAULTS, Fault, excerpt

_DEEPEST = 30
_PASSED_OVER = frozenset({"description"})


def read(name: str, text: str) -> Bank:
    """Every question of the file; the row of each is its number. Raises Refused."""
    questions: list[Question] = []
    faults: list[Fault] = []
    tags: tuple[str, ...] = ()
    number = depth = 0
    try:
        parser = iterparse(io.BytesIO(text.encode()), events=("start", "end"), forbid_dtd=True)
        for event, element in parser:
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise Refused("damaged")
            if event == "start" or element.tag != "question":
                continue
            kind = element.get("type", "")
            if kind == "category":
                tags = _category(element)
            elif kind not in _PASSED_OVER:
                number += 1
                if number > limits.MOST_ROWS:
                    raise Refused("too_long", rows=limits.MOST_ROWS)
                where = Where(name, number)
                try:
                    questions.append(replace(_question(where, element, kind), tags=_tags(element) or tags))
                except Misread as error:
                    if len(faults) < MOST_FAULTS:
                        faults.append(where.fault("", error.key, **error.params))
            element.clear()
    except DefusedXmlException as error:
        raise Refused("xml_entities") from error
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        raise Refused("xml") from error
    if not questions and not faults:
        faults.append(Fault(name, 0, "", "bank.fault.empty"))
    return Bank(tuple(questions), tuple(faults))


def _question(where: Where, element: Element, kind: str) -> Question:
    text = _text(element, "questiontext/text")
    if not text:
        raise Misread("", "bank.fault.no_question")
    draft = Question(
        where=where,
        kind=Kind.SHORT,
        text=text,
        explanation=_text(element, "generalfeedback/text"),
        id=identifier(_text(element, "idnumber")),
    )
    given = [(_text(one, "text"), _share(one), one) for one in element.findall("answer")]
    right = [text for text, share, _ in given if share >= 100 and text]
    match kind:
        case "truefalse":
            said = answers.truth(right[0]) if right else None
            if said is None:
                raise Misread("", "bank.fault.no_answer")
            return replace(draft, kind=Kind.TRUEFALSE, right=(0,) if said else (1,))
        case "multichoice" | "multichoiceset":
            return _choice(draft, element, [(text, share) for text, share, _ in given])
        case "shortanswer":
            if not right:
                raise Misread("", "bank.fault.no_answer")
            words = tuple(text.replace("*", "").strip() for text in right)
            kind = Kind.FILL if answers.blanks(text) else Kind.SHORT
            return replace(draft, kind=Kind(kind), points=(Wording(words[0], words[1:]),))
        case "numerical":
            exact = [one for one in given if one[1] >= 100]
            if not exact:
                raise Misread("", "bank.fault.no_answer")
            tolerance = _text(exact[0][2], "tolerance")
            tolerance = tolerance if tolerance.replace(".", "", 1).isdecimal() and float(tolerance) else ""
            return replace(draft, kind=Kind.NUMBER, points=(Wording(exact[0][0]),), tolerance=tolerance)
        case "essay" if answer := _text(element, "graderinfo/text"):
            points = answers.numbered(answer) or answer.split("\n")
            return replace(draft, kind=Kind.SHORT, points=tuple(Wording(point) for point in points))
    raise Misread("", "bank.fault.moodle_kind", name=excerpt(kind))


def _choice(draft: Question, element: Element, given: list[tuple[str, float]]) -> Question:
    right = tuple(index for index, (_, share) in enumerate(given) if share > 0)
    if not right:
        raise Misread("", "bank.fault.no_answer")
    single = _text(element, "single").lower() in {"true", "1"}
    return replace(
        draft,
        kind=Kind.SINGLE if single and len(right) == 1 else Kind.MULTIPLE,
        options=tuple(text for text, _ in given),
        right=right,
    )


def _text(element: Element, path: str) -> str:
    return clean((element.findtext(path) or "")[: limits.LONGEST_CELL])


def _share(answer: Element) -> float:
    try:
        return float(answer.get("fraction", "0"))
    except ValueError:
        return 0.0


def _category(element: Element) -> tuple[str, ...]:
    leaf = _text(element, "category/text").rpartition("/")[2].strip()
    return (leaf[:20],) if leaf and leaf != "top" else ()


def _tags(element: Element) -> tuple[str, ...]:
    found = (clean(one.text or "")[:20] for one in element.findall("tags/tag/text"))
    return tuple(tag for tag in found if tag)


# --- writing --------------------------------------------------------------------------------------


def write(pack: Pack) -> bytes:
    """All items as Moodle XML; one whose answer has several points becomes an essay that people mark."""
    quiz = Element("quiz")
    category = SubElement(quiz, "question", type="category")
    _add(SubElement(category, "category"), f"$course$/top/{pack.title.replace('/', '／')}")
    for item in pack.items:
        _written(quiz, item)
    indent(quiz)
    file = io.BytesIO()
    ElementTree(quiz).write(file, encoding="utf-8", xml_declaration=True)
    return file.getvalue()


def _written(quiz: Element, item: Item) -> None:
    question = SubElement(quiz, "question", type=_type(item))
    _add(SubElement(question, "name"), item.id)
    _add(SubElement(question, "questiontext", format="plain_text"), item.question)
    _add(SubElement(question, "generalfeedback", format="plain_text"), item.explanation)
    SubElement(question, "idnumber").text = item.id
    if item.kind is Kind.TRUEFALSE:
        for index, word in enumerate(("true", "false")):
            _answer(question, word, share=100.0 * (index in item.right))
    elif item.is_choice:
        single = item.kind is Kind.SINGLE
        SubElement(question, "single").text = str(single).lower()
        SubElement(question, "shuffleanswers").text = "true"
        for index, option in enumerate(item.options):
            wrong = 0.0 if single else -100.0
            _answer(question, option, share=100 / len(item.right) if index in item.right else wrong)
    elif gift.number_of(item):
        answer = _answer(question, gift.number_of(item), share=100.0)
        SubElement(answer, "tolerance").text = f"{item.tolerance or 0:g}"
    elif gift.is_exact(item):
        for text in (item.points[0].text, *item.points[0].aliases):
            _answer(question, text, share=100.0)
    else:
        _add(
            SubElement(question, "graderinfo", format="plain_text"),
            "\n".join(point.text for point in item.points),
        )
    if item.tags:
        tags = SubElement(question, "tags")
        for tag in item.tags:
            _add(SubElement(tags, "tag"), tag)


def _type(item: Item) -> str:
    if item.kind is Kind.TRUEFALSE:
        return "truefalse"
    if item.is_choice:
        return "multichoice"
    if gift.number_of(item):
        return "numerical"
    return "shortanswer" if gift.is_exact(item) else "essay"


def _answer(question: Element, text: str, *, share: float) -> Element:
    answer = SubElement(
        question, "answer", fraction=f"{share:.5f}".rstrip("0").rstrip("."), format="plain_text"
    )
    _add(answer, text)
    return answer


def _add(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text
