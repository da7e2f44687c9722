"""Dictionaries are read whole or not at all."""

from pathlib import Path

import pytest

from storage import lexicon
from study.grading import Lexicon

CONTENT = Path(__file__).parents[2] / "content"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_words_stand_in_lists_or_under_headings(tmp_path: Path) -> None:
    path = write(
        tmp_path / "words.yaml",
        "synonyms:\n  people:\n    - 患者 病人\n    - [医生, 大夫]\nantonyms:\n  - 严 宽\nlookalikes: [己已]\n",
    )
    assert lexicon.read(path) == Lexicon(
        synonyms=(("患者", "病人"), ("医生", "大夫")), antonyms=(("严", "宽"),), lookalikes=("己已",)
    )


def test_a_folder_brings_its_dictionaries_together(tmp_path: Path) -> None:
    write(tmp_path / "synonyms.yaml", "synonyms: [患者 病人]")
    write(tmp_path / "antonyms.yaml", "antonyms: [严 宽]")
    assert lexicon.read(tmp_path) == Lexicon(synonyms=(("患者", "病人"),), antonyms=(("严", "宽"),))
    assert lexicon.read(write(tmp_path / "empty.yaml", "")) == Lexicon.empty()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- 患者", "a mapping"), ("synonims: []", "unknown key synonims"), ("synonyms: 患者", "synonyms: a list"), ("synonyms: [患者]", "at least two"), ("synonyms: [[患者, 1]]", "a word is needed"),
        ("antonyms: [严 宽 松]", "exactly two"), ("lookalikes: [1]", "a word is needed"), ("a: [", "cannot be read"),
    ],
)  # fmt: skip
def test_faults_say_where(tmp_path: Path, text: str, fault: str) -> None:
    path = write(tmp_path / "words.yaml", text)
    with pytest.raises(lexicon.LexiconError, match=fault) as caught:
        lexicon.read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(lexicon.LexiconError, match="cannot be read"):
        lexicon.read(tmp_path / "none.yaml")


def test_the_shipped_words_do_not_contradict_each_other() -> None:
    words = lexicon.read(CONTENT)
    groups = [set(group) for group in words.synonyms]
    clashes = [pair for pair in words.antonyms if any(set(pair) <= group for group in groups)]
    assert clashes == []
    doubled = [group for group in words.synonyms if len(set(group)) != len(group)]
    assert doubled == []
