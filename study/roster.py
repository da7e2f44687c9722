"""What a roster file would change: who is added, changed, back or missing, and which units are new."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from study.members import Level, MemberKind, Standing, right_to_vote
from study.refusal import Refusal
from study.rostersheet import Column, Fault, Person, Sheet, UnitName

DEFAULT_COMMITTEE = "党委"  # the top of the tree, when the first file of an empty roster does not name it


class NoSuchZone(Refusal):
    """No time zone of this name."""

    key = "refusal.roster.no_such_zone"


class NothingToConfirm(Refusal):
    """The preview is confirmed already, or was dropped."""

    key = "refusal.roster.nothing_to_confirm"


class FaultsLeft(Refusal):
    """A file with faults changes nothing."""

    key = "refusal.roster.faults_left"


@dataclass(frozen=True)
class KnownUnit:
    id: int
    parent_id: int | None
    level: Level
    name: str
    path: str


@dataclass(frozen=True)
class KnownMember:
    """Somebody on the roster now, or (`left`) once; `joined` means that a chat is bound."""

    id: int
    unit_id: int
    name: str
    staff_no: str | None
    kind: MemberKind
    joined_party_on: date | None
    can_vote: bool
    left: bool = False
    joined: bool = False
    standing: Standing = Standing.REGULAR


@dataclass(frozen=True)
class Place:
    """A unit: the existing one `below` (0: none yet), and the units still to be made under it, from the top."""

    below: int
    new: tuple[UnitName, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the roster says of somebody."""

    name: str
    place: Place
    staff_no: str | None
    kind: MemberKind
    joined_party_on: date | None
    can_vote: bool
    standing: Standing = Standing.REGULAR


FACTS = ("name", "place", "staff_no", "kind", "joined_party_on", "can_vote", "standing")


@dataclass(frozen=True)
class Added:
    row: int
    facts: Facts


