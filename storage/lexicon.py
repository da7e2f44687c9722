"""Reads the grader's dictionary from YAML."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from storage import learned, yamlfiles
from study.grading.lexicon import Lexicon


class LexiconError(ValueError):
    """A dictionary file that cannot be used; the message names the file, the place and what is needed."""


FILES = ("synonyms.yaml", "antonyms.yaml", "lookalikes.yaml")
"""Dictionaries that stand beside the packs in a content folder."""


def read(path: Path) -> Lexicon:
    """The dictionary in the YAML file `path`, or in the files named as in FILES of the folder `path`.

    A file without dictionaries, or a folder without files, knows no words. Keys of a file, all optional: `synonyms` and `antonyms` (lists, or headings
    with lists, of words as a list or with spaces between; antonyms are pairs), `lookalikes` (strings whose first
    character looks like the others). Raises LexiconError.
    """
    if path.is_dir():
        lexicon = Lexicon.empty()
        for name in FILES:
            if (path / name).is_file():
                lexicon = lexicon.extended(_read(path / name))
        try:
            return replace(lexicon, learned=learned.read(path))
        except learned.LearnedError as error:
            raise LexiconError(str(error)) from error
    return _read(path)


def _read(path: Path) -> Lexicon:
    try:
        data = yamlfiles.load(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: cannot be read: {error}") from error
    if data is None:
        return Lexicon.empty()
    if not isinstance(data, Mapping):
        raise LexiconError(f"{path}: a mapping with synonyms, antonyms and lookalikes is needed")
    unknown = set(map(str, data)) - {"synonyms", "antonyms", "lookalikes", "sources"}
    if unknown:
        raise LexiconError(f"{path}: unknown key {', '.join(sorted(unknown))}")
    return Lexicon(
        synonyms=tuple(_words(path, f"synonyms[{i}]", group) for i, group in _rows(path, data, "synonyms")),
        antonyms=tuple(_pair(path, f"antonyms[{i}]", pair) for i, pair in _rows(path, data, "antonyms")),
        lookalikes=tuple(
            _text(path, f"lookalikes[{i}]", group) for i, group in _rows(path, data, "lookalikes")
        ),
    )


def _rows(path: Path, data: Mapping[str, object], key: str) -> list[tuple[int, object]]:
    value = data.get(key)
    if value is None:
        return []
    if isinstance(value, Mapping):
        # Grouped under headings, each with its list.
        value = [row for rows in value.values() for row in (rows if isinstance(rows, list) else [rows])]
    if not isinstance(value, list):
        raise LexiconError(f"{path}: {key}: a list is needed")
    return list(enumerate(value))


def _text(path: Path, place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LexiconError(f"{path}: {place}: a word is needed, not {value!r} (numbers need quotes)")
    return value.strip()


def _words(path: Path, place: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list) or len(value) < 2:
        raise LexiconError(f"{path}: {place}: at least two words are needed")
    return tuple(_text(path, place, word) for word in value)


def _pair(path: Path, place: str, value: object) -> tuple[str, str]:
    words = _words(path, place, value)
    if len(words) != 2:
        raise LexiconError(f"{path}: {place}: exactly two words are needed, not {len(words)}")
    return words[0], words[1]
