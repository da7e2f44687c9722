"""Every word the bot says: the same keys and placeholders in each language, nothing missing, one style."""

import re
from pathlib import Path
from string import Formatter

import pytest

from bot import texts
from study.grading import Verdict
from study.items import Kind
from study.points import Action, Cap
from study.quiz import Occasion
from study.refusal import Refusal

ROOT = Path(texts.__file__).parents[1]
LITERAL = re.compile(r"""texts\.(?:html|plain|text|has)\(\s*"([^"]+)"\s*[,)]""")
# The deeds that actions put into the audit record.
DEED = re.compile(r"""(?:action=|_note\([^")]*)"([a-z]+\.[a-z_]+)\"""")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_language_has_the_same_keys(locale: str) -> None:
    assert set(texts.catalogue(locale)) == set(texts.catalogue(texts.DEFAULT))


def test_every_language_fills_the_same_placeholders() -> None:
    # A language may leave something out, but can fill in nothing that the default is not given.
    default = texts.catalogue(texts.DEFAULT)
    unknown = {
        (locale, key): extra
        for locale in texts.LOCALES
        for key, words in texts.catalogue(locale).items()
        if (extra := placeholders(words) - placeholders(default[key]))
    }
    assert not unknown


def test_every_key_named_in_the_code_exists() -> None:
    named = {
        key
        for path in ROOT.rglob("*.py")
        for key in LITERAL.findall(path.read_text("utf-8"))
        if "{" not in key
    }
    assert len(named) > 50
    assert named <= set(texts.catalogue(texts.DEFAULT))


def test_every_deed_in_the_audit_record_has_its_words() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT.parent / "actions").glob("*.py"))
    known = {key for key in texts.catalogue(texts.DEFAULT) if key.startswith("audit.")}
    deeds = set(DEED.findall(source))
    assert len(deeds) > 15
    assert not {deed for deed in deeds if not any(key.startswith(f"audit.{deed}") for key in known)}


def refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {kind}.union(*(refusals(one) for one in kind.__subclasses__()))


def test_every_refusal_has_its_words() -> None:
    import bot.dispatcher  # noqa: F401 - brings every rule in

    missing = {kind.key for kind in refusals()} - set(texts.catalogue(texts.DEFAULT))
    assert not missing


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("quiz.kind", Kind),
        ("quiz.hint", Kind),
        ("quiz.occasion", Occasion),
        ("quiz.verdict", Verdict),
        ("quiz.capped", Cap),
        ("points.action", Action),
    ],
)
def test_every_value_that_is_shown_has_its_word(prefix: str, values: type) -> None:
    missing = {f"{prefix}.{value}" for value in values} - set(texts.catalogue(texts.DEFAULT))  # type: ignore[attr-defined]
    assert not missing


def test_chinese_is_punctuated_in_full_width() -> None:
    # What stands in quotation marks may be YAML or an input, which has its own signs.
    plain = {key: re.sub("“[^”]*”", "", text) for key, text in texts.catalogue("zh").items()}
    wrong = {key: text for key, text in plain.items() if HALF_WIDTH.search(text)}
    assert not wrong


def test_what_people_wrote_is_escaped_and_our_markup_is_not() -> None:
    said = texts.html("points.told", amount="+1", reason="<b>&")
    assert "&lt;b&gt;&amp;" in said
    assert "<b>" in texts.html("today.title", title="一课")


def test_an_unknown_language_falls_back() -> None:
    with texts.speaking("fr"):
        assert texts.current() == "zh"
    with texts.speaking("en"):
        assert texts.plain("quiz.true") == "True"