@dataclass(frozen=True)
class Changed:
    """`back` is somebody who had left the roster and stands in the file again."""

    row: int
    member_id: int
    before: Facts
    after: Facts
    back: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the facts that differ."""
        return tuple(name for name in FACTS if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True)
class Missing:
    """Somebody on the roster who is not in the file, though their unit is."""

    member_id: int
    name: str
    unit_id: int
    joined: bool


@dataclass(frozen=True)
class Proposal:
    """What a file would do. With faults it can do nothing, and `missing` is not worked out."""

    new_units: tuple[Place, ...] = ()
    added: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()
    missing: tuple[Missing, ...] = ()
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()
    full: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.new_units or self.added or self.changed or self.missing)

    @property
    def digest(self) -> str:
        """Changes whenever what the proposal would do changes."""
        return hashlib.sha256(
            repr((self.new_units, self.added, self.changed, self.missing)).encode()
        ).hexdigest()

    @property
    def same_names(self) -> tuple[str, ...]:
        """Names both added and missing: perhaps one person whose unit or number changed."""
        missing = {one.name for one in self.missing}
        return tuple(dict.fromkeys(one.facts.name for one in self.added if one.facts.name in missing))


def propose(
    sheet: Sheet,
    *,
    units: Sequence[KnownUnit],
    members: Sequence[KnownMember],
    administrators: Collection[int],
    full: bool = False,
) -> Proposal:
    """Compare a file with the roster.

    Whoever is missing from the file counts as left only in units that the file covers; with `full` the
    file is the whole roster. `administrators` of the whole tree may not all disappear by it.
    """
    faults = list(sheet.faults)
    placed = _place_all(sheet.people, units, faults)
    faults += _repeated(placed)
    matched = _match(placed, members, faults)
    added, changed = [], []
    unchanged = 0
    for person, place in placed:
        member = matched.get(person.row)
        if member is None:
            added.append(Added(person.row, _facts_of_new(person, place)))
            continue
        change = _change(person, place, member)
        if change.after.kind is MemberKind.PROBATIONARY and change.after.can_vote and person.can_vote:
            faults.append(Fault(person.row, Column.CAN_VOTE, "probationary_vote"))
        if change.fields or change.back:
            changed.append(change)
        else:
            unchanged += 1
    missing = _missing(placed, matched, units, members, full=full) if not faults else ()
    if administrators and set(administrators) <= {one.member_id for one in missing}:
        faults.append(Fault(0, "", "last_administrator"))
    return Proposal(
        new_units=_new_units(place for _, place in placed),
        added=tuple(added),
        changed=tuple(changed),
        missing=missing,
        unchanged=unchanged,
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
        full=full,
    )


# --- where a person belongs -----------------------------------------------------------------------

_Placed = tuple[Person, Place]


def unit_key(name: str) -> str:
    """The name as it is compared: 中共内科一党支部 and 内科一支部 are one unit."""
    name = re.sub(r"\s+", "", name).removeprefix("中共").removesuffix("委员会")
    return (
        name.replace("党支部", "支部")
        .replace("党总支部", "总支")
        .replace("党总支", "总支")
        .replace("党小组", "小组")
    )


class _Ambiguous(Exception):
    """The name fits several units."""

    def __init__(self, unit: UnitName) -> None:
        super().__init__(unit)
        self.unit = unit


class _Tree:
    """Finds units by what a file calls them; a new one is spelled as the file spells it first."""

    def __init__(self, units: Sequence[KnownUnit]) -> None:
        self._units = units
        self._root = next((unit for unit in units if unit.parent_id is None), None)
        self._named: defaultdict[str, list[KnownUnit]] = defaultdict(list)
        for unit in units:
            self._named[unit_key(unit.name)].append(unit)
        self._spelling: dict[tuple[int, tuple[str, ...]], UnitName] = {}

    def place(self, chain: Sequence[UnitName]) -> Place:
        """The unit at the end of the chain, which may leave out levels; raises _Ambiguous."""
        chain, here = self._start(chain)
        for depth, step in enumerate(chain):
            found = self._below(here, step) if here else None
            if found is None:
                return self._new(here.id if here else 0, chain[depth:])
            here = found
        return Place(here.id if here else 0)

    def _start(self, chain: Sequence[UnitName]) -> tuple[Sequence[UnitName], KnownUnit | None]:
        """Leave out the committee when it is the top that exists."""
        named = bool(chain) and chain[0].level is Level.COMMITTEE
        if self._root is None:
            top = () if named else (UnitName(Level.COMMITTEE, DEFAULT_COMMITTEE),)
            return (*top, *chain), None
        if named and unit_key(chain[0].name) in (unit_key(self._root.name), unit_key(DEFAULT_COMMITTEE)):
            chain = chain[1:]
        return chain, self._root

    def _below(self, here: KnownUnit, step: UnitName) -> KnownUnit | None:
        """The child of that name, else the only one of that name further down."""
        candidates = [
            unit
            for unit in self._named[unit_key(step.name)]
            if unit.path.startswith(here.path) and unit.id != here.id
        ]
        children = [unit for unit in candidates if unit.parent_id == here.id]
        if len(children or candidates) > 1:
            raise _Ambiguous(step)
        return next(iter(children or candidates), None)

    def _new(self, below: int, chain: Sequence[UnitName]) -> Place:
        keys = tuple(unit_key(step.name) for step in chain)
        spelled = [
            self._spelling.setdefault((below, keys[: depth + 1]), step) for depth, step in enumerate(chain)
        ]
        return Place(below, tuple(spelled))


def _place_all(people: Sequence[Person], units: Sequence[KnownUnit], faults: list[Fault]) -> list[_Placed]:
    tree = _Tree(units)
    placed = []
    for person in people:
        try:
            placed.append((person, tree.place(person.units)))
        except _Ambiguous as doubt:
            faults.append(Fault(person.row, doubt.unit.level, "unit_ambiguous", doubt.unit.name))
    return placed


def _new_units(places: Iterable[Place]) -> tuple[Place, ...]:
    """Every unit to be made, parents before children, in the order of the file."""
    units: dict[Place, None] = {}
    for place in places:
        for depth in range(1, len(place.new) + 1):
            units.setdefault(replace(place, new=place.new[:depth]))
    return tuple(units)


# --- who a line means -----------------------------------------------------------------------------


def _repeated(placed: Sequence[_Placed]) -> list[Fault]:
    """Lines that cannot be told apart."""
    faults = []
    first_row: dict[str, int] = {}
    for person, _ in placed:
        if person.staff_no:
            first = first_row.setdefault(person.staff_no, person.row)
            if first != person.row:
                faults.append(
                    Fault(person.row, Column.STAFF_NO, "staff_no_twice", person.staff_no, str(first))
                )
    homonyms = Counter((person.name, place) for person, place in placed)
    faults += [
        Fault(person.row, Column.NAME, "homonym", person.name)
        for person, place in placed
        if person.staff_no is None and homonyms[person.name, place] > 1
    ]
    return faults


def _match(
    placed: Sequence[_Placed], members: Sequence[KnownMember], faults: list[Fault]
) -> Mapping[int, KnownMember]:
    """Row -> the member it means: by staff number, else by name and unit."""
    by_number = {member.staff_no: member for member in members if member.staff_no}
    matched: dict[int, KnownMember] = {}
    for person, _ in placed:
        if person.staff_no and (member := by_number.get(person.staff_no)):
            matched[person.row] = member
    taken = {member.id for member in matched.values()}
    by_name: defaultdict[str, list[KnownMember]] = defaultdict(list)
    for member in members:
        if member.id not in taken:
            by_name[member.name].append(member)
    for person, place in placed:
        if person.row in matched:
            continue
        candidates = _candidates(person, place, by_name[person.name])
        if len(candidates) > 1:
            faults.append(Fault(person.row, Column.NAME, "homonym_known", person.name))
        elif candidates:
            matched[person.row] = candidates[0]
            by_name[person.name].remove(candidates[0])
    return matched


def _candidates(person: Person, place: Place, namesakes: Sequence[KnownMember]) -> list[KnownMember]:
    """Those of the same name whom the line may mean; whoever is on the roster comes before whoever left."""
    if person.staff_no:
        # A spreadsheet turns 00123 into 123.
        bare = person.staff_no.lstrip("0")
        if same := [one for one in namesakes if one.staff_no and one.staff_no.lstrip("0") == bare]:
            return same
        namesakes = [one for one in namesakes if one.staff_no is None]
    here = [one for one in namesakes if not place.new and one.unit_id == place.below]
    return [one for one in here if not one.left] or here


def _facts_of_new(person: Person, place: Place) -> Facts:
    kind = person.kind or MemberKind.FULL
    can_vote = right_to_vote(kind) if person.can_vote is None else person.can_vote
    standing = person.standing or Standing.REGULAR
    return Facts(person.name, place, person.staff_no, kind, person.joined_party_on, can_vote, standing)


def _change(person: Person, place: Place, member: KnownMember) -> Changed:
    """What the file says beside what is known; where the file says nothing, what is known stays."""
    before = Facts(
        member.name,
        Place(member.unit_id),
        member.staff_no,
        member.kind,
        member.joined_party_on,
        member.can_vote,
        member.standing,
    )
    kind = person.kind or member.kind
    can_vote = person.can_vote
    if can_vote is None:
        can_vote = member.can_vote if kind is member.kind else right_to_vote(kind)
    after = Facts(
        person.name,
        place,
        member.staff_no or person.staff_no,
        kind,
        person.joined_party_on or member.joined_party_on,
        can_vote,
        person.standing or member.standing,
    )
    return Changed(person.row, member.id, before, after, back=member.left)


def _missing(
    placed: Sequence[_Placed],
    matched: Mapping[int, KnownMember],
    units: Sequence[KnownUnit],
    members: Sequence[KnownMember],
    *,
    full: bool,
) -> tuple[Missing, ...]:
    covered = (
        {unit.id for unit in units}
        if full
        else _covered({place.below for _, place in placed if not place.new}, units)
    )
    there = {member.id for member in matched.values()}
    return tuple(
        Missing(member.id, member.name, member.unit_id, member.joined)
        for member in members
        if not member.left and member.unit_id in covered and member.id not in there
    )


def _covered(named: Collection[int], units: Sequence[KnownUnit]) -> set[int]:
    """The units that a file names, branches with their groups.

    A line that stands directly in a general branch says nothing about the branches below it.
    """
    wide = [unit.path for unit in units if unit.id in named and unit.level is Level.BRANCH]
    return set(named) | {unit.id for unit in units if any(unit.path.startswith(path) for path in wide)}
