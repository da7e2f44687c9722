"""Slips to print and cut."""

import logging
import re
from datetime import UTC, datetime

import pytest

from actions.invites import Invitation
from bot.views import slips
from bot.views.slips import Slip


def slip(name: str = "林小满", unit: str = "内科第一党支部") -> Slip:
    token = "in_" + "A" * 32
    invitation = Invitation(1, name, unit, token, datetime(2026, 3, 16, tzinfo=UTC))
    return Slip(invitation, f"https://t.me/some_hospital_bot?start={token}")


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_ten_slips_stand_on_a_page() -> None:
    assert pages(slips.pdf([slip()] * 10)) == 1
    assert pages(slips.pdf([slip()] * 11)) == 2


def test_rare_characters_and_long_names_do_no_harm(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        data = slips.pdf(
            [slip("𠮷野"), slip("艾力夏提·玉山江·买买提"), slip(unit="心血管内科与老年医学科" * 5)]
        )
    assert data.startswith(b"%PDF-")
    assert "missing" not in caplog.text
