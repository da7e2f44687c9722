"""Questions of a bank to a pack, by the same checks that every pack goes through."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase

from pypinyin import lazy_pinyin

from study.banks.questions import Bank, Question, Where, Wording
from study.items import CHOICE_KINDS, Item, Kind, Pack
from study.packs import limits
from study.packs.faults import MOST_FAULTS, Fault
from study.packs.reading import read
from study.packs.tree import Node, Place, Scalar, Series, Table
from study.packs.uploads import Upload

_PREFIX = 24
_DIGEST = 12
_FIELD = re.compile(r"items\[1\]\.(\w+)")
_NOWHERE = Place("", 0, 0)


@dataclass(frozen=True)
class Cover:
    """What a bank does not say of itself: the pack's id and title, and the words where it has no explanation
    (`explanation` is called with the right answer)."""

    id: str
    title: str
    explanation: Callable[[str], str]


def cover(name: str, *, explanation: Callable[[str], str], id: str = "", title: str = "") -> Cover:
    """A cover by the name of the bank's file, as far as nothing else is given."""
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    return Cover(
        id=id or slug(stem),
        title=(title or stem.strip() or name)[: limits.TITLE],
        explanation=explanation,
    )


def slug(text: str) -> str:
    """An id of small letters, digits and hyphens for a text in any script; the same for the same text."""
    plain = "-".join(lazy_pinyin(unicodedata.normalize("NFKC", text[:80])))
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(found) > _PREFIX:
        # Names that begin alike are not the same name.
        found = f"{found[: _PREFIX - 5].rstrip('-')}-{_mark(text)[:4]}"
    return found if len(found) > 1 else f"bank-{_mark(text)}"


def packed(bank: Bank, front: Cover, *, progress: Callable[[int], None] = lambda questions: None) -> Upload:
    """The pack of all questions without faults (None when there is no such question), and the faults of the others.

    Ids come from the bank's own column of ids or from the question's words, so the same question keeps its id, and
    everyone's progress with it, when the bank is sent again.
    """
    faults, notes, items = list(bank.faults), list(bank.notes), dict[str, Item]()
    first: dict[str, Where] = {}
    for question in bank.questions:
        mark = _mark(f"{_plain(question.text)}|{'|'.join(sorted(map(_plain, question.options)))}")
        id = f"{front.id[:_PREFIX].strip('-')}-{question.id or mark[:_DIGEST]}"[:40].rstrip("-")
        same = first.get(mark) or first.get(id)
        if same:
            key = "bank.fault.duplicate" if mark in first else "bank.fault.id_twice"
            faults.append(question.where.fault("question", key, file=same.file, row=same.row))
        else:
            found = _item(question, id, front)
            if isinstance(found, Item):
                items[id] = found
            else:
                faults += found
            first[mark] = first[id] = question.where
        progress(1)
    if len(items) > limits.ITEMS:
        faults.append(Fault("", 0, "", "pack.fault.too_many", {"count": len(items), "most": limits.ITEMS}))
        items.clear()
    if len(faults) > MOST_FAULTS:
        left = len(faults) - MOST_FAULTS
        faults = [*faults[:MOST_FAULTS], Fault("", 0, "", "pack.fault.more", {"count": left})]
    faults.sort(key=lambda fault: (fault.key == "pack.fault.more", fault.file, fault.line))
    pack = Pack(id=front.id, title=front.title, items=tuple(items.values())) if items else None
    if pack is None and not faults:
        faults.append(Fault("", 0, "", "bank.fault.empty"))
    return Upload(pack, tuple(faults), notes=tuple(notes[:MOST_FAULTS]))


def _item(question: Question, id: str, front: Cover) -> Item | list[Fault]:
    heading = Table((_entry("id", _scalar(front.id)), _entry("title", _scalar("-"))), _NOWHERE)
    table = Table(tuple(_entry(name, node) for name, node in _fields(question, id, front)), _NOWHERE)
    document = Table((_entry("pack", heading), _entry("items", Series((table,), _NOWHERE))), _NOWHERE)
    reading = read([document], pictures={})
    if reading.pack is not None:
        return reading.pack.items[0]
    where = question.where
    return [_at(where, fault) for fault in reading.faults]


def _at(where: Where, fault: Fault) -> Fault:
    found = _FIELD.match(fault.field)
    cell = where.cells.get(found[1], "") if found else ""
    return Fault(where.file, where.row, cell, fault.key, fault.params)


def _fields(question: Question, id: str, front: Cover) -> list[tuple[str, Node]]:
    letters = [ascii_uppercase[index] for index in question.right]
    fields: list[tuple[str, Node]] = [
        ("id", _scalar(id)),
        ("kind", _scalar(question.kind)),
        ("question", _scalar(question.text)),
        ("explanation", _scalar(question.explanation or _explained(question, front))),
    ]
    if question.kind is Kind.TRUEFALSE:
        fields.append(("answer", _scalar("对" if question.right == (0,) else "错")))
    elif question.kind in CHOICE_KINDS:
        fields += [("options", _series(question.options)), ("answer", _series(letters))]
    elif len(question.points) == 1 and question.kind is not Kind.LIST:
        [point] = question.points
        fields.append(("answer", _scalar(point.text)))
        if point.aliases:
            fields.append(("aliases", _series(point.aliases)))
    else:
        fields.append(("points", Series(tuple(_point(point) for point in question.points), _NOWHERE)))
    if question.ordered:
        fields.append(("ordered", _scalar("true")))
    if question.tolerance:
        fields.append(("tolerance", _scalar(question.tolerance)))
    source = [("document", _scalar(question.document or front.title))]
    if question.article:
        source.append(("article", _scalar(question.article)))
    fields.append(("source", Table(tuple(_entry(name, node) for name, node in source), _NOWHERE)))
    if question.tags:
        fields.append(("tags", _series(question.tags)))
    if question.difficulty:
        fields.append(("difficulty", _scalar(str(question.difficulty))))
    return fields


def _explained(question: Question, front: Cover) -> str:
    return front.explanation(_in_words(question))[: limits.EXPLANATION]


def _in_words(question: Question) -> str:
    if question.kind is Kind.TRUEFALSE:
        return "对" if question.right == (0,) else "错"
    if question.kind in CHOICE_KINDS:
        return "；".join(question.options[index] for index in question.right if index < len(question.options))
    return "；".join(point.text for point in question.points)


def _point(point: Wording) -> Node:
    if not point.aliases:
        return _scalar(point.text)
    fields = (_entry("text", _scalar(point.text)), _entry("aliases", _series(point.aliases)))
    return Table(fields, _NOWHERE)


def _entry(name: str, node: Node) -> tuple[Scalar, Node]:
    return _scalar(name), node


def _scalar(text: str) -> Scalar:
    return Scalar(str(text), False, _NOWHERE)


def _series(texts: list[str] | tuple[str, ...]) -> Series:
    return Series(tuple(_scalar(text) for text in texts), _NOWHERE)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
