"""The record on paper: one page as a rule, more when there is more to say."""

import re
from dataclasses import replace

import pytest

from bot.texts import LOCALES, speaking
from bot.views import recordpdf
from tests.bot.records import RECORD, SHEET, corrected, corrected_record, saying


def pages(data: bytes) -> int:
    assert data.startswith(b"%PDF-")
    return len(re.findall(rb"/Type /Page\b", data))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_usual_meeting_fits_one_page(locale: str) -> None:
    with speaking(locale):
        assert pages(recordpdf.pdf(RECORD)) == 1


def test_a_little_more_still_fits_and_much_more_goes_on() -> None:
    item = "三、讨论春季流感高峰期间党员先锋岗排班，每周二、周四19:30以后增设两个机动班，由党员优先认领。\n"
    assert [pages(recordpdf.pdf(saying(item * count))) for count in (1, 7, 60)] == [1, 1, 4]


def test_nothing_written_and_nobody_signed_is_a_form_to_fill_in() -> None:
    entry = replace(SHEET.entry, topics="", agenda="", decisions="", votes=(), host=None, recorder=None)
    signatures = tuple(replace(one, name=None, at=None, by=None) for one in SHEET.signatures)
    empty = replace(SHEET, entry=entry, signatures=signatures, version=0, locked_at=None, enclosures=0)
    assert pages(recordpdf.pdf(replace(RECORD, sheet=empty, lines=()))) == 1


def test_signs_that_the_font_lacks_are_no_fault() -> None:
    assert pages(recordpdf.pdf(saying("一、学习 🎓\n二、𪚥同志发言\t\x0b"))) == 1


def test_corrections_after_the_close_are_printed_in_short() -> None:
    same = [corrected(f"党员{number:02}") for number in range(20)]
    others = [corrected(f"党员{number:02}", note=f"纸质签到表第{number}行") for number in range(60)]
    drawn = [len(recordpdf.pdf(record)) for record in (RECORD, corrected_record(), corrected_record(same[0]))]
    assert drawn == sorted(set(drawn)), "each says more than the one before"
    assert pages(recordpdf.pdf(corrected_record(*same))) == 1
    assert pages(recordpdf.pdf(corrected_record(*others))) > 1, "nothing is cut"


def test_a_meeting_over_midnight_tells_no_end_of_the_day_before() -> None:
    entry = replace(SHEET.entry, ends_at=SHEET.entry.starts_at.replace(day=13))
    assert recordpdf._when(entry) == "2026年3月12日 19:30"
    assert recordpdf._when(SHEET.entry) == "2026年3月12日 19:30—21:05"
