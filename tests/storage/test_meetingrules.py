"""content/meetings.yaml: what ships, and what is told of a mistake in it."""

from pathlib import Path

import pytest

from storage import meetingrules
from storage.rulefiles import RuleFault
from study.cadence import Every
from study.makeup import MakeUpRules
from study.meetings import Roll
from study.members import Level, MemberKind
from study.votes import Rule


def test_what_ships_names_the_articles(tmp_path: Path) -> None:
    rules = meetingrules.read(tmp_path / "missing.yaml")
    assert [kind.name for kind in rules.kinds.values()] == [
        "支部党员大会",
        "支部委员会",
        "党小组会",
        "党课",
        "主题党日",
        "组织生活会",
    ]
    assembly, committee, lesson = (rules.kinds[key] for key in ("assembly", "committee", "lesson"))
    assert (assembly.rule, assembly.every, assembly.quarters) == (Rule.MAJORITY, Every.QUARTER, 6)
    assert "第十一条" in assembly.rule_source and "第十一条" in assembly.every_source
    assert committee.roll is Roll.COMMITTEE and "第十二条" in committee.rule_source
    assert lesson.rule is None and lesson.every_source == "", "how often is local practice"
    assert rules.kinds["group"].levels == {Level.GROUP} and assembly.levels == {Level.BRANCH}
    assert rules.make_up == MakeUpRules(frozenset({"assembly", "group", "lesson", "day"}), most=4)
    assert (rules.settled, rules.quiet_word) == (60, 3)
    assert rules.optional == {MemberKind.RETIRED, MemberKind.MOBILE}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kinds: {assembly: {name: 大会, start: late}}", "kinds.assembly.start"),
        ("kinds: {assembly: {name: 大会, hours: 1.3}}", "kinds.assembly.hours"),
        ("kinds: {assembly: {name: 大会, votes: {rule: luck}}}", "kinds.assembly.votes.rule"),
        ("kinds: {own: {name: 大会}}", "'own'"),
        ("kinds: {Big_One: {name: 大会}}", "'Big_One'"),
        ("kinds: {}\nquorum: 3", "quorum"),
        ("kinds: {}\nmake_up: {kinds: [lecture]}", "lecture"),
        ("kinds: {assembly: {name: 大会, cadence: {every: month, units: [ward]}}}", "cadence.units.0"),
        ("kinds: [", "meetings.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "meetings.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleFault, match=r"^meetings\.yaml: ") as fault:
        meetingrules.read(path)
    assert told in str(fault.value)
