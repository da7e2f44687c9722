"""Pages about marked answers, without a chat around them."""

from datetime import UTC, datetime
from typing import Any

import yaml

from actions.overlays import Export, Gathered
from bot.views import appeals as views
from bot.views import marking
from study.grading import Grade, Match, Reason, Verdict
from study.items import Kind
from study.quiz import Mark
from tests.sample import LIST, SHORT


def mark(given: str, *matched: tuple[int, int], verdict: Verdict = Verdict.PARTIAL, **grade: Any) -> Mark:
    matches = tuple(Match(place, start, end, 1.0) for place, (start, end) in enumerate(matched))
    return Mark(verdict, 0.5, given, grade=Grade(verdict, 0.5, matched=matches, **grade))


def test_matches_that_touch_are_underlined_as_one() -> None:
    shown = marking.given(mark("  执政改革外部", (4, 6), (2, 4), (2, 3)))
    assert shown == "您的回答：<u>执政改革</u>外部"


def test_a_long_answer_is_cut_and_so_is_what_is_underlined() -> None:
    shown = marking.given(mark("长" * 400, (290, 350), (360, 370)))
    assert shown == f"您的回答：{'长' * 290}<u>{'长' * 9}</u>…"


def test_a_right_answer_needs_no_lines_under_it_and_only_notes() -> None:
    done = mark(
        "全心全意为人民服务",
        (0, 9),
        verdict=Verdict.CORRECT,
        reasons=(Reason("exact"), Reason("slip", {"given": "全新", "wanted": "全心"})),
    )
    assert "<u>" not in marking.given(done)
    assert marking.points(SHORT, done) == []
    assert marking.reasons(SHORT, done) == ["• “全新”应写作“全心”，不扣分。"]


def test_a_single_point_is_not_named_twice() -> None:
    said = mark("不知", verdict=Verdict.WRONG, reasons=(Reason("missing", {"points": "全心全意为人民服务"}),))
    assert marking.points(SHORT, said) == ["参考答案：<b>全心全意为人民服务</b>"]
    assert marking.reasons(SHORT, said) == []


def test_reasons_are_few_and_short() -> None:
    said = mark("甲", reasons=tuple(Reason("extra", {"extras": "多" * 100}) for _ in range(9)))
    lines = marking.reasons(LIST, said)
    assert len(lines) == marking.MOST_REASONS
    assert lines[0] == f"• 多了：{'多' * 59}…。"
    assert marking.reasons(LIST, Mark(Verdict.WRONG, 0.0, "甲")) == []


def test_without_a_grade_every_point_is_missing() -> None:
    assert all("没提到" in line for line in marking.points(LIST, Mark(Verdict.WRONG, 0.0, "")))


def test_the_file_has_the_shape_of_a_pack() -> None:
    export = Export(
        datetime(2026, 3, 2, tzinfo=UTC),
        (
            Gathered("a-1", Kind.LIST, "有哪些？", 1, "改革开放考验", ("开放改革",)),
            Gathered("b-1", None, "", 0, "三十二学时", ("32 小时", "32: 学时")),
        ),
    )
    assert views.items_in(export) == 2
    assert yaml.safe_load(views.file(export)) == {
        "items": [
            {
                "id": "a-1",
                "question": "有哪些？",
                "points": [{"text": "改革开放考验", "aliases": ["开放改革"]}],
            },
            {"id": "b-1", "answer": "三十二学时", "aliases": ["32 小时", "32: 学时"]},
        ]
    }
