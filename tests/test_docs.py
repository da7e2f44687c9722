"""What the READMEs say is true: commands, settings, links."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from bot.__main__ import COMMANDS
from bot.commands import EXTRA
from bot.menu import COMMANDS as MENU
from bot.settings import PREFIX, ROOT, Settings

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCUMENTS = [
    *READMES,
    ROOT / "CHANGELOG.md",
    ROOT / "docs/decisions.md",
    ROOT / "docs/asking.md",
    ROOT / "docs/review.md",
    ROOT / "deploy/README.md",
    ROOT / "content/README.md",
    ROOT / "sandbox/README.md",
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    return path.read_text("utf-8")


def settings_table() -> dict[str, str]:
    """Each setting and its default, as the tables show them."""
    rows = {}
    for name, setting in Settings.model_fields.items():
        default = setting.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, Path):
            default = default.relative_to(ROOT)
        if isinstance(default, bool):
            default = str(default).lower()
        rows[f"{PREFIX}{name.upper()}"] = "" if default is None else f"`{default}`"
    return rows


@pytest.mark.parametrize("path", READMES, ids=named)
def test_every_setting_is_in_the_table_with_its_default(path: Path) -> None:
    rows = re.findall(r"^\| `(BOT_\w+)` \| (.*?) \| (.+?) \|$", read(path), re.MULTILINE)
    assert {name: default.strip() for name, default, _ in rows} == settings_table()


def test_the_table_says_what_the_settings_say_of_themselves() -> None:
    rows = dict(re.findall(r"^\| `(BOT_\w+)` \| .*? \| (.+?) \|$", read(READMES[0]), re.MULTILINE))
    said = {f"{PREFIX}{name.upper()}": one.description for name, one in Settings.model_fields.items()}
    assert rows == said


@pytest.mark.parametrize("path", [*READMES, ROOT / ".env.example", ROOT / "deploy/README.md"], ids=named)
def test_no_setting_is_named_that_does_not_exist(path: Path) -> None:
    known = set(settings_table())
    known |= {f"{name}_FILE" for name in known} | {"BOT_TEST_POSTGRES"}
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", read(path))) <= known


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_commands_of_the_shell_are_all_there(path: Path) -> None:
    assert set(re.findall(r"^\| `python -m bot (\w+)` \|", read(path), re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("path", READMES, ids=named)
def test_the_commands_of_the_chat_are_all_there(path: Path) -> None:
    about_chats = re.sub(r"^\| `BOT_.*$", "", read(path), flags=re.MULTILINE)
    assert set(re.findall(r"`/(\w+)`", about_chats)) == {*MENU, *EXTRA, "menu", "points"}


@pytest.mark.parametrize("path", [*READMES, ROOT / "deploy/README.md"], ids=named)
def test_the_targets_of_make_exist(path: Path) -> None:
    targets = set(TARGET.findall(read(ROOT / "Makefile")))
    assert set(re.findall(r"\bmake (?:-C \S+ )?([a-z][a-z-]+)(?=[\s`)]|$)", code_of(read(path)))) <= targets


def code_of(text: str) -> str:
    """What stands in code blocks and between backticks."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    return "\n".join(blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)))


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_local_links_lead_somewhere(path: Path) -> None:
    text = read(path)
    headings = {anchor(line) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if "://" in link:
            continue
        file, _, part = unquote(link).partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{named(path)} leads to {link}, which is not there"
        if part:
            found = (
                headings
                if target == path
                else {anchor(x) for x in re.findall(r"^#+ (.+)$", read(target), re.MULTILINE)}
            )
            assert part in found, f"{named(path)}: no heading for {link}"


def anchor(heading: str) -> str:
    """The name that a heading gets, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_both_readmes_show_the_same_pictures() -> None:
    english, chinese = (set(re.findall(r"docs/screenshots/[\w-]+\.png", read(path))) for path in READMES)
    assert english == chinese and len(english) == 8
