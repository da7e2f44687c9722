"""Every rule of the linter finds what it is there to find, and leaves a sound pack alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from study.items import Pack
from tests import sample_packs
from tests.content import lint
from tests.sample_packs import item, lesson

BODY = "支部党员大会由全体党员参加，一般每季度召开一次。" * 12


def sound_lesson(id: str = "dahui", **changed: Any) -> dict[str, Any]:
    fields = {
        "body": BODY,
        "key_points": ["一", "二", "三"],
        "question": "多久开一次？",
        "ward_link": "排班前先说。",
    }
    return lesson(id=id, **{**fields, **changed})


def sound_item(number: int = 1, kind: str = "single", **changed: Any) -> dict[str, Any]:
    """One of four single choices that are answered A, B, C, D, and ask different things."""
    asked = ["大会多久开？", "谁来主持党课？", "什么时候交党费？", "换届要到多少人？"]
    fields: dict[str, Any] = {"id": f"dahui-{number}", "question": asked[(number - 1) % 4]}
    if kind == "single":
        fields |= {"options": ["每月", "每季", "每年", "每周"], "answer": "ABCD"[(number - 1) % 4]}
    return item(kind, **{**fields, **changed})


def pack(**changed: Any) -> Pack:
    months = [{"month": month, "theme": "学", "lessons": ["dahui"]} for month in range(1, 13)]
    fields = {
        "lessons": [sound_lesson()],
        "items": [sound_item(number) for number in range(1, 5)],
        "plan": {"months": months},
    }
    reading = sample_packs.read(sample_packs.pack(**{**fields, **changed}))
    assert reading.pack, reading.faults
    return reading.pack


def with_item(**changed: Any) -> Pack:
    return pack(
        items=[*(sound_item(number) for number in range(1, 5)), item("single", id="dahui-5", **changed)]
    )


RULES = (
    lint.misnamed,
    lint.vague_sources,
    lint.misshapen,
    lint.duplicates,
    lint.longest_right,
    lint.leaning_letters,
    lint.leaks,
    lint.half_width,
    lint.spaced,
    lint.traditional,
    lint.unended,
    lint.unplanned,
)


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_pack_passes(rule: Callable[[Pack], list[Any]]) -> None:
    assert rule(pack()) == []


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (lint.misnamed, pack(items=[sound_item(id="dangke-1")])),
        (lint.misnamed, pack(items=[sound_item(lesson=None)])),
        (lint.vague_sources, pack(lessons=[sound_lesson(source={"document": "某条例"})])),
        (lint.vague_sources, with_item(source={"document": "一本书"})),
        (lint.misshapen, pack(lessons=[sound_lesson(body=BODY[:200])])),
        (lint.misshapen, pack(lessons=[sound_lesson(body=BODY * 2)])),
        (lint.misshapen, pack(lessons=[sound_lesson(key_points=["一", "二"])])),
        (lint.misshapen, pack(lessons=[sound_lesson(ward_link=None)])),
        (lint.misshapen, pack(lessons=[sound_lesson(question=None)])),
        (lint.duplicates, with_item(question="大会多久开？")),
        (lint.duplicates, with_item(question="换届要到多少人 ？")),
        (
            lint.longest_right,
            pack(items=[sound_item(n, options=[*"甲乙丙", "每季度一次"], answer="D") for n in range(1, 5)]),
        ),
        (lint.leaning_letters, pack(items=[sound_item(number, answer="A") for number in range(1, 5)])),
        (lint.leaning_letters, pack(items=[sound_item(number) for number in range(1, 4)])),
        (
            lint.leaning_letters,
            pack(
                items=[*(sound_item(n) for n in range(1, 5)), sound_item(5, "truefalse", question="对吗？")]
            ),
        ),
        (
            lint.leaks,
            with_item(question="大会每季开一次，多久开一次大会？", options=["每月", "每季"], answer="B"),
        ),
        (
            lint.leaks,
            pack(items=[sound_item(1, "fill", question="全体党员参加，即______。", answer="全体党员")]),
        ),
        (lint.half_width, with_item(question="党课,谁讲？")),
        (lint.half_width, pack(lessons=[sound_lesson(body=f"（一)党课。{BODY}")])),
        (lint.half_width, with_item(explanation="慢慢来...。")),
        (lint.spaced, with_item(question="一年 4 次吗？")),
        (lint.spaced, pack(lessons=[sound_lesson(key_points=["AED 在哪里", "二", "三"])])),
        (lint.spaced, with_item(question="党 课谁讲？")),
        (lint.traditional, with_item(question="黨課由誰來講？")),
        (lint.traditional, pack(lessons=[sound_lesson(ward_link="排班前先說。")])),
        (lint.unended, with_item(explanation="每季一次")),
        (lint.unended, pack(lessons=[sound_lesson(body=f"{BODY}还有")])),
        (lint.unplanned, pack(plan={"months": [{"month": 1, "theme": "学", "lessons": ["dahui"]}]})),
        (lint.unplanned, pack(lessons=[sound_lesson(), sound_lesson("dangke")])),
    ],
)
def test_what_breaks_a_rule_is_named(rule: Callable[[Pack], list[Any]], broken: Pack) -> None:
    assert rule(broken) != []


def test_a_lesson_that_comes_again_too_soon_is_named() -> None:
    assert lint.repeated(pack(), since=date(2026, 1, 1), days=2) == [("dahui", date(2026, 1, 2))]
    assert lint.repeated(pack(), since=date(2026, 1, 1), days=1) == []
