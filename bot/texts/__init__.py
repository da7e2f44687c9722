"""Every word the bot says, by language: `<locale>/<topic>.yaml` holds flat `key: "text with {placeholders}"`.

`html` escapes whatever is filled in, so that this is the one place where people's text becomes markup;
`plain` is for buttons, alerts and file names, where Telegram reads no markup.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from markupsafe import Markup

from storage import yamlfiles

DEFAULT = "zh"
LOCALES = ("zh", "en")

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT)


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """All texts of a language."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / locale).glob("*.yaml")):
        for key, value in (yamlfiles.load(path) or {}).items():
            if key in texts:
                raise ValueError(f"{path.name}: {key} is in another file already")
            texts[key] = str(value).rstrip("\n")
    return texts


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak this language within the block; an unknown one is the default."""
    token = _locale.set(locale if locale in LOCALES else DEFAULT)
    try:
        yield
    finally:
        _locale.reset(token)


def current() -> str:
    return _locale.get()


def has(key: str) -> bool:
    return key in catalogue(current())


def html(key: str, /, **params: object) -> Markup:
    """The text as HTML for a message; parameters are escaped unless they are Markup already."""
    return Markup(catalogue(current())[key]).format(**params)


def plain(key: str, /, **params: object) -> str:
    """The text as it is, for places without markup."""
    return catalogue(current())[key].format(**params)


def text(key: str, locale: str = DEFAULT, /, **params: object) -> str:
    """The plain text in a named language."""
    return catalogue(locale)[key].format(**params)
