"""Looking for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("林", "林小满"),
        ("小满", "林小满"),
        ("lxm", "林小满"),
        ("LXM", "林小满"),
        ("linxiaoman", "林小满"),
        ("lin xm", "林小满"),
        ("xiaoman", "林小满"),
        ("shan", "单若水"),  # a surname of two readings
        ("zeng", "曾一"),
        ("ailixiati", "艾力夏提·玉山"),
        ("smith", "Anna Smith"),
        ("", "林小满"),
    ],
)
def test_people_are_found_by_part_of_the_name_or_pinyin(query: str, name: str) -> None:
    assert names.matches(query, name)


@pytest.mark.parametrize(
    ("query", "name"), [("王", "林小满"), ("lxx", "林小满"), ("123", "林小满"), ("mx", "林小满")]
)
def test_others_are_not_found(query: str, name: str) -> None:
    assert not names.matches(query, name)


def test_names_are_kept_tidy() -> None:
    assert names.tidy(" 张 三 ") == "张三"
    assert names.tidy("艾力•玉山") == "艾力·玉山"
    assert names.tidy("Anna   Smith") == "Anna Smith"


@given(st.text(max_size=12), st.text(max_size=12))
def test_looking_for_anything_is_safe(query: str, name: str) -> None:
    names.matches(query, name)
