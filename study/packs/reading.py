"""From the plain tree of a pack's files to lessons, items and the year's plan, or to every fault in them."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from study.items import Item, Kind, Lesson, Month, Pack, Source
from study.packs import answers, limits
from study.packs.faults import Fault, FaultList, excerpt
from study.packs.fields import Fields
from study.packs.figures import is_quantity
from study.packs.tree import Node, Place, Scalar, Table

_PACK = ("id", "title")
_TOP = ("pack", "lessons", "items", "plan")
_SOURCE = ("document", "article", "date", "url")
_COMMON = ("id", "source", "tags", "picture", "valid_from", "review_by")
_LESSON = (*_COMMON, "title", "body", "key_points", "minutes", "question", "ward_link", "theme")
_ITEM = frozenset({*_COMMON, "kind", "question", "explanation", "lesson", "difficulty", *answers.ALL_FIELDS})
_MONTH = ("month", "theme", "weeks", "lessons")


@dataclass(frozen=True)
class Reading:
    """What came of reading: the pack, or None and why.

    `places` tells where each lesson ("lesson", id) and item ("item", id) stands.
    """

    pack: Pack | None
    faults: tuple[Fault, ...]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)


def read(
    documents: Iterable[Node],
    *,
    pictures: Mapping[str, str],
    quantity: Callable[[str], bool] = is_quantity,
    faults: Collection[Fault] = (),
) -> Reading:
    """Read the files of one pack together, each a tree: every fault in all of them is told, and one means no pack.

    `pictures` has the format of each picture by its path in the pack, "" for what is no picture; `quantity` tells
    whether the grader can read a text as a number or date; `faults` are those already found while opening the files.
    """
    desk = _Desk(pictures=pictures, quantity=quantity, faults=FaultList(faults))
    for document in documents:
        desk.read(document)
    desk.check_references(files_missing=bool(faults))
    if desk.faults:
        return Reading(None, desk.faults.told())
    pack = Pack(
        id=desk.id,
        title=desk.title,
        lessons=tuple(desk.lessons),
        items=tuple(desk.items),
        months=tuple(sorted(desk.months, key=lambda month: month.month)),
    )
    return Reading(pack, (), desk.places)


@dataclass(frozen=True)
class _Reference:
    """A mention of a lesson that has to exist."""

    lesson: str
    place: Place
    field: str
    id: str


class _Desk:
    """The pack as it grows, file by file."""

    def __init__(
        self, *, pictures: Mapping[str, str], quantity: Callable[[str], bool], faults: FaultList
    ) -> None:
        self.pictures = pictures
        self.quantity = quantity
        self.faults = faults
        self.id = ""
        self.title = ""
        self.lessons: list[Lesson] = []
        self.items: list[Item] = []
        self.months: list[Month] = []
        self.places: dict[tuple[str, str], Place] = {}
        self.references: list[_Reference] = []

    def read(self, document: Node) -> None:
        if isinstance(document, Scalar) and document.is_blank:
            return
        if not isinstance(document, Table):
            self.faults.add(document.place, "", "pack.fault.top", fields=", ".join(_TOP))
            return
        top = Fields(document, path="", faults=self.faults)
        top.close(_TOP)
        self._heading(top)
        for fields in top.tables("lessons", most=limits.LESSONS):
            self.lessons.append(self._lesson(fields))
        for fields in top.tables("items", most=limits.ITEMS):
            self.items.append(self._item(fields))
        plan = top.table("plan")
        if plan is not None:
            plan.close(("months",))
            for fields in plan.tables("months", most=12):
                self.months.append(self._month(fields))

    def check_references(self, *, files_missing: bool) -> None:
        """What only the whole pack can tell; a file that could not be opened is no reason to miss its lessons."""
        if files_missing:
            return
        if ("pack", "") not in self.places:
            self.faults.add(None, "pack", "pack.fault.no_heading")
        known = {lesson.id for lesson in self.lessons}
        for reference in self.references:
            if reference.lesson not in known:
                self.faults.add_unknown(
                    reference.place,
                    reference.field,
                    "pack.fault.unknown_lesson",
                    name=reference.lesson,
                    known=known,
                    id=reference.id,
                )

    def _heading(self, top: Fields) -> None:
        pack = top.table("pack")
        if pack is None:
            return
        self._once(pack, ("pack", ""), "pack", "heading_twice")
        pack.close(_PACK)
        self.id = pack.identifier()
        self.title = pack.text("title", longest=limits.TITLE)

    def _once(self, fields: Fields, key: tuple[str, str], name: str, fault: str) -> None:
        """Note where something stands, or tell that it stood elsewhere before."""
        first = self.places.setdefault(key, fields.place)
        if first is not fields.place:
            fields.fault(name, fault, name=excerpt(key[1]), first_file=first.file, first_line=first.line)

    def _lesson(self, fields: Fields) -> Lesson:
        id = self._identify(fields, "lesson")
        fields.close(_LESSON)
        valid_from, review_by = _period(fields)
        return Lesson(
            id=id,
            title=fields.text("title", longest=limits.TITLE),
            body=fields.text("body", longest=limits.BODY, lines=True),
            key_points=fields.texts(
                "key_points", fewest=1, most=limits.KEY_POINTS, longest=limits.KEY_POINT, lines=True
            ),
            source=_source(fields),
            minutes=fields.integer("minutes", low=1, high=60, default=3),
            question=fields.optional("question", longest=limits.QUESTION, lines=True),
            ward_link=fields.optional("ward_link", longest=limits.WARD_LINK, lines=True),
            theme=fields.optional("theme", longest=limits.THEME),
            tags=_tags(fields),
            picture=self._picture(fields),
            valid_from=valid_from,
            review_by=review_by,
        )

    def _item(self, fields: Fields) -> Item:
        id = self._identify(fields, "item")
        fields.close(_ITEM)
        valid_from, review_by = _period(fields)
        kind = fields.choice("kind", Kind)
        answer = answers.read(fields, kind, quantity=self.quantity) if kind else answers.Answer()
        return Item(
            id=id,
            kind=kind or Kind.SHORT,
            question=fields.text("question", longest=limits.QUESTION, lines=True),
            explanation=fields.text("explanation", longest=limits.EXPLANATION, lines=True),
            source=_source(fields),
            lesson=self._lesson_named(fields),
            difficulty=fields.integer("difficulty", low=1, high=3, default=2),
            options=answer.options,
            right=answer.right,
            points=answer.points,
            ordered=answer.ordered,
            tolerance=answer.tolerance,
            must=answer.must,
            must_not=answer.must_not,
            tags=_tags(fields),
            picture=self._picture(fields),
            valid_from=valid_from,
            review_by=review_by,
        )

    def _month(self, fields: Fields) -> Month:
        fields.close(_MONTH)
        month = fields.integer("month", low=1, high=12)
        if month:
            self._once(fields, ("month", str(month)), "month", "month_twice")
        nodes = fields.nodes("lessons", most=limits.LESSONS_A_MONTH)
        lessons = [self._refer(fields, node, path) for node, path in nodes]
        for lesson in sorted({lesson for lesson in lessons if lessons.count(lesson) > 1}):
            fields.fault("lessons", "lesson_twice", name=excerpt(lesson))
        return Month(
            month=month,
            theme=fields.text("theme", longest=limits.THEME),
            weeks=fields.texts("weeks", most=limits.WEEKS, longest=limits.THEME),
            lessons=tuple(lessons),
        )

    def _identify(self, fields: Fields, what: str) -> str:
        id = fields.identifier()
        if id:
            self._once(fields, (what, id), "id", "id_twice")
        return id

    def _lesson_named(self, fields: Fields) -> str | None:
        node = fields.node("lesson")
        return None if node is None else self._refer(fields, node, fields.field("lesson"))

    def _refer(self, fields: Fields, node: Node, path: str) -> str:
        lesson = fields.text_of(node, path, longest=200)
        if lesson:
            self.references.append(_Reference(lesson, node.place, path, fields.id))
        return lesson

    def _picture(self, fields: Fields) -> str | None:
        path = fields.optional("picture", longest=limits.PICTURE)
        if path is None:
            return None
        if path not in self.pictures:
            fields.faults.add_unknown(
                fields.where("picture"),
                fields.field("picture"),
                "pack.fault.no_picture",
                name=path,
                known=self.pictures.keys(),
                id=fields.id,
            )
        elif not self.pictures[path]:
            fields.fault("picture", "picture_format", name=excerpt(path))
        return path


def _source(fields: Fields) -> Source:
    source = fields.table("source", required=True)
    if source is None:
        return Source("")
    source.close(_SOURCE)
    return Source(
        document=source.text("document", longest=limits.DOCUMENT),
        article=source.optional("article", longest=limits.ARTICLE),
        date=source.day("date"),
        url=source.url("url"),
    )


def _tags(fields: Fields) -> tuple[str, ...]:
    return fields.texts("tags", most=limits.TAGS, longest=limits.TAG)


def _period(fields: Fields) -> tuple[datetime.date | None, datetime.date | None]:
    """From when it holds, and by when somebody should look whether it still does."""
    valid_from, review_by = fields.day("valid_from"), fields.day("review_by")
    if valid_from and review_by and review_by < valid_from:
        fields.fault("review_by", "review_before_valid")
    return valid_from, review_by
