"""Every setting, typed and read once. A secret may also be given as a file named by BOT_<NAME>_FILE."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from study.calendar import DEFAULT_ZONE, parse_clock, zone
from study.review import LEAST_RETENTION, MOST_RETENTION, RETENTION

PREFIX = "BOT_"
DATABASES = {"sqlite", "postgresql", "postgres"}
ROOT = Path(__file__).resolve().parent.parent


class SettingsFault(Exception):
    """The settings cannot be used; the message says which, why and how to mend it."""


class Settings(BaseSettings):
    """Environment variables with the prefix BOT_ (also from a `.env` file in the working directory)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/bot.sqlite3"), description="SQLite file or postgresql:// URL"
    )
    api_base: str = Field("https://api.telegram.org", description="the Bot API server to talk to")
    webhook_url: str | None = Field(None, description="public https address; unset means long polling")
    webhook_path: str = Field("/telegram", description="the path that the webhook listens on")
    webhook_secret: SecretStr | None = Field(None, description="secret header Telegram sends along")
    host: str = Field("127.0.0.1", description="address that the webhook and the page listen on")
    port: int = Field(8080, ge=0, le=65535, description="port that the webhook and the page listen on")
    page_url: str | None = Field(
        None, description="public address of the page that shows a meeting's check-in code; unset means none"
    )
    timezone: str = Field(
        DEFAULT_ZONE,
        description="time zone of new units; a branch elsewhere: `python -m bot roster zone UNIT ZONE`",
    )
    quiet_hours: str = Field("22:00-07:00", description="no message of ours within these local hours")
    content: Path = Field(ROOT / "content", description="folder with the starter pack and the rules")
    font: Path | None = Field(None, description="font file for pictures; unset means the one that ships")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    retention: float = Field(
        RETENTION,
        ge=LEAST_RETENTION,
        le=MOST_RETENTION,
        description="the chance with which a learnt item is remembered when it comes up again",
    )
    tick_seconds: float = Field(20.0, gt=0, description="how often due work is looked for")
    courier: bool = Field(True, description="whether this process also sends the outbox")
    messages_a_second: float = Field(
        30.0, gt=0, description="what the token may send; more with paid broadcasts"
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        try:
            url = make_url(value.get_secret_value())
            known = url.get_backend_name() in DATABASES and url.database not in (None, "", ":memory:")
        except (ArgumentError, ValueError):
            known = False  # the error might quote the password, so it is not passed on
        if not known:
            raise ValueError(
                "should look like sqlite:///data/bot.sqlite3 or postgresql://user:password@host/name"
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            zone(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("is no time zone; write one such as Asia/Shanghai") from error
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, value: str) -> str:
        start, dash, end = value.partition("-")
        if not dash or parse_clock(start) is None or parse_clock(end) is None:
            raise ValueError("should look like 22:00-07:00")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("should be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("webhook_path")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return value if value.startswith("/") else "/" + value

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("token", "database_url", "webhook_secret"):
            file = os.environ.get(f"{PREFIX}{name.upper()}_FILE")  # noqa: TID251 - this is the settings module
            if file and not values.get(name):
                try:
                    values[name] = Path(file).read_text("utf-8").strip()
                except OSError as error:
                    raise ValueError(
                        f"{PREFIX}{name.upper()}_FILE names {file}, which cannot be read ({error.strerror})"
                    ) from error
        return values

    @cached_property
    def quiet_minutes(self) -> tuple[int, int]:
        """Start and end of the quiet hours, in minutes of the local day."""
        start, _, end = self.quiet_hours.partition("-")
        return parse_clock(start) or 0, parse_clock(end) or 0


def read(**given: Any) -> Settings:
    """The settings of this process; `given` values win over the environment. Raises SettingsFault."""
    try:
        return Settings(**given)
    except ValidationError as fault:
        lines = [_told(error) for error in fault.errors()]
        raise SettingsFault("\n".join(lines)) from None


def _told(error: Any) -> str:
    name = "".join(str(part) for part in error["loc"][:1]).upper()
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name}: {message}" if name else message
