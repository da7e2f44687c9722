"""`doctor` says how everything is, and how to mend what is not well; it changes nothing and tells no secret."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sqlalchemy import text

from bot import doctor as checks
from bot.doctor import Mark
from bot.doctor_command import doctor
from bot.settings import Settings, read
from sandbox.server import Sandbox
from storage import schema
from storage.db import Database

TOKEN = "42:SANDBOX"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of this machine, and a folder of one's own."""
    monkeypatch.chdir(tmp_path)


def run(*options: str, **environment: str) -> Result:
    given = {f"BOT_{name.upper()}": value for name, value in environment.items()}
    return CliRunner().invoke(doctor, options, env=given)


async def marks(settings: Settings, check: str) -> dict[str, Mark]:
    return {finding.key: finding.mark for finding in await checks.CHECKS[check](settings)}


def test_a_new_machine_is_told_what_comes_next_and_that_nothing_is_broken(tmp_path: Path) -> None:
    result = run()
    assert result.exit_code == 0
    first, *others = result.output.splitlines()
    assert first == "✓ 设置：都能读懂。"
    assert "! 数据库：sqlite:///data/bot.sqlite3 还没有，第一次启动时会自动建立。" in others
    assert any(line.startswith("! 令牌：没有设置 BOT_TOKEN") for line in others)
    assert not list(tmp_path.iterdir())


def test_it_speaks_english_too() -> None:
    assert "✓ Settings: all understood." in run("--language", "en", "--only", "timezone").output


def test_every_unusable_setting_has_a_line() -> None:
    result = run(port="many", timezone="Mars/Base")
    assert result.exit_code == 1
    assert [line.split("：")[0] for line in result.output.splitlines()] == ["✗ 设置有误", "✗ 设置有误"]
    assert "BOT_PORT" in result.output and "BOT_TIMEZONE" in result.output


def test_one_thing_can_be_checked_alone() -> None:
    result = run("--only", "timezone", timezone="Asia/Urumqi")
    assert [line[0] for line in result.output.splitlines()] == ["✓", "✓"]
    assert "Asia/Urumqi" in result.output


def test_the_password_of_the_database_is_not_shown() -> None:
    result = run("--only", "database", database_url="postgresql://bot:open-sesame@127.0.0.1:1/study")
    assert result.exit_code == 1
    assert "postgresql://bot:***@127.0.0.1:1/study" in result.output
    assert "open-sesame" not in result.output


async def test_each_state_of_a_database_is_told_apart(database: Database) -> None:
    settings = read(database_url=database.url.render_as_string(hide_password=False))
    assert (await marks(settings, "database"))["database.empty"] is Mark.WARNING
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        await connection.execute(
            text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": schema.newest()}
        )
    assert (await marks(settings, "database"))["database.good"] is Mark.GOOD
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert (await marks(settings, "database"))["database.newer"] is Mark.FAULT


async def test_a_revision_that_is_behind_is_no_fault(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        await connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    monkeypatch.setattr(schema, "newest", lambda: "0002")
    settings = read(database_url=database.url.render_as_string(hide_password=False))
    assert (await marks(settings, "database"))["database.older"] is Mark.WARNING


async def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    file.write_text("不是数据库" * 100, "utf-8")
    found = await marks(read(database_url=f"sqlite:///{file}"), "database")
    assert found["database.unreachable"] is Mark.FAULT


async def test_a_disk_that_is_locked_or_nearly_full_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read(database_url=f"sqlite:///{tmp_path / 'below/bot.sqlite3'}")
    assert (await marks(settings, "database"))["disk.good"] is Mark.GOOD
    monkeypatch.setattr(checks, "LITTLE_SPACE", 10**15)
    assert (await marks(settings, "database"))["disk.little"] is Mark.WARNING
    # Asked of the system, because the tests may run as root, for whom nothing is locked.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert await marks(settings, "database") == {"disk.locked": Mark.FAULT}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(token=TOKEN, limits=False) as running:
        yield running


async def test_a_token_that_telegram_knows_is_named(sandbox: Sandbox) -> None:
    settings = read(token=TOKEN, api_base=sandbox.api_base)
    (found,) = await checks.token(settings)
    assert (found.key, found.mark) == ("token.good", Mark.GOOD)
    assert found.params["name"] == "branch_study_bot"


@pytest.mark.parametrize(
    ("token", "key"), [(None, "token.none"), ("rubbish", "token.shape"), ("7:STRANGER", "token.unknown")]
)
async def test_a_token_that_will_not_do_is_told(sandbox: Sandbox, token: str | None, key: str) -> None:
    (found,) = await checks.token(read(token=token, api_base=sandbox.api_base))
    assert found.key == key
    assert found.mark is (Mark.WARNING if token is None else Mark.FAULT)


async def test_a_telegram_out_of_reach_is_told_without_the_token() -> None:
    secret = "123456:AAbbccddeeffgghhiijjkkllmmnnooppqqr"
    (found,) = await checks.token(read(token=secret, api_base="http://127.0.0.1:1"))
    assert found.key == "token.unreachable"
    assert secret not in str(found.params)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "webhook.polling"),
        ({"webhook_url": "https://bot.example", "webhook_secret": "x" * 32}, "webhook.good"),
        ({"webhook_url": "https://bot.example"}, "webhook.no_secret"),
        ({"webhook_url": "http://bot.example", "webhook_secret": "x" * 32}, "webhook.insecure"),
    ],
)
async def test_the_way_in_is_judged(given: dict[str, str], key: str) -> None:
    (found,) = await checks.webhook(read(**given))
    assert found.key == key


async def test_fonts_must_open_and_know_chinese(tmp_path: Path) -> None:
    assert await marks(read(), "fonts") == {"font.good": Mark.GOOD}
    no_font = tmp_path / "x.otf"
    Image.new("RGB", (2, 2)).save(no_font, "PNG")
    assert await marks(read(font=no_font), "fonts") == {"font.unreadable": Mark.FAULT}


async def test_a_font_without_chinese_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED_SIGNS", "党\u0e01")  # a Thai letter
    (found,) = await checks.font(read())
    assert (found.key, found.params["signs"]) == ("font.missing", "\u0e01")


async def test_the_lessons_and_rules_that_ship_are_well() -> None:
    assert set((await marks(read(), "content")).values()) == {Mark.GOOD}


async def test_lessons_and_rules_with_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("pack: {id: x}", "utf-8")
    (tmp_path / "points.yaml").write_text("actions: {daily: many}", "utf-8")
    (tmp_path / "meetings.yaml").write_text("kinds: many", "utf-8")
    (tmp_path / "calendar.yaml").write_text("levels: [ward]", "utf-8")
    (tmp_path / "synonyms.yaml").write_text("[", "utf-8")
    assert await marks(read(content=tmp_path), "content") == {
        "content.faults": Mark.FAULT,
        "points.faults": Mark.FAULT,
        "meetings.faults": Mark.FAULT,
        "calendar.faults": Mark.FAULT,
        "dictionary.faults": Mark.FAULT,
    }


async def test_a_folder_without_lessons_is_worth_a_look(tmp_path: Path) -> None:
    assert (await marks(read(content=tmp_path), "content"))["content.none"] is Mark.WARNING
