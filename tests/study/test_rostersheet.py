"""What a roster file says."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.members import Level, MemberKind, Standing
from study.rostersheet import (
    HEADERS,
    Cell,
    Column,
    Sheet,
    UnitName,
    Unreadable,
    looks_like_id_number,
    pack,
    read,
    read_day,
    unpack,
)

TODAY = date(2026, 3, 2)
ID_NUMBER = "110101199003070011"  # made up


def sheet(*rows: list[Cell]) -> Sheet:
    return read([rows], today=TODAY)


def problems(result: Sheet) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.problem) for fault in result.faults]


def test_columns_may_stand_in_any_order_and_wording() -> None:
    result = sheet(
        ["云杉医院党员花名册"],
        [],
        ["序号", "所在支部", "党员类别", "姓 名（必填）", "入党日期", "职工号", "总支", "有无表决权"],
        [1, "内科第一党支部", "正式党员", "林 小满", "2001年7月1日", 1023.0, "内科党总支", "是"],
    )
    (person,) = result.people
    assert person.name == "林小满"
    assert person.units == (
        UnitName(Level.GENERAL_BRANCH, "内科党总支"),
        UnitName(Level.BRANCH, "内科第一党支部"),
    )
    assert (person.staff_no, person.kind, person.can_vote) == ("1023", MemberKind.FULL, True)
    assert person.joined_party_on == date(2001, 7, 1)
    assert person.row == 4
    assert [(note.what, note.columns) for note in result.notes] == [("ignored", ("序号",))]


def test_english_headers_are_understood() -> None:
    result = sheet(["Name", "Staff no.", "Branch", "Kind"], ["Lin Xiaoman", "007", "Ward 1", "probationary"])
    assert result.people[0].name == "Lin Xiaoman"
    assert result.people[0].kind is MemberKind.PROBATIONARY


def test_what_the_file_does_not_say_stays_open() -> None:
    (person,) = sheet(["姓名", "支部", "工号", "人员类别"], ["林小满", "内科支部", "", None]).people
    assert (person.staff_no, person.kind, person.can_vote, person.joined_party_on) == (None,) * 4


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("正常", Standing.REGULAR),
        ("留党察看", Standing.WATCHED),
        (" 暂停 党员权利 ", Standing.SUSPENDED),
        ("", None),
        (None, None),
    ],
)
def test_how_somebody_stands_is_read_where_there_is_such_a_column(
    cell: Cell, expected: Standing | None
) -> None:
    result = sheet(["姓名", "支部", "党内状态"], ["林小满", "内科支部", cell])
    (person,) = result.people
    assert person.standing is expected
    assert unpack(pack(result.people)) == result.people


def test_a_standing_that_is_not_known_is_a_fault() -> None:
    result = sheet(["姓名", "支部", "党内状态"], ["林小满", "内科支部", "停止党籍"])
    assert problems(result) == [(2, "党内状态", "standing")]


def test_a_column_of_id_numbers_is_not_read_and_the_preview_says_so() -> None:
    result = sheet(["姓名", "支部", "身份证号码"], ["林小满", "内科支部", ID_NUMBER])
    assert result.notes[0].what == "id_numbers"
    assert ID_NUMBER not in repr(result)


def test_id_numbers_under_a_harmless_header_are_not_read_either() -> None:
    result = sheet(
        ["姓名", "支部", "编号"], ["林小满", "内科支部", ID_NUMBER], ["白若谷", "内科支部", int(ID_NUMBER)]
    )
    assert [person.staff_no for person in result.people] == [None, None]
    assert result.notes[0].columns == ("编号",)
    assert ID_NUMBER not in repr(result)


def test_a_single_id_number_among_staff_numbers_is_a_fault_that_does_not_repeat_it() -> None:
    result = sheet(
        ["姓名", "支部", "工号"],
        ["林小满", "内科支部", "1"],
        ["白若谷", "内科支部", "2"],
        ["方致远", "内科支部", ID_NUMBER],
    )
    assert problems(result) == [(4, "工号", "id_number")]
    assert ID_NUMBER not in repr(result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ID_NUMBER, True),
        ("11010119900307001X", True),
        ("110101900307001", True),
        ("１１０１０１１９９００３０７００１１", True),
        (110101199003070011, True),
        ("110101199013070011", False),  # no such month
        ("202611210001234567", False),
        ("T0001", False),
        ("", False),
    ],
)
def test_id_numbers_are_known_by_their_shape(text: Cell, expected: bool) -> None:
    assert looks_like_id_number(text) is expected


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2001, 7, 1),  # noqa: DTZ001 - as a spreadsheet gives it
        date(2001, 7, 1),
        37073,
        "2001-07-01",
        "2001.7.1",
        "2001/7/1",
        "20010701",
        20010701,
        "２００１年７月１日",
        "2001 年 7 月 1 日",
        "二〇〇一年七月一日",
        "2001-07-01 00:00:00",
    ],
)
def test_a_day_is_read_in_any_shape(cell: Cell) -> None:
    assert read_day(cell).day == date(2001, 7, 1)


@pytest.mark.parametrize("cell", ["2001年7月", "2001.07", "200107", "二〇〇一年七月"])
def test_a_month_stands_for_its_first_day_and_the_preview_says_so(cell: Cell) -> None:
    assert read_day(cell).month_only
    result = sheet(["姓名", "支部", "入党时间"], ["林小满", "内科支部", cell])
    assert result.people[0].joined_party_on == date(2001, 7, 1)
    assert result.notes[-1].what == "months_only"


@given(st.dates(min_value=date(1921, 7, 1), max_value=date(2100, 1, 1)))
def test_every_day_survives_the_usual_spellings(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert read_day(text).day == day


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["", "内科支部", "正式", "", ""], ("姓名", "no_name")),
        (["12", "内科支部", "正式", "", ""], ("姓名", "name")),
        (["#N/A", "内科支部", "正式", "", ""], ("姓名", "name")),
        (["林" * 41, "内科支部", "正式", "", ""], ("姓名", "too_long")),
        (["林小满", "", "正式", "", ""], ("支部", "no_unit")),
        (["林小满", "12", "正式", "", ""], ("支部", "unit")),
        (["林小满", "支" * 61, "正式", "", ""], ("支部", "too_long")),
        (["林小满", "内科支部", "群众", "", ""], ("人员类别", "kind")),
        (["林小满", "内科支部", "正式", "去年", ""], ("入党时间", "day")),
        (["林小满", "内科支部", "正式", "2001-13-01", ""], ("入党时间", "day")),
        (["林小满", "内科支部", "正式", "1900-01-01", ""], ("入党时间", "day_too_early")),
        (["林小满", "内科支部", "正式", "2027-01-01", ""], ("入党时间", "day_to_come")),
        (["林小满", "内科支部", "正式", 2001.1, ""], ("入党时间", "day_ambiguous")),
        (["林小满", "内科支部", "正式", "", "也许"], ("表决权", "yes_or_no")),
        (["林小满", "内科支部", "预备", "", "是"], ("表决权", "probationary_vote")),
    ],
)
def test_each_fault_says_row_and_column(cells: list[Cell], fault: tuple[str, str]) -> None:
    result = sheet(["姓名", "支部", "人员类别", "入党时间", "表决权"], cells)
    assert problems(result) == [(2, *fault)]


def test_all_faults_are_told_at_once() -> None:
    result = sheet(["姓名", "支部", "工号"], ["", "", "1"], ["白若谷", "", "*"], ["方致远", "内科支部", "3"])
    assert [fault.row for fault in result.faults] == [2, 2, 3, 3]
    assert len(result.people) == 1


def test_the_more_special_of_two_kinds_counts() -> None:
    (person,) = sheet(
        ["姓名", "支部", "人员类别", "党员类别"], ["林小满", "内科支部", "退休", "正式党员"]
    ).people
    assert person.kind is MemberKind.RETIRED


def test_lines_of_totals_and_empty_lines_are_passed_over() -> None:
    result = sheet(
        ["姓名", "支部"], ["林小满", "内科支部"], [], ["合计：1 人", None], ["填表人：某某"], ["", " "]
    )
    assert len(result.people) == 1
    assert not result.faults


def test_a_general_column_names_units_of_any_level() -> None:
    result = sheet(
        ["姓名", "党组织"], ["林小满", "内科党总支"], ["白若谷", "第二党小组"], ["方致远", "云杉医院党委"]
    )
    levels = [person.units[-1].level for person in result.people]
    assert levels == [Level.GENERAL_BRANCH, Level.GROUP, Level.COMMITTEE]


def test_two_columns_of_one_meaning_are_a_fault() -> None:
    result = sheet(["姓名", "支部", "所在支部"], ["林小满", "甲支部", "甲支部"])
    assert problems(result) == [(1, "所在支部", "column_twice")]


def test_a_file_without_units_is_a_fault() -> None:
    assert problems(sheet(["姓名", "工号"], ["林小满", "1"]))[0] == (1, "", "no_unit_column")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [([], "no_header"), ([["甲", "乙"], ["丙", "丁"]], "no_header"), ([["姓名", "支部"]], "nobody")],
)
def test_what_is_no_roster_is_refused(rows: list[list[Cell]], problem: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        sheet(*rows)
    assert refusal.value.key == f"refusal.roster.{problem}"


def test_the_first_table_with_a_header_counts() -> None:
    assert read([[["说明"]], [["姓名", "支部"], ["林小满", "内科支部"]]], today=TODAY).people


def test_people_survive_being_kept() -> None:
    people = sheet(
        ["姓名", "支部", "党小组", "类别", "入党时间", "表决权"],
        ["林小满", "内科支部", "第一小组", "正式", "2001-07-01", "否"],
        ["白若谷", "内科支部", "", "", "", ""],
    ).people
    assert unpack(pack(people)) == people


def test_no_header_means_two_things() -> None:
    words = [word for words in HEADERS.values() for word in words]
    assert len(words) == len(set(words))
    assert set(HEADERS) == set(Column)
