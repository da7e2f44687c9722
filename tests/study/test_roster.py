"""What a roster file would change."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from study.members import Level, MemberKind
from study.roster import KnownMember, KnownUnit, Place, Proposal, propose
from study.rostersheet import Fault, Person, Sheet, UnitName

COMMITTEE = KnownUnit(1, None, Level.COMMITTEE, "云杉医院党委", "/1/")
MEDICINE = KnownUnit(2, 1, Level.GENERAL_BRANCH, "内科党总支", "/1/2/")
SURGERY = KnownUnit(3, 1, Level.GENERAL_BRANCH, "外科党总支", "/1/3/")
WARD = KnownUnit(4, 2, Level.BRANCH, "内科第一党支部", "/1/2/4/")
TEAM = KnownUnit(5, 4, Level.GROUP, "第一党小组", "/1/2/4/5/")
THEATRE = KnownUnit(6, 3, Level.BRANCH, "手术室党支部", "/1/3/6/")
UNITS = (COMMITTEE, MEDICINE, SURGERY, WARD, TEAM, THEATRE)


def known(
    id: int, name: str, unit: KnownUnit = WARD, staff_no: str | None = None, **more: object
) -> KnownMember:
    member = KnownMember(id, unit.id, name, staff_no, MemberKind.FULL, date(2001, 7, 1), True)
    return replace(member, **more)  # type: ignore[arg-type]


NURSE = known(11, "林小满", staff_no="001")
DOCTOR = known(12, "白若谷")


def branch(*names: str) -> tuple[UnitName, ...]:
    levels = {1: (Level.BRANCH,), 2: (Level.GENERAL_BRANCH, Level.BRANCH)}[len(names)]
    return tuple(UnitName(level, name) for level, name in zip(levels, names, strict=True))


HERE = branch("内科第一党支部")


def line(
    row: int, name: str, units: tuple[UnitName, ...] = HERE, staff_no: str | None = None, **more: object
) -> Person:
    return replace(Person(row, name, units, staff_no), **more)  # type: ignore[arg-type]


def compare(
    people: Sequence[Person],
    members: Sequence[KnownMember] = (NURSE, DOCTOR),
    *,
    units: Sequence[KnownUnit] = UNITS,
    administrators: Collection[int] = (),
    faults: tuple[Fault, ...] = (),
    full: bool = False,
) -> Proposal:
    return propose(
        Sheet(tuple(people), faults), units=units, members=members, administrators=administrators, full=full
    )


def problems(proposal: Proposal) -> list[tuple[int, str]]:
    return [(fault.row, fault.problem) for fault in proposal.faults]


def test_the_same_people_are_no_change() -> None:
    proposal = compare([line(2, "林小满", staff_no="001"), line(3, "白若谷")])
    assert proposal.is_empty
    assert proposal.unchanged == 2


def test_what_the_file_leaves_open_stays_as_it_is() -> None:
    assert compare([line(2, "林小满"), line(3, "白若谷")]).is_empty


def test_changes_are_told_fact_by_fact() -> None:
    proposal = compare(
        [line(2, "林小曼", branch("手术室党支部"), "001", kind=MemberKind.PROBATIONARY), line(3, "白若谷")]
    )
    (change,) = proposal.changed
    assert change.fields == ("name", "place", "kind", "can_vote")
    assert change.after.can_vote is False


def test_a_new_face_is_added_with_the_usual_right_to_vote() -> None:
    proposal = compare(
        [
            line(2, "林小满"),
            line(3, "白若谷"),
            line(4, "安可期", kind=MemberKind.PROBATIONARY),
            line(5, "方致远"),
        ]
    )
    assert [(one.facts.name, one.facts.can_vote) for one in proposal.added] == [
        ("安可期", False),
        ("方致远", True),
    ]


def test_a_number_for_somebody_who_had_none_is_a_change() -> None:
    (change,) = compare([line(2, "林小满"), line(3, "白若谷", staff_no="002")]).changed
    assert change.fields == ("staff_no",)


def test_another_number_is_another_person() -> None:
    proposal = compare([line(2, "林小满", staff_no="009"), line(3, "白若谷")])
    assert [one.facts.staff_no for one in proposal.added] == ["009"]
    assert [one.member_id for one in proposal.missing] == [11]
    assert proposal.same_names == ("林小满",)


def test_zeros_that_a_spreadsheet_ate_do_not_make_another_person() -> None:
    assert compare([line(2, "林小满", staff_no="1"), line(3, "白若谷")]).is_empty


def test_missing_counts_only_in_units_that_the_file_covers() -> None:
    surgeon, groupie = known(13, "陆青禾", THEATRE), known(14, "安可期", TEAM)
    proposal = compare([line(2, "林小满")], [NURSE, DOCTOR, surgeon, groupie])
    assert [one.name for one in proposal.missing] == ["白若谷", "安可期"]
    whole = compare([line(2, "林小满")], [NURSE, DOCTOR, surgeon, groupie], full=True)
    assert [one.name for one in whole.missing] == ["白若谷", "陆青禾", "安可期"]


def test_a_line_in_a_general_branch_does_not_cover_its_branches() -> None:
    chief = known(15, "严知秋", MEDICINE)
    proposal = compare([line(2, "严知秋", (UnitName(Level.GENERAL_BRANCH, "内科党总支"),))], [NURSE, chief])
    assert proposal.is_empty


def test_somebody_who_left_comes_back_to_the_same_record() -> None:
    (change,) = compare([line(2, "林小满", staff_no="001")], [replace(NURSE, left=True)]).changed
    assert change.back
    assert change.member_id == 11
    assert not change.fields


def test_whoever_is_there_comes_before_whoever_left() -> None:
    proposal = compare([line(2, "白若谷")], [replace(DOCTOR, id=99, left=True), DOCTOR])
    assert proposal.is_empty


def test_homonyms_without_numbers_are_told_kindly() -> None:
    assert problems(compare([line(2, "张伟", staff_no="1"), line(3, "张伟")], [])) == [(3, "homonym")]
    twins = [known(21, "张伟", staff_no="1"), known(22, "张伟", staff_no="2")]
    assert problems(compare([line(2, "张伟")], twins)) == [(2, "homonym_known")]


def test_homonyms_with_numbers_are_two_people() -> None:
    proposal = compare([line(2, "张伟", staff_no="1"), line(3, "张伟", staff_no="2")], [])
    assert len(proposal.added) == 2
    assert not proposal.faults


def test_one_number_twice_is_a_fault_that_names_the_first_line() -> None:
    proposal = compare([line(2, "林小满", staff_no="001"), line(5, "方致远", staff_no="001")])
    assert proposal.faults[0].other == "2"
    assert problems(proposal) == [(5, "staff_no_twice")]


def test_units_are_found_however_they_are_called() -> None:
    for units in (
        branch("内科第一支部"),
        branch("内科党总支", "内科第一党支部"),
        branch("内科总支", "中共内科第一党支部委员会"),
    ):
        assert compare([line(2, "林小满", units), line(3, "白若谷", units)]).is_empty


def test_unknown_units_are_made_below_the_committee_parents_first() -> None:
    proposal = compare(
        [
            line(2, "甲", branch("医技党总支", "检验党支部")),
            line(3, "乙", branch("医技党总支", "药学党支部")),
            line(4, "丙", branch("东院支部")),
            line(5, "丁", branch("东院党支部")),
        ],
        [],
    )
    made = [(place.below, place.new[-1].name) for place in proposal.new_units]
    assert made == [(1, "医技党总支"), (1, "检验党支部"), (1, "药学党支部"), (1, "东院支部")]


def test_an_empty_roster_gets_its_committee_from_the_file() -> None:
    units = (UnitName(Level.COMMITTEE, "云杉医院党委"), *HERE)
    assert [place.new[-1].name for place in compare([line(2, "甲", units)], [], units=()).new_units] == [
        "云杉医院党委",
        "内科第一党支部",
    ]
    assert compare([line(2, "甲")], [], units=()).new_units[0].new[0] == UnitName(Level.COMMITTEE, "党委")


def test_the_committee_may_be_named_or_left_out() -> None:
    units = (UnitName(Level.COMMITTEE, "云杉医院党委"), *HERE)
    assert compare([line(2, "林小满", units), line(3, "白若谷")]).is_empty


def test_a_name_that_fits_several_units_is_a_fault() -> None:
    other = KnownUnit(7, 3, Level.BRANCH, "内科第一支部", "/1/3/7/")
    assert problems(compare([line(2, "林小满")], units=(*UNITS, other))) == [(2, "unit_ambiguous")]


def test_a_known_probationary_member_gets_no_vote() -> None:
    member = replace(NURSE, kind=MemberKind.PROBATIONARY, can_vote=False)
    assert problems(compare([line(2, "林小满", can_vote=True)], [member])) == [(2, "probationary_vote")]


def test_with_faults_nobody_is_called_missing() -> None:
    proposal = compare([line(2, "林小满")], faults=(Fault(3, "姓名", "no_name"),))
    assert proposal.missing == ()
    assert problems(proposal) == [(3, "no_name")]


def test_the_last_administrators_cannot_disappear_by_a_file() -> None:
    assert problems(compare([line(2, "林小满")], administrators={12})) == [(0, "last_administrator")]
    assert not compare([line(2, "林小满")], administrators={11, 12}).faults


def test_the_digest_changes_with_what_would_be_done() -> None:
    one, same = compare([line(2, "林小满")]), compare([line(2, "林小满")])
    assert one.digest == same.digest
    assert one.digest != compare([line(2, "林小满"), line(3, "白若谷")]).digest


def test_a_place_is_found_below_a_unit_given_without_the_levels_between() -> None:
    units = (UnitName(Level.GENERAL_BRANCH, "内科党总支"), UnitName(Level.GROUP, "第一党小组"))
    proposal = compare([line(2, "安可期", units)], [])
    assert proposal.added[0].facts.place == Place(TEAM.id)
