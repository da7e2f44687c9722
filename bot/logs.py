"""Plain log lines, in which no secret is ever written: addresses of the Bot API hold the token, for one."""

import logging
import re
import sys
from urllib.parse import quote

from sqlalchemy import make_url

from bot.settings import Settings

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TOKEN = re.compile(r"(?<!\d)\d{5,}(:|%3A)[\w-]{20,}")
HIDDEN = "***"
SHORTEST = 6  # characters; to hide a shorter word would garble every line
# What these say at INFO is said again and again.
CHATTY = ("aiogram.event", "apscheduler", "alembic", "bm25s")
# What these say at DEBUG are names and answers of people.
INDISCREET = ("sqlalchemy",)


class Hiding(logging.Formatter):
    """Formats as usual, tracebacks included, and then hides the secrets."""

    def __init__(self, secrets: frozenset[str] = frozenset()) -> None:
        super().__init__(LINE)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record), self._secrets)


def hide(text: str, secrets: frozenset[str] = frozenset()) -> str:
    """The text with `***` in place of the secrets and of whatever looks like a bot token."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return TOKEN.sub(HIDDEN, text)


def secrets_of(settings: Settings) -> frozenset[str]:
    """Everything in the settings that must not be shown, also as it stands in an address."""
    found = {make_url(settings.database_url.get_secret_value()).password}
    if settings.token:
        token = settings.token.get_secret_value()
        found |= {token, token.partition(":")[2]}
    if settings.webhook_secret:
        found.add(settings.webhook_secret.get_secret_value())
    words = {str(word) for word in found if word}
    return frozenset(word for word in words | {quote(one, safe="") for one in words} if len(word) >= SHORTEST)


def configure(settings: Settings) -> None:
    """Log to standard error from the level of the settings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Hiding(secrets_of(settings)))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in INDISCREET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if settings.log_level != "DEBUG":
        for name in CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
