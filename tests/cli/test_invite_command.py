"""`roster invite`: how the first administrator comes in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.views import rosterfiles
from sandbox.server import Sandbox

TOKEN = "42:SANDBOX"


@pytest.fixture(autouse=True)
def hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roster.xlsx").write_bytes(rosterfiles.template())
    assert run("roster", "import", "roster.xlsx", "--yes").exit_code == 0


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN, limits=False) as running:
        yield running


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env={f"BOT_{k.upper()}": v for k, v in environment.items()})


def test_without_a_token_the_word_to_send_is_shown() -> None:
    result = run("roster", "invite", "A1001")
    assert result.exit_code == 0, result.output
    assert "林小满" in result.output
    assert result.output.splitlines()[-1].startswith("/start i")


def test_a_telegram_out_of_reach_is_no_hindrance() -> None:
    result = run("roster", "invite", "林小满", token=TOKEN, api_base="http://127.0.0.1:1")
    assert result.output.splitlines()[-1].startswith("/start i")


async def test_with_a_token_the_link_is_shown(sandbox: Sandbox) -> None:
    result = await asyncio.to_thread(
        run, "roster", "invite", "A1001", "--language", "en", token=TOKEN, api_base=sandbox.api_base
    )
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith("https://t.me/branch_study_bot?start=i")


def test_a_second_link_within_a_moment_and_an_unknown_person_are_refused() -> None:
    assert run("roster", "invite", "A1001").exit_code == 0
    assert run("roster", "invite", "A1001").exit_code == 1
    assert run("roster", "invite", "没有这个人").exit_code == 1


def test_a_database_out_of_reach_is_told_in_one_line() -> None:
    result = run("roster", "list", database_url="postgresql://bot:word@127.0.0.1:1/study")
    assert result.exit_code == 1
    assert "数据库打不开" in result.output
