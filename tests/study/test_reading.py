"""Lessons in pages."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from study import reading
from tests.sample import DAHUI, LONG


def test_a_short_lesson_is_one_page() -> None:
    assert len(reading.pages(DAHUI)) == 1


def test_a_long_lesson_breaks_between_paragraphs() -> None:
    pages = reading.pages(LONG)
    assert len(pages) > 2
    assert all(page.startswith("第") for page in pages)


@given(st.text(alphabet="一二三。，；\n 字", min_size=1, max_size=3000), st.integers(10, 500))
def test_no_character_is_lost(body: str, limit: int) -> None:
    lesson = replace(DAHUI, body=body)
    pages = reading.pages(lesson, limit=limit)
    assert all(len(page) <= limit for page in pages)
    assert "".join("".join(pages).split()) == "".join(body.split())
