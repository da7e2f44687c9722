"""What was corrected after the close, as the record on paper tells it."""

from dataclasses import replace

from bot.views import changes
from study.changes import What
from tests.bot.records import RECORD, corrected, corrected_record


def told(*corrections: changes.Correction) -> list[str]:
    return list(map(changes.paragraph, changes.printed(corrected_record(*corrections))))


def test_a_record_without_corrections_prints_none() -> None:
    assert changes.printed(RECORD) == []


def test_the_same_for_several_people_is_one_line_and_another_reason_is_another() -> None:
    by_phone = corrected("方致远", note="本人来电")
    assert told(corrected("白若谷"), corrected("安可期"), by_phone) == [
        "3月13日 09:05，林小满：白若谷、安可期 登记 缺席 → 到会（纸质签到表）",
        "3月13日 09:05，林小满：方致远 登记 缺席 → 到会（本人来电）",
        "3月14日 21:20，方致远：修改决议（第2版）",
    ]


def test_words_are_corrected_once_they_were_signed_and_drafts_are_nobodys_business() -> None:
    record = corrected_record()
    draft = replace(record, versions=(replace(record.versions[0], signed=0), record.versions[1]))
    assert changes.printed(draft) == []


def test_what_was_enclosed_is_no_correction() -> None:
    assert told(corrected(None, what=What.ENCLOSED))[:-1] == []


def test_whoever_is_gone_is_not_named() -> None:
    line = replace(corrected(None, note=None), by=None)
    assert told(line)[0] == "3月13日 09:05，（未署名）：登记 缺席 → 到会"
