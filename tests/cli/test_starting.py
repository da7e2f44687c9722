"""`run`, `worker` and `migrate` begin in order, or say in one line why they cannot."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot import app as parts
from bot.migrate_command import migrate
from bot.run_command import run
from bot.settings import ROOT, read
from bot.worker_command import worker
from sandbox.server import Sandbox
from storage import schema

TOKEN = "123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(command: str, **environment: str) -> str:
    """What a command says that cannot begin."""
    commands = {"run": run, "worker": worker, "migrate": migrate}
    given = {f"BOT_{name.upper()}": value for name, value in environment.items()}
    result = CliRunner().invoke(commands[command], env=given)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output


@pytest.mark.parametrize("command", ["run", "worker"])
def test_without_a_token_nothing_is_made(command: str, tmp_path: Path) -> None:
    assert "BOT_TOKEN: is missing" in refused(command)
    assert not list(tmp_path.iterdir())


def test_a_token_that_cannot_be_one_is_told_without_showing_it() -> None:
    said = refused("run", token="my secret")
    assert "does not look like a token" in said
    assert "my secret" not in said


@pytest.mark.parametrize("command", ["run", "worker", "migrate"])
def test_every_unusable_setting_is_told_at_once(command: str) -> None:
    said = refused(command, port="many", database_url="mysql://x/y")
    assert "BOT_PORT" in said and "BOT_DATABASE_URL" in said


@pytest.mark.parametrize("command", ["run", "worker", "migrate"])
def test_a_database_out_of_reach_is_told_without_its_password(command: str) -> None:
    said = refused(command, token=TOKEN, database_url="postgresql://bot:open-sesame@127.0.0.1:1/study")
    assert "数据库打不开" in said
    assert "open-sesame" not in said


def test_a_folder_that_cannot_be_made_is_told_like_that(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    assert "unable to open database file" in refused("migrate")


def test_rules_with_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "points.yaml").write_text("actions: {daily: many}")
    assert "points.yaml" in refused("run", token=TOKEN, content=str(tmp_path))


def test_lessons_with_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("pack: {id: x}")
    assert "content check" in refused("run", token=TOKEN, content=str(tmp_path))


def test_migrating_says_what_it_did() -> None:
    first = CliRunner().invoke(migrate, ["--language", "en"])
    assert first.output == f"The database went from version (empty) to {schema.newest()}.\n"
    second = CliRunner().invoke(migrate)
    assert second.output == f"数据库已是最新版本 {schema.newest()}，无需升级。\n"


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_of_a_newer_program_is_left_alone(command: str) -> None:
    CliRunner().invoke(migrate)
    asyncio.run(_pretend_to_be_newer())
    assert "更新版本的程序" in refused(command, token=TOKEN)


async def _pretend_to_be_newer() -> None:
    db = parts.open_database(read())
    async with db.writing() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await db.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN, limits=False) as running:
        yield running


async def started(command: str, **settings: object) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment |= {f"BOT_{name.upper()}": str(value) for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, env={**environment, "PYTHONPATH": str(ROOT)}, stderr=-1
    )


@pytest.mark.parametrize("command", ["run", "worker"])
async def test_it_serves_until_it_is_told_to_stop_and_logs_no_token(command: str, sandbox: Sandbox) -> None:
    process = await started(command, token=TOKEN, api_base=sandbox.api_base, log_level="DEBUG")
    assert process.stderr
    log = ""
    async with asyncio.timeout(60):
        while "serving @branch_study_bot" not in log:
            line = (await process.stderr.readline()).decode()
            assert line, log
            log += line
        process.send_signal(signal.SIGTERM)
        log += (await process.stderr.read()).decode()
        assert await process.wait() == 0, log
    assert "published pack" in log
    assert TOKEN not in log and TOKEN.partition(":")[2] not in log


async def test_a_port_that_is_taken_is_told(sandbox: Sandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await started(
            "run",
            token=TOKEN,
            api_base=sandbox.api_base,
            webhook_url="https://bot.example",
            webhook_secret="x" * 32,
            port=port,
        )
        _, log = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert f"127.0.0.1:{port} 不能监听" in log.decode()
    assert "Traceback" not in log.decode()
