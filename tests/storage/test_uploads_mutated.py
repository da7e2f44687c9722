"""Thousands of packs that something happened to: each is accepted as valid or refused with words, within bounds."""

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from bot.texts import text
from storage import uploads
from storage.packfiles import limits
from study import packs
from study.items import Pack
from study.packs.uploads import Upload
from tests.sample_packs import dumped, pack

PACKS = 5_000
SEED = 20_261_122
MEGABYTE = 1_000_000
PIECES = (
    *(
        "：",
        ":",
        "- ",
        "\n",
        "\t",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!!python/object:x ",
        "|",
        ">",
        "%",
    ),
    *(
        "@",
        "`",
        "#",
        "?",
        ",",
        "\ufeff",
        "\x85",
        "\x00",
        "\u202e",
        "[object Object]",
        "<b>",
        "&amp;",
        "../../x",
    ),
    *(
        "A",
        "甲" * 700,
        "999999999999",
        "-1",
        "2018-13-01",
        "null",
        "true",
        "---\n",
        "id: dahui\n",
        "<<: *a\n",
    ),
)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A few letters changed, lines lost, doubled or moved."""
    lines = data.decode(errors="replace").split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        match rng.randrange(5):
            case 0:
                lines.insert(rng.randrange(len(lines)), lines[at])
            case 1 if len(lines) > 1:
                del lines[at]
            case 2:
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                line = lines[at]
                start = rng.randint(0, len(line))
                end = rng.randint(start, min(len(line), start + 8))
                lines[at] = line[:start] + rng.choice(PIECES) + line[end:]
    return "\n".join(lines).encode(errors="replace")


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def check(upload: Upload) -> None:
    assert (upload.pack is None) == bool(upload.faults)
    for fault in upload.faults:
        assert text(fault.key, "zh", **fault.params).strip() and text(fault.key, "en", **fault.params).strip()
    if upload.pack:
        assert packs.from_json(Pack, packs.to_json(upload.pack)) == upload.pack


def peak(read: Callable[[], object]) -> int:
    """Bytes that Python held at most, beyond what it held before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        read()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("part", range(5))
def test_thousands_of_mutated_packs_are_accepted_or_refused_with_words(part: int) -> None:
    rng = random.Random(SEED + part)
    sound = dumped(pack()).encode()
    accepted = 0
    for number in range(PACKS // 5):
        data = mutated(rng, sound)
        if number % 5 == 4:
            upload = uploads.read("pack.zip", zipped({"pack.yaml": data, "pictures/x.png": b"\x89PNG"}))
        else:
            upload = uploads.read("pack.yaml", data)
        check(upload)
        accepted += upload.pack is not None
    assert 0 < accepted < PACKS // 5, "the mutations are neither harmless nor always deadly"


def test_zips_with_broken_bytes_are_refused_with_words() -> None:
    rng = random.Random(SEED)
    sound = zipped({"pack.yaml": dumped(pack()).encode()})
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        check(uploads.read("pack.zip", bytes(data[: rng.randint(1, len(data))])))


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pack.yaml", ALIASES.encode()),
        ("pack.yaml", b"[" * 200_000),
        ("pack.yaml", b"- " * 200_000),
        ("pack.yaml", b"x" * (limits.LARGEST_FILE + 1)),
        ("pack.yaml", b"items: [" + b"{}," * 60_000 + b"]"),
        ("pack.zip", zipped({"pack.yaml": b" " * (5 * limits.LARGEST_PACK)})),
        ("pack.zip", zipped({f"{n}.yaml": b"#" * limits.LARGEST_FILE for n in range(40)})),
        ("pack.zip", zipped({f"{n}.yaml": b"" for n in range(limits.MOST_FILES + 1)})),
        ("pack.zip", zipped({"../../etc/cron.d/x.yaml": b"a: 1"})),
        ("pack.zip", zipped({"/etc/x.yaml": b"a: 1"})),
        ("pack.zip", zipped({"a.zip": zipped({"pack.yaml": b"x" * 1_000})})),
        ("pack.zip", zipped({"pack.yaml": b"a: 1"}, zipfile.ZIP_LZMA)),
    ],
    ids=[
        "aliases",
        "brackets",
        "dashes",
        "large",
        "many",
        "bomb",
        "bombs",
        "files",
        "out",
        "root",
        "nested",
        "lzma",
    ],
)
def test_bombs_are_refused_within_little_memory(name: str, data: bytes) -> None:
    found: list[Upload] = []
    held = peak(lambda: found.append(uploads.read(name, data)))
    check(found[0])
    assert found[0].pack is None
    assert held < 250 * MEGABYTE
