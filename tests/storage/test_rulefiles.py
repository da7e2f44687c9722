"""Columns and the calendar as files: what ships is whole, and a fault is told with file and field."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from storage import rulefiles
from storage.rulefiles import RuleFault
from study.columns import Column, Columns
from study.feasts import Feasts, Fixed, Kind, Lunar, Nth, Term, coming
from study.members import Level

COLUMNS = Columns((Column("news", "动态", "📰"),))
FEAST = {
    "key": "x",
    "title": "题",
    "day": "05-01",
    "days_before": 3,
    "kind": "conduct",
    "source": "据",
    "text": "文",
}


def write(path: Path, tree: object) -> Path:
    file = path / "file.yaml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), "utf-8")
    return file


def calendar(path: Path, **changed: object) -> Feasts:
    one = {key: value for key, value in {**FEAST, **changed}.items() if value is not None}
    return rulefiles.feasts(write(path, {"levels": ["branch"], "feasts": [one]}), COLUMNS)


def test_the_columns_that_ship_are_those_of_the_microsite() -> None:
    columns = rulefiles.columns(ROOT / "content/columns.yaml")
    titles = [column.title for column in columns.columns]
    assert titles == "动态 公告 制度 支部建设 党员管理 党风廉政 先锋 党务公开 统一战线".split()
    assert (columns.weekday, columns.minute) == (5, 17 * 60)


def test_the_calendar_that_ships_has_the_year() -> None:
    columns = rulefiles.columns(ROOT / "content/columns.yaml")
    feasts = rulefiles.feasts(ROOT / "content/calendar.yaml", columns)
    found = {one.feast.key: one.day for one in coming(feasts.feasts, date(2026, 1, 2))}
    assert found["spring-festival"] == date(2026, 2, 17)
    assert found["qingming"] == date(2026, 4, 5)
    assert found["dragon-boat"] == date(2026, 6, 19)
    assert found["mid-autumn"] == date(2026, 9, 25)
    assert {feast.kind for feast in feasts.feasts} == set(Kind)
    assert all(feast.source and len(feast.text) <= 300 for feast in feasts.feasts)


def test_a_draft_before_the_national_day_comes_early_enough() -> None:
    feasts = rulefiles.feasts(
        ROOT / "content/calendar.yaml", rulefiles.columns(ROOT / "content/columns.yaml")
    )
    for year in range(2026, 2040):
        [one] = coming([feasts.find("mid-autumn")], date(year, 8, 1))
        assert one.from_day < date(year, 10, 1)


def test_without_files_there_is_nothing(tmp_path: Path) -> None:
    assert rulefiles.columns(tmp_path / "none.yaml") == Columns()
    assert rulefiles.feasts(tmp_path / "none.yaml", Columns()) == Feasts()


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({}, Fixed(5, 1)),
        ({"day": "02-29"}, Fixed(2, 29)),
        ({"day": None, "lunar": "08-15"}, Lunar(8, 15)),
        ({"day": None, "term": "清明"}, Term("清明")),
        ({"day": None, "nth": {"month": 5, "week": -1, "weekday": 7}}, Nth(5, -1, 7)),
    ],
)
def test_a_day_is_given_in_one_of_four_ways(tmp_path: Path, changed: dict[str, object], day: object) -> None:
    feasts = calendar(tmp_path, **changed)
    assert feasts.feasts[0].day == day
    assert feasts.levels == {Level.BRANCH}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"day": "02-30"}, "feasts.0.day: there is no such day"),
        ({"day": "13-01"}, "feasts.0.day: should be month and day, such as 05-01"),
        ({"day": "Mai"}, "feasts.0.day: should be month and day, such as 05-01"),
        ({"day": None, "lunar": "01-31"}, "feasts.0.lunar: a lunar month has 30 days at most"),
        ({"day": None, "term": "清朗"}, "feasts.0.term: is none of the solar terms 小寒"),
        ({"day": None, "nth": {"month": 5, "week": 0, "weekday": 7}}, "feasts.0.nth: week: 1 to 4"),
        ({"day": None}, "feasts.0: exactly one of day, lunar, term and nth is needed"),
        ({"lunar": "01-01"}, "feasts.0: exactly one of day, lunar, term and nth is needed"),
        ({"column": "sport"}, "feasts.0.column: there is no column sport"),
        ({"days_before": 90}, "feasts.0.days_before: "),
        ({"kind": "party"}, "feasts.0.kind: "),
        ({"source": None}, "feasts.0.source: Field required"),
        ({"colour": "red"}, "feasts.0.colour: Extra inputs are not permitted"),
        ({"text": "长" * 2001}, "feasts.0.text: "),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    with pytest.raises(RuleFault) as caught:
        calendar(tmp_path, **changed)
    assert str(caught.value).startswith(f"file.yaml: {told}")


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"digest": {"weekday": 8, "time": "17:00"}, "columns": []}, "digest.weekday: "),
        (
            {"digest": {"weekday": 5, "time": "25:00"}, "columns": []},
            "digest.time: should be a time such as 17:00",
        ),
        (
            {
                "digest": {"weekday": 5, "time": "17:00"},
                "columns": [
                    {"key": "a", "title": "甲", "icon": "📰"},
                    {"key": "a", "title": "乙", "icon": "📰"},
                ],
            },
            ": key a comes more than once",
        ),
        (
            {
                "digest": {"weekday": 5, "time": "17:00"},
                "columns": [{"key": "Ä", "title": "甲", "icon": "📰"}],
            },
            "columns.0.key: ",
        ),
        ("text", ": Input should be"),
    ],
)
def test_a_fault_in_the_columns_is_told(tmp_path: Path, tree: object, told: str) -> None:
    with pytest.raises(RuleFault) as caught:
        rulefiles.columns(write(tmp_path, tree))
    assert str(caught.value).startswith(f"file.yaml: {told}")


def test_an_entry_comes_once(tmp_path: Path) -> None:
    file = write(tmp_path, {"levels": [], "feasts": [FEAST, FEAST]})
    with pytest.raises(RuleFault, match="key x comes more than once"):
        rulefiles.feasts(file, COLUMNS)


def test_what_is_no_yaml_is_told(tmp_path: Path) -> None:
    file = tmp_path / "calendar.yaml"
    file.write_text("[", "utf-8")
    with pytest.raises(RuleFault, match=r"calendar\.yaml: "):
        rulefiles.feasts(file, COLUMNS)
