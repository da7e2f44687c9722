"""The roster: the tree, what a file would change, and what is to be mended in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from markupsafe import Markup

from actions.roster import Branch, Imported, Preview
from bot import texts
from bot.views import Page, button, keyboard
from study.members import Standing
from study.roster import Added, Changed, Missing, Place, Proposal
from study.rostersheet import Fault, Note

T = TypeVar("T")
UNITS_SHOWN = 45
LINES = (10, 5, 2, 0)  # of each kind of change in one message: as many as fit
FAULTS_SHOWN = 20
ROWS_SHOWN = 6
TEXT_LIMIT = 3_800  # characters, below Telegram's 4,096
INDENT = "　"
MEGABYTES = 5


class Do(CallbackData, prefix="ro"):
    """template, list, cancel, full (compare as the whole roster) or partial."""

    what: str


class Confirm(CallbackData, prefix="rc"):
    """Take the file over, if it is still the one that was shown."""

    shown: str  # the beginning of the proposal's digest


def overview(tree: Sequence[Branch]) -> Page:
    lines = [texts.html("roster.empty")]
    if tree:
        top = [one for one in tree if one.depth == 0]
        people, joined = sum(one.people for one in top), sum(one.joined for one in top)
        lines = [texts.html("roster.head", people=people, joined=joined), Markup("")]
        lines += [_unit(one) for one in tree[:UNITS_SHOWN]]
    if len(tree) > UNITS_SHOWN:
        lines.append(texts.html("roster.more_units", units=len(tree)))
    lines += [Markup(""), texts.html("roster.how", megabytes=MEGABYTES), texts.html("roster.no_ids")]
    row = [button(texts.plain("roster.template"), Do(what="template"))]
    if tree:
        row.append(button(texts.plain("roster.list"), Do(what="list")))
    return Page(Markup("\n").join(lines), keyboard(row))


def preview(result: Preview) -> Page:
    """What a file would change, with the button that does it; or what to mend in it."""
    proposal = result.proposal
    if proposal.faults:
        return _faults(result)
    if proposal.is_empty:
        told = [texts.html("roster.nothing"), *_notes(result.notes)]
        return Page(Markup("\n").join(told), keyboard([_full_or_partial(proposal)]))
    for most in LINES:
        text = Markup("\n").join(_changes(result, most))
        if len(text) < TEXT_LIMIT:
            break
    return Page(
        text,
        keyboard(
            [button(texts.plain("roster.confirm"), Confirm(shown=shown(proposal.digest)))],
            [_full_or_partial(proposal)],
            [button(texts.plain("roster.cancel"), Do(what="cancel"))],
        ),
    )


def attachment(result: Preview) -> tuple[str, str] | None:
    """Name and content of a text file with every line, when a message cannot show them all."""
    proposal = result.proposal
    sections = (proposal.new_units, proposal.added, proposal.changed, proposal.missing)
    if proposal.faults:
        all_said = len(proposal.faults) <= FAULTS_SHOWN
        name = "roster.faults_file"
    else:
        all_said = all(len(section) <= LINES[0] for section in sections)
        all_said = all_said and len("\n".join(_changes(result, None))) < TEXT_LIMIT
        name = "roster.changes_file"
    return None if all_said else (texts.plain(name), "\n".join(lines(result)))


def lines(result: Preview) -> list[str]:
    """Everything the file would do, or everything to mend in it, without markup."""
    proposal = result.proposal
    if proposal.faults:
        head = texts.html("roster.faults", count=len(proposal.faults))
        told = [head, *(_fault_line(one) for one in proposal.faults), *_notes(result.notes)]
    elif proposal.is_empty:
        told = [texts.html("roster.nothing"), *_notes(result.notes)]
    else:
        told = _changes(result, None)
    return [line.striptags() for line in told]


def done(result: Imported) -> Page:
    return Page(
        texts.html(
            "roster.done",
            units=result.units,
            added=result.added,
            changed=result.changed,
            left=result.left,
        )
    )


def shown(digest: str) -> str:
    """As much of a digest as a button carries."""
    return digest[:32]


# --- the parts ------------------------------------------------------------------------------------


def _unit(one: Branch) -> Markup:
    return texts.html(
        "roster.unit", indent=INDENT * one.depth, name=one.name, people=one.people, joined=one.joined
    )


def _changes(result: Preview, most: int | None) -> list[Markup]:
    """Everything the file would do, at most so many lines of each kind."""
    proposal, units = result.proposal, result.units
    lines = [texts.html("roster.preview"), texts.html("roster.full" if proposal.full else "roster.partial")]
    lines += _section("new_units", proposal.new_units, lambda one: _new_unit(one, units), most)
    lines += _section("added", proposal.added, lambda one: _added(one, units), most)
    lines += _section("changed", proposal.changed, lambda one: _changed(one, units), most)
    lines += _section("missing", proposal.missing, lambda one: _missing(one, units), most)
    lines += [Markup(""), texts.html("roster.unchanged", count=proposal.unchanged)]
    if proposal.same_names:
        lines.append(texts.html("roster.same_names", names="、".join(proposal.same_names[:FAULTS_SHOWN])))
    return lines + _notes(result.notes)


def _section(name: str, rows: Sequence[T], line: Callable[[T], Markup], most: int | None) -> list[Markup]:
    if not rows:
        return []
    shown = rows if most is None else rows[:most]
    lines = [Markup(""), texts.html(f"roster.{name}", count=len(rows)), *(line(row) for row in shown)]
    if len(shown) < len(rows):
        lines.append(texts.html("roster.more", count=len(rows) - len(shown)))
    return lines


def _new_unit(place: Place, units: Mapping[int, str]) -> Markup:
    above = [units[place.below]] if place.below in units else []
    return texts.html("roster.new_unit", path=" › ".join([*above, *(step.name for step in place.new)]))


def _added(one: Added, units: Mapping[int, str]) -> Markup:
    return texts.html("roster.added_line", name=one.facts.name, unit=_place(one.facts.place, units))


def _changed(one: Changed, units: Mapping[int, str]) -> Markup:
    what = "；".join(
        texts.plain(
            "roster.change",
            field=texts.plain(f"roster.fact.{name}"),
            before=_fact(getattr(one.before, name), units),
            after=_fact(getattr(one.after, name), units),
        )
        for name in one.fields
    )
    if one.back:
        return texts.html(
            "roster.back_changed_line" if what else "roster.back_line", name=one.before.name, what=what
        )
    return texts.html("roster.changed_line", name=one.before.name, what=what)


def _missing(one: Missing, units: Mapping[int, str]) -> Markup:
    key = "roster.missing_joined_line" if one.joined else "roster.missing_line"
    return texts.html(key, name=one.name, unit=units[one.unit_id])


def _place(place: Place, units: Mapping[int, str]) -> str:
    return place.new[-1].name if place.new else units[place.below]


def _fact(value: object, units: Mapping[int, str]) -> str:
    if isinstance(value, Place):
        return _place(value, units)
    if isinstance(value, bool):
        return texts.plain("roster.yes" if value else "roster.no")
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return texts.plain("roster.none")
    if isinstance(value, Standing):
        return texts.plain(f"roll.standing.{value.value}")
    key = f"roster.kind.{value}"
    return texts.plain(key) if texts.has(key) else str(value)


def _full_or_partial(proposal: Proposal) -> InlineKeyboardButton:
    if proposal.full:
        return button(texts.plain("roster.as_partial"), Do(what="partial"))
    return button(texts.plain("roster.as_full"), Do(what="full"))


def _notes(notes: Iterable[Note]) -> list[Markup]:
    return [
        texts.html(f"roster.note.{note.what}", columns="、".join(note.columns), count=note.count)
        for note in notes
    ]


# --- faults ---------------------------------------------------------------------------------------


def _faults(result: Preview) -> Page:
    """The same fault in many rows is told once, with the rows."""
    faults = result.proposal.faults
    groups: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.column, fault.problem, fault.value, fault.other), []).append(fault)
    lines = [texts.html("roster.faults", count=len(faults)), Markup("")]
    lines += [_group(group) for group in list(groups.values())[:FAULTS_SHOWN]]
    if len(groups) > FAULTS_SHOWN:
        rest = sum(len(group) for group in list(groups.values())[FAULTS_SHOWN:])
        lines.append(texts.html("roster.more", count=rest))
    notes = _notes(result.notes)
    # Whoever asked too much of the file can ask for less.
    row = [_full_or_partial(result.proposal)] if result.proposal.full else []
    text = Markup("\n").join([*lines, *([Markup("")] if notes else []), *notes])
    return Page(text, keyboard(row) if row else None)


def _group(group: Sequence[Fault]) -> Markup:
    if len(group) == 1 or not group[0].column:
        return _fault_line(group[0])
    rows = "、".join(str(fault.row) for fault in group[:ROWS_SHOWN])
    place = texts.plain("roster.place_rows", rows=rows, count=len(group), column=_column(group[0].column))
    return texts.html("roster.fault", place=place, problem=_problem(group[0]))


def _fault_line(fault: Fault) -> Markup:
    if fault.row == 0:
        place = texts.plain("roster.place_file")
    elif fault.column:
        place = texts.plain("roster.place", row=fault.row, column=_column(fault.column))
    else:
        place = texts.plain("roster.place_row", row=fault.row)
    return texts.html("roster.fault", place=place, problem=_problem(fault))


def _problem(fault: Fault) -> str:
    return texts.plain(f"roster.fault.{fault.problem}", value=fault.value, other=fault.other)


def _column(column: str) -> str:
    """The header as the file has it; for faults found later, what such a column is called."""
    key = f"roster.column.{column}"
    return texts.plain(key) if texts.has(key) else column
