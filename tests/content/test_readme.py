"""The description of the format is right, because its example is checked like any pack."""

import re
from datetime import date
from pathlib import Path

import pytest

from storage import packfiles
from storage.packfiles import limits as file_limits
from study import packs
from study.grading import Grader, Lexicon
from study.items import Kind
from study.packs import limits, reading
from tests.sample_packs import read_text

README = Path(__file__).parents[2] / "content" / "README.md"


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text("utf-8")


def example(readme: str) -> str:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    return str(block)


def test_the_example_is_sound_and_shows_every_kind(readme: str) -> None:
    found = read_text(example(readme))
    assert found.faults == ()
    assert found.pack
    assert {item.kind for item in found.pack.items} == set(Kind)
    grader = Grader(Lexicon.empty())
    assert packs.advise(found.pack, places=found.places, grader=grader, today=date(2026, 3, 2)) == ()


def test_every_field_is_described(readme: str) -> None:
    known = {*reading._TOP, *reading._LESSON, *reading._ITEM, *reading._SOURCE, *reading._MONTH}
    assert [name for name in sorted(known) if f"`{name}`" not in readme] == []


def test_the_limits_are_those_of_the_program(readme: str) -> None:
    for words in (
        f"一行，最多 {limits.TITLE} 字",
        f"正文，最多 {limits.BODY} 字",
        f"1 至 {limits.KEY_POINTS} 条要点",
        f"主题，最多 {limits.THEME} 字",
        f"最多 {limits.TAGS} 个，每个最多 {limits.TAG} 字",
        f"题干，最多 {limits.QUESTION} 字",
        f"解析，最多 {limits.EXPLANATION} 字",
        f"2 至 {limits.OPTIONS} 个选项，每个最多 {limits.OPTION} 字",
        f"最多 {limits.ALIASES} 个",
        f"2 至 {limits.POINTS} 个",
        f"最多 {limits.WEEKS} 个",
        f"每个文件最多 {file_limits.LARGEST_FILE // 1_000_000} MB",
        f"最多 {file_limits.LARGEST_PACK // 1_000_000} MB、{file_limits.MOST_FILES} 个文件",
    ):
        assert words in readme


def test_the_example_can_be_checked_as_a_file(readme: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(example(readme), "utf-8")
    assert packfiles.read(path).faults == ()
