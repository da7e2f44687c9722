"""A pack in the form in which people write one: plain values, as they stand in YAML."""

from string import ascii_uppercase
from typing import Any

from study.items import Item, Kind, Lesson, Month, Pack, Point, Source


def heading(pack: Pack) -> dict[str, Any]:
    return {"pack": {"id": pack.id, "title": pack.title}}


def lesson(one: Lesson) -> dict[str, Any]:
    return _filled(
        id=one.id,
        title=one.title,
        question=one.question,
        theme=one.theme,
        minutes=one.minutes,
        body=one.body,
        key_points=list(one.key_points),
        ward_link=one.ward_link,
        source=_source(one.source),
        tags=list(one.tags),
        picture=one.picture,
        valid_from=one.valid_from and one.valid_from.isoformat(),
        review_by=one.review_by and one.review_by.isoformat(),
    )


def item(one: Item) -> dict[str, Any]:
    return _filled(
        id=one.id,
        kind=one.kind.value,
        question=one.question,
        **_answer(one),
        explanation=one.explanation,
        source=_source(one.source),
        lesson=one.lesson,
        difficulty=one.difficulty,
        tags=list(one.tags),
        picture=one.picture,
        valid_from=one.valid_from and one.valid_from.isoformat(),
        review_by=one.review_by and one.review_by.isoformat(),
    )


def month(one: Month) -> dict[str, Any]:
    return _filled(month=one.month, theme=one.theme, weeks=list(one.weeks), lessons=list(one.lessons))


def document(pack: Pack) -> dict[str, Any]:
    """The whole pack as one file."""
    return _filled(
        **heading(pack),
        lessons=[lesson(one) for one in pack.lessons],
        items=[item(one) for one in pack.items],
        plan=_filled(months=[month(one) for one in pack.months]),
    )


def _answer(one: Item) -> dict[str, Any]:
    letters = [ascii_uppercase[index] for index in one.right]
    match one.kind:
        case Kind.TRUEFALSE:
            return {"answer": one.right == (0,)}
        case Kind.SINGLE:
            return {"options": list(one.options), "answer": letters[0]}
        case Kind.MULTIPLE:
            return {"options": list(one.options), "answer": letters}
    words: dict[str, Any] = {}
    [first, *more] = one.points
    if more or one.kind is Kind.LIST or first.weight != 1.0:
        words["points"] = [_point(point) for point in one.points]
    else:
        words = {"answer": first.text, "aliases": list(first.aliases)}
    return _filled(
        **words,
        ordered=one.ordered or None,
        tolerance=one.tolerance,
        must=list(one.must),
        must_not=list(one.must_not),
    )


def _point(point: Point) -> str | dict[str, Any]:
    if not point.aliases and point.weight == 1.0:
        return point.text
    weight = point.weight if point.weight != 1.0 else None
    return _filled(text=point.text, aliases=list(point.aliases), weight=weight)


def _source(source: Source) -> dict[str, Any]:
    day = source.date.isoformat() if source.date else None
    return _filled(document=source.document, article=source.article, date=day, url=source.url)


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}
