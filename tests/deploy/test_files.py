"""The files of deploy/ are well formed and speak of things that exist."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import COMMANDS
from bot.settings import Settings, read

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*"))
SETTINGS = {f"BOT_{name.upper()}" for name in Settings.model_fields}
NAMES = SETTINGS | {f"{name}_FILE" for name in SETTINGS}


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_well_formed_and_starts_what_exists(path: Path) -> None:
    sections = unit(path)
    assert sections["Unit"]["Description"]
    if path.suffix == ".timer":
        assert sections["Timer"]["OnCalendar"]
        assert path.with_suffix(".service") in UNITS
        return
    service = sections["Service"]
    program, flag, module, *arguments = service["ExecStart"].split()
    assert (program, flag) == ("/opt/study-bot/.venv/bin/python", "-m")
    assert (module == "bot" and arguments[0] in COMMANDS) or (
        ROOT / f"{module.replace('.', '/')}.py"
    ).exists()
    assert service["User"] == "study-bot"
    for right in ("NoNewPrivileges", "ProtectHome", "PrivateTmp"):
        assert service[right] == "yes"
    assert service["ProtectSystem"] == "strict"


@pytest.mark.parametrize(
    "path", [*UNITS, DEPLOY / "compose.yaml", DEPLOY / "Dockerfile", DEPLOY / "README.md"]
)
def test_only_settings_that_exist_are_named(path: Path) -> None:
    assert set(re.findall(r"\bBOT_[A-Z_]+\b", path.read_text("utf-8"))) <= NAMES


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix == ".service"], ids=lambda one: one.name
)
def test_a_unit_holds_no_secret(path: Path) -> None:
    for name in ("BOT_TOKEN=", "BOT_WEBHOOK_SECRET=", "postgresql://"):
        assert name not in path.read_text("utf-8")


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_compose_services_use_what_is_declared(compose: Any) -> None:
    assert set(compose["services"]) == {"bot", "database"}
    for service in compose["services"].values():
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"]
    build = compose["services"]["bot"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()


def test_the_settings_of_compose_are_read_as_meant(
    compose: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"bot_token": "42:SANDBOX", "database_url": "postgresql://bot:word@database/bot"}
    for name, value in secrets.items():
        (tmp_path / name).write_text(value + "\n")
    for name, value in compose["services"]["bot"]["environment"].items():
        monkeypatch.setenv(name, value.replace("/run/secrets", str(tmp_path)))
    settings = read(_env_file=None)
    assert settings.token and settings.token.get_secret_value() == secrets["bot_token"]
    assert settings.database_url.get_secret_value() == secrets["database_url"]


def test_the_image_holds_every_room_that_the_program_needs() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert {"bot", "actions", "storage", "study", "content", "requirements.txt"} <= set(copied)
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in allowed
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any(line == "USER bot" for line in lines)


def test_the_proxy_passes_on_the_path_and_port_of_the_settings() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    settings = read(_env_file=None)
    assert f"path {settings.webhook_path}\n" in caddy
    assert f"reverse_proxy {settings.host}:{settings.port}" in caddy
    assert caddy.count("{") == caddy.count("}")
