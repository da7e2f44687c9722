"""No secret gets into the log, by whatever way it comes."""

import logging
import sys

import pytest

from bot import logs
from bot.settings import read

TOKEN = "123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr"
SETTINGS = read(
    token=TOKEN,
    webhook_secret="long/random word",
    database_url="postgresql://bot:open%20sesame@db/study",
)


def written(message: str, *values: object, error: Exception | None = None) -> str:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, values, None)
    if error:
        try:
            raise error
        except type(error):
            record.exc_info = sys.exc_info()
    return logs.Hiding(logs.secrets_of(SETTINGS)).format(record)


@pytest.mark.parametrize(
    "secret", [TOKEN, TOKEN.partition(":")[2], "long/random word", "long%2Frandom%20word", "open sesame"]
)
def test_what_the_settings_hold_is_hidden(secret: str) -> None:
    line = written("calling https://api.telegram.org/bot%s/getMe", secret)
    assert secret not in line
    assert "api.telegram.org/bot***/getMe" in line


def test_a_traceback_is_searched_too() -> None:
    line = written("failed", error=ValueError(f"no route to /bot{TOKEN}/sendMessage"))
    assert "Traceback" in line
    assert TOKEN not in line


@pytest.mark.parametrize("separator", [":", "%3A"])
def test_a_token_of_another_bot_is_hidden_as_well(separator: str) -> None:
    other = f"987654321{separator}zzyyxxwwvvuuttssrrqqppoonnmmllkkjj"
    assert logs.hide(f"/bot{other}/getMe") == "/bot***/getMe"


def test_what_is_no_secret_stays() -> None:
    assert logs.hide("update 12345:67 at 10:30:00 from 123456") == "update 12345:67 at 10:30:00 from 123456"


def test_a_very_short_password_does_not_garble_every_line() -> None:
    assert logs.secrets_of(read(database_url="postgresql://bot:bot@db/bot")) == frozenset()
