"""What is counted of a text does not depend on its layout, and common characters are those of GB 2312, level 1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.packs import plainness

SENTENCE = st.text("支部党员大会一般每季度召开，、12", min_size=1).filter(
    lambda text: plainness.length(text) > 0
)


def test_a_sentence_ends_with_its_mark_or_with_the_line() -> None:
    text = "支部大会，每季度一次。夜班怎么办？\n\n先说一声；会后补看。"
    assert plainness.sentences(text) == ("支部大会，每季度一次", "夜班怎么办", "先说一声", "会后补看")


@given(st.lists(SENTENCE, min_size=1))
def test_the_marks_between_sentences_count_nothing(parts: list[str]) -> None:
    lengths = [plainness.length(part) for part in parts]
    for mark in ("。", "；\n", "？ "):
        text = mark.join(parts)
        assert plainness.mean_length(text) == pytest.approx(sum(lengths) / len(lengths))
        assert plainness.length(plainness.longest(text)) == max(lengths)


def test_nothing_has_no_sentences() -> None:
    assert plainness.sentences("……。\n") == ()
    assert plainness.mean_length("") == 0
    assert plainness.longest("") == ""


def test_common_characters_are_the_first_level_of_the_standard() -> None:
    assert plainness.rare("齄座丞，㐀A7") == ("齄", "丞")
    assert len([sign for sign in map(chr, range(0x4E00, 0xA000)) if not plainness.rare(sign)]) == 3755
