"""Numerals of every form."""

import pytest

from study.grading import numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32", 32), ("三十二", 32), ("叁拾贰", 32), ("一九二一", 1921), ("二〇〇八", 2008), ("1.2万", 12000), ("一百二", 120),
        ("一百零二", 102), ("两千零一十八", 2018), ("廿一", 21), ("卅", 30), ("一亿三千万", 130_000_000), ("1,921", 1921), ("一点五", 1.5),
        ("十点五", 10.5), ("3千", 3000), ("两百五", 250), ("一万二", 12000), ("十", 10), ("九千八百九十九万", 98_990_000), ("亿", None), ("万一", None),
        ("千百", None), ("十百", None), ("一廿", None), ("", None), ("五五十", None), ("一" * 30, None), ("点", None), ("零", 0), ("万万", None), ("abc", None),
    ],
)  # fmt: skip
def test_value(text: str, value: float | None) -> None:
    assert numerals.value(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二〇〇八年八月", "2008年8月"), ("一心一意", "一心1意"), ("一针一线", "一针一线"), ("七八个", "7-8个"), ("七八年", "78年"), ("党八股", "党八股"), ("千方百计", "千方百计"), ("七点五万人", "75000人"), ("一百二十次", "120次"),
        ("三点五厘米", "3.5厘米"), ("没有数字", "没有数字"),
    ],
)  # fmt: skip
def test_canonical(text: str, expected: str) -> None:
    got, origin = numerals.canonical(text, tuple(range(len(text))))
    assert got == expected
    assert len(origin) == len(got)
    assert list(origin) == sorted(origin)


def test_plain_numbers_have_no_tail() -> None:
    assert [numerals.plain(value) for value in (32.0, 0.5, 100.0)] == ["32", "0.5", "100"]
