"""The pages of /packs: what is live, what a file would change, each lesson and question as members will see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup, escape

from actions.answering import Graded
from actions.packs import Live, Published, Version
from actions.proposals import Proposal, Waiting
from actions.questions import Shown
from bot import texts
from bot.views import Page, button, keyboard
from bot.views import packs as findings
from bot.views import quiz as quiz_views
from bot.views.sources import cited
from bot.views.today import day_text
from study import quiz, reading
from study.calendar import local
from study.items import Item, Lesson
from study.packs import Difference, Fault
from study.quiz import Occasion

PAGE_CHARACTERS = 3_000  # of findings; Telegram takes 4,096
LONGEST_LINE = 700
VERSIONS_SHOWN = 10
DRAFTS_SHOWN = 5
DAYS_AHEAD = 8


class Pack(CallbackData, prefix="pk"):
    """Do something with a draft or version `id`; `at` is a page, or a day as its ordinal."""

    do: str
    id: int
    at: int


def home(live: Sequence[Live], waiting: Sequence[Waiting], *, zone: str) -> Page:
    lines = [texts.html("packs.head"), Markup("")]
    lines += [
        texts.html(
            "packs.live",
            title=pack.title,
            lessons=pack.lessons,
            items=pack.items,
            version=pack.version,
            day=day_text(local(pack.published_at, zone)),
        )
        for pack in live
    ] or [texts.html("packs.nothing_live")]
    lines += [Markup(""), texts.html("packs.send")]
    drafts = [[_button_of(draft)] for draft in waiting[:DRAFTS_SHOWN]]
    return Page(
        Markup("\n").join(lines),
        keyboard(*drafts, [_go("versions", "packs.versions"), _go("template", "packs.template")]),
    )


def proposal(found: Proposal) -> Page:
    """What the file would change, or what is wrong with it."""
    if not found.usable:
        return faults(found, 0)
    change = found.difference
    lines = [texts.html("packs.title", title=found.title, name=found.name), Markup("")]
    if found.outdated:
        lines += [texts.html("packs.outdated"), Markup("")]
    if found.partly:
        lines += [texts.html("packs.partly", good=found.items, faults=len(found.faults)), Markup("")]
    lines += list(counts(change)) or [texts.html("packs.same")]
    if found.members:
        lines.append(texts.html("packs.members", count=found.members))
    lines.append(texts.html("packs.whole", lessons=found.lessons, items=found.items))
    if found.publish_on:
        lines += [Markup(""), texts.html("packs.scheduled", day=day_text(found.publish_on))]
    return Page(Markup("\n").join(lines), keyboard(*_proposal_rows(found)))


def faults(found: Proposal, at: int) -> Page:
    """All faults of the file, page by page."""
    head = texts.html(
        "packs.faults_partly" if found.usable else "packs.faults", name=found.name, count=len(found.faults)
    )
    return _findings(found, found.faults, at=at, head=head, do="faults")


def notes(found: Proposal, at: int) -> Page:
    """What is worth a second look, page by page."""
    head = texts.html("packs.notes_head", name=found.name, count=len(found.notes))
    return _findings(found, found.notes, at=at, head=head, do="notes")


def preview(found: Proposal, at: int, *, answered: bool = False) -> Page:
    """One changed lesson or question as members will see it; `answered` shows what they see after it."""
    entries = _entries(found.difference)
    if not entries:
        return proposal(found)
    at = min(max(at, 0), len(entries) - 1)
    entry = entries[at]
    head = texts.html(
        f"packs.entry.{entry.what}",
        kind=texts.plain(f"packs.kind.{'lesson' if isinstance(entry.content, Lesson) else 'item'}"),
        number=at + 1,
        total=len(entries),
        id=entry.content.id,
    )
    lines = [head]
    if entry.fields:
        names = "、".join(texts.plain(f"packs.field.{name}") for name in entry.fields)
        lines.append(texts.html("packs.fields", fields=names))
    turning = [
        *([_button("◂", "see", found.draft_id, at - 1)] if at else []),
        _button(f"{at + 1} / {len(entries)}", "see", found.draft_id, at),
        *([_button("▸", "see", found.draft_id, at + 1)] if at + 1 < len(entries) else []),
    ]
    return Page(
        Markup("\n").join([*lines, Markup(""), _content(entry, answered=answered)]),
        keyboard(_looks(found, entry, at, answered=answered), turning, [_back(found)]),
    )


def picture_of(found: Proposal, at: int) -> str | None:
    """The digest of the picture at this place of the preview."""
    entries = _entries(found.difference)
    return entries[at].content.picture if 0 <= at < len(entries) else None


def days(found: Proposal, today: date) -> Page:
    """On which day to publish."""
    buttons = [
        _button(day_text(day), "on", found.draft_id, day.toordinal())
        for day in (today + timedelta(days=ahead) for ahead in range(1, DAYS_AHEAD + 1))
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return Page(texts.html("packs.when", title=found.title), keyboard(*rows, [_back(found)]))


def published(done: Published) -> Page:
    key = "packs.published" if done.version else "packs.unchanged"
    return Page(
        texts.html(key, title=done.title, version=done.version or 0), keyboard([_go("home", "packs.open")])
    )


def dropped(title: str) -> Page:
    return Page(texts.html("packs.dropped", title=title), keyboard([_go("home", "packs.open")]))


def versions(found: Sequence[Version], *, zone: str) -> Page:
    """What was live when; each earlier one with a button that brings it back."""
    shown = found[:VERSIONS_SHOWN]
    lines = [texts.html("packs.versions_head"), Markup("")]
    lines += [
        texts.html(
            "packs.version_live" if one.live else "packs.version",
            version=one.id,
            title=one.title,
            at=f"{local(one.published_at, zone):%Y-%m-%d %H:%M}",
        )
        for one in shown
    ] or [texts.html("packs.no_versions")]
    back = [
        button(texts.plain("packs.roll_back", version=one.id), Pack(do="back", id=one.id, at=0))
        for one in shown
        if not one.live
    ]
    stop = [
        button(texts.plain("packs.withdraw", title=one.title), Pack(do="ask", id=one.id, at=0))
        for one in shown
        if one.live
    ]
    return Page(
        Markup("\n").join(lines),
        keyboard(
            *(back[start : start + 3] for start in range(0, len(back), 3)),
            *([one] for one in stop),
            [_go("home", "packs.home")],
        ),
    )


def withdrawing(version: Version) -> Page:
    """Really?"""
    return Page(
        texts.html("packs.withdraw_ask", title=version.title),
        keyboard(
            [_button(texts.plain("packs.withdraw_yes"), "stop", version.id, 0)],
            [_go("versions", "packs.back")],
        ),
    )


def withdrawn(version: Version) -> Page:
    return Page(
        texts.html("packs.withdrawn", title=version.title), keyboard([_go("versions", "packs.versions")])
    )


def counts(change: Difference) -> Iterator[Markup]:
    """What changes, in figures, line by line."""
    for what in ("new", "changed", "removed"):
        lessons, items = len(getattr(change, f"{what}_lessons")), len(getattr(change, f"{what}_items"))
        if lessons or items:
            yield texts.html(f"packs.count.{what}", lessons=lessons, items=items)
    if change.changed_months:
        yield texts.html("packs.count.months", months="、".join(map(str, change.changed_months)))
    if change.renamed:
        yield texts.html("packs.count.renamed")


# --- parts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """A page of the preview."""

    what: str  # new, changed or removed
    content: Lesson | Item
    fields: tuple[str, ...] = ()
    page: int = 0


def _entries(change: Difference) -> list[_Entry]:
    found = [
        *(_Entry("new", one) for one in change.new_lessons),
        *(_Entry("changed", one.new, one.fields) for one in change.changed_lessons),
        *(_Entry("removed", one) for one in change.removed_lessons),
        *(_Entry("new", one) for one in change.new_items),
        *(_Entry("changed", one.new, one.fields) for one in change.changed_items),
        *(_Entry("removed", one) for one in change.removed_items),
    ]
    return [paged for entry in found for paged in _paged(entry)]


def _paged(entry: _Entry) -> Iterator[_Entry]:
    """A long lesson takes several pages, as it will for members."""
    count = len(reading.pages(entry.content)) if isinstance(entry.content, Lesson) else 1
    return (_Entry(entry.what, entry.content, entry.fields, page) for page in range(count))


def _content(entry: _Entry, *, answered: bool) -> Markup:
    if isinstance(entry.content, Lesson):
        return _lesson(entry.content, entry.page)
    item, order = entry.content, tuple(range(len(entry.content.options)))
    if not answered:
        shown = Shown(quiz_id=0, occasion=Occasion.TRIAL, position=0, total=1, item=item, order=order)
        return Markup("\n\n").join([Markup(quiz_views.question(shown).text), *_on_buttons(item)])
    graded = Graded(
        quiz_id=0,
        occasion=Occasion.TRIAL,
        position=0,
        total=1,
        item=item,
        order=order,
        mark=quiz.give_up(item),
        points=0,
        capped=None,
        season_points=0,
        left=0,
    )
    return Markup(quiz_views.graded(graded).text)


def _on_buttons(item: Item) -> list[Markup]:
    """The options that members will find on the buttons, which a preview has not."""
    if not quiz_views.fits_buttons(item):
        return []
    options = [
        texts.html("quiz.option", letter=letter, option=option)
        for letter, option in zip(quiz.LETTERS, item.options, strict=False)
    ]
    return [Markup("\n").join(options)] if options else []


def _lesson(lesson: Lesson, page: int) -> Markup:
    pages = reading.pages(lesson)
    lines = [texts.html("lesson.title", title=lesson.title)]
    if page == 0:
        if lesson.question:
            lines.append(texts.html("today.question", question=lesson.question))
        lines += [texts.html("today.point", point=point) for point in lesson.key_points]
    lines += [Markup(""), texts.html("lesson.body", body=pages[page])]
    if page == len(pages) - 1:
        if lesson.ward_link:
            lines += [Markup(""), texts.html("lesson.ward", link=lesson.ward_link)]
        lines += [Markup(""), cited(lesson.source)]
    return Markup("\n").join(lines)


def _looks(found: Proposal, entry: _Entry, at: int, *, answered: bool) -> list[InlineKeyboardButton]:
    buttons = []
    if isinstance(entry.content, Item):
        do, key = ("see", "packs.question") if answered else ("answer", "packs.answer")
        buttons.append(_button(texts.plain(key), do, found.draft_id, at))
    if entry.content.picture:
        buttons.append(_button(texts.plain("packs.picture"), "picture", found.draft_id, at))
    return buttons


def _proposal_rows(found: Proposal) -> Iterator[list[InlineKeyboardButton]]:
    id = found.draft_id

    def do(what: str, key: str, **params: object) -> InlineKeyboardButton:
        return _button(texts.plain(key, **params), what, id, 0)

    count = len(_entries(found.difference))
    yield [do("see", "packs.preview", count=count)] if count else []
    findings = []
    if found.faults:
        findings.append(do("faults", "packs.see_faults", count=len(found.faults)))
    if found.notes:
        findings.append(do("notes", "packs.see_notes", count=len(found.notes)))
    yield findings
    if found.partly:
        yield [do("accept", "packs.accept", good=found.items)]
    trial = [do("try", "packs.try")] if found.items else []
    yield [*([do("publish", "packs.publish")] if found.ready else []), *trial]
    later = do("unplan", "packs.unplan") if found.publish_on else do("when", "packs.later")
    yield [*([later] if found.ready else []), do("drop", "packs.drop")]


def _findings(found: Proposal, all_of_them: Sequence[Fault], *, at: int, head: Markup, do: str) -> Page:
    pages = _pages(findings.findings(all_of_them, texts.current()))
    at = min(max(at, 0), len(pages) - 1)
    body = Markup("\n").join(pages[at]) if pages else Markup("")
    turning = []
    if len(pages) > 1:
        turning = [
            *([_button("◂", do, found.draft_id, at - 1)] if at else []),
            _button(f"{at + 1} / {len(pages)}", do, found.draft_id, at),
            *([_button("▸", do, found.draft_id, at + 1)] if at + 1 < len(pages) else []),
        ]
    last = [_back(found)] if found.usable else [_button(texts.plain("packs.drop"), "drop", found.draft_id, 0)]
    return Page(Markup("\n\n").join([head, body]), keyboard(turning, last))


def _pages(lines: Iterator[str]) -> list[list[Markup]]:
    """Escaped lines in pages; a line is never torn apart, and no page is longer than Telegram takes."""
    pages: list[list[Markup]] = []
    room = 0
    for line in lines:
        shown = line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"
        if not pages or len(shown) + 1 > room:
            pages.append([])
            room = PAGE_CHARACTERS
        pages[-1].append(escape(shown))
        room -= len(shown) + 1
    return pages


def _button_of(draft: Waiting) -> InlineKeyboardButton:
    key = "packs.draft_scheduled" if draft.publish_on else "packs.draft"
    day = day_text(draft.publish_on) if draft.publish_on else ""
    return _button(texts.plain(key, title=draft.title[:40], day=day), "look", draft.draft_id, 0)


def _button(label: str, do: str, id: int, at: int) -> InlineKeyboardButton:
    return button(label, Pack(do=do, id=id, at=at))


def _go(do: str, key: str) -> InlineKeyboardButton:
    return _button(texts.plain(key), do, 0, 0)


def _back(found: Proposal) -> InlineKeyboardButton:
    return _button(texts.plain("packs.back"), "look", found.draft_id, 0)
