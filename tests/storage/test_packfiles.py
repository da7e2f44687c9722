"""Pack files are opened safely: bounded, within the pack, and with faults instead of exceptions."""

import io
import os
import stat
import zipfile
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.texts import LOCALES, text
from storage import packfiles
from storage.packfiles import PackFiles, limits
from study.packs import Fault
from study.packs.tree import Node, Place, Scalar, Series, Table

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def told(faults: tuple[Fault, ...]) -> list[tuple[str, int, str]]:
    for fault in faults:
        for locale in LOCALES:
            assert text(fault.key, locale, **fault.params)
    return [(fault.file, fault.line, fault.key.removeprefix("pack.fault.")) for fault in faults]


def plain(node: Node) -> object:
    match node:
        case Scalar():
            return node.text
        case Series():
            return [plain(one) for one in node.nodes]
        case Table():
            return {name.text: plain(value) for name, value in node.entries}


def yaml_file(data: bytes | str, name: str = "a.yaml") -> PackFiles:
    return packfiles.read_upload(name, data.encode() if isinstance(data, str) else data)


def zipped(files: dict[str, bytes | str], **how: int) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", **how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pack.yaml").write_text("pack: {id: x}\n")
    (tmp_path / "lessons/b.yml").write_text("lessons: []")
    (tmp_path / "lessons/a.yaml").write_text("lessons: []")
    (tmp_path / "pictures/x.PNG").write_bytes(PNG)
    (tmp_path / "pictures/y.jpg").write_bytes(b"GIF89a")
    files = packfiles.read(tmp_path)
    assert files.faults == ()
    assert [document.place.file for document in files.documents] == [
        "lessons/a.yaml",
        "lessons/b.yml",
        "pack.yaml",
    ]
    assert files.pictures["pictures/x.PNG"] == PNG
    assert files.formats == {"pictures/x.PNG": "png", "pictures/y.jpg": ""}


def test_rules_notes_and_hidden_files_are_no_part_of_a_pack(tmp_path: Path) -> None:
    for name in ("points.yaml", "columns.yaml", "calendar.yaml", "README.md", ".draft.yaml", "pack.yaml"):
        (tmp_path / name).write_text("pack: {}")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/x.yaml").write_text("[")
    assert [document.place.file for document in packfiles.read(tmp_path).documents] == ["pack.yaml"]


def test_every_value_knows_its_place() -> None:
    (document,) = yaml_file("lessons:\n  - id: 甲\n    body: |\n      一\n      二\n").documents
    assert plain(document) == {"lessons": [{"id": "甲", "body": "一\n二\n"}]}
    assert isinstance(document, Table)
    lessons = document.entries[0][1]
    assert isinstance(lessons, Series) and isinstance(lessons.nodes[0], Table)
    name, value = lessons.nodes[0].entries[1]
    assert (name.place, value.place) == (Place("a.yaml", 3, 5), Place("a.yaml", 3, 11))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_usual_encodings_are_read(encoding: str) -> None:
    (document,) = yaml_file("标题: 党课\r\n".encode(encoding)).documents
    assert plain(document) == {"标题": "党课"}


BROKEN = [
    ("a: 1\nb: 党课".encode("gbk"), 2, "yaml.encoding"),
    ("a: 1\nb: \x07\n", 2, "yaml.character"),
    ("%TAG ! x\n---\na: 1\n", 1, "yaml.directive"),
    ("a: 1\n---\nb: 2\n", 2, "yaml.documents"),
    ("a: &x [1]\nb: *x\n", 1, "yaml.alias"),
    ("a: *重点*\n", 1, "yaml.mark"),
    ("a: !!python/object:os.system {}\n", 1, "yaml.tag"),
    ("a: !!binary aGk=\n", 1, "yaml.tag"),
    ("a: 1\nb: 2\na: 3\n", 3, "yaml.twice"),
    ("? [a, b]\n: 1\n", 1, "yaml.field_name"),
    ("a: 甲: 乙\n", 1, "yaml.colon"),
    ("a: 1\nb\nc: 2\n", 3, "yaml.no_colon"),
    ("a:\n\t- 1\n", 2, "yaml.mark"),
    ("a: @甲\n", 1, "yaml.mark"),
    ('a: "甲\nb: 乙\n', 1, "yaml.quote"),
    ('a: "\\甲"\n', 1, "yaml.escape"),
    ("a: [甲, 乙\nb: 丙\n", 2, "yaml.bracket"),
    ("a: {b: 1\n", 1, "yaml.bracket"),
    ("a:\n  - 1\n - 2\n", 3, "yaml.indent"),
    ("a: 1\n  b: 2\n", 2, "yaml.colon"),
    ("[" * 40, 1, "yaml.deep"),
    ("- " * 40, 1, "yaml.deep"),
]


@pytest.mark.parametrize(("data", "line", "key"), BROKEN)
def test_what_is_no_plain_yaml_is_told_with_its_line(data: bytes | str, line: int, key: str) -> None:
    assert ("a.yaml", line, key) in told(yaml_file(data).faults)


def test_a_bomb_of_aliases_stays_small() -> None:
    levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    levels += [f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 60)]
    files = yaml_file("\n".join(levels))
    assert told(files.faults) == [("a.yaml", 1, "yaml.alias")]


def test_one_unreadable_file_does_not_hide_the_others() -> None:
    files = packfiles.read_upload("p.zip", zipped({"a.yaml": "a: [", "b.yaml": "b: 1", "c.yaml": "c: 'x"}))
    assert [file for file, _, _ in told(files.faults)] == ["a.yaml", "c.yaml"]
    assert [plain(document) for document in files.documents] == [{"b": "1"}]


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_VALUES", 100)
    assert told(yaml_file("[" + "a," * 200 + "]").faults) == [("a.yaml", 1, "yaml.values")]


def test_a_heap_of_faults_in_one_file_is_cut() -> None:
    assert len(yaml_file("a: 1\n" * 5_000).faults) == 1_000


def test_large_files_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(limits.LARGEST_FILE + 1)
    (tmp_path / "small.yaml").write_text("a: 1")
    files = packfiles.read(tmp_path)
    assert told(files.faults) == [("large.yaml", 0, "file.too_large")]
    assert len(files.documents) == 1


def test_a_large_pack_is_cut(tmp_path: Path) -> None:
    for number in range(5):
        with (tmp_path / f"{number}.png").open("wb") as file:
            file.truncate(limits.LARGEST_FILE - 1)
    (tmp_path / "a.yaml").write_text("a: 1")
    files = packfiles.read(tmp_path)
    assert told(files.faults) == [("", 0, "file.pack_too_large")]


def test_a_crowd_of_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_FILES", 5)
    for number in range(6):
        (tmp_path / f"{number}.yaml").write_text("a: 1")
    assert told(packfiles.read(tmp_path).faults) == [("", 0, "file.too_many")]
    crowd = zipped({f"{number}.yaml": "a: 1" for number in range(6)})
    assert told(packfiles.read_upload("p.zip", crowd).faults) == [("", 0, "file.too_many")]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("a: 1")
    inside = tmp_path / "pack"
    inside.mkdir()
    (inside / "file.yaml").symlink_to(outside / "secret.yaml")
    (inside / "folder").symlink_to(outside)
    files = packfiles.read(inside)
    assert sorted(told(files.faults)) == [("file.yaml", 0, "file.link"), ("folder", 0, "file.link")]
    assert files.documents == ()


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert told(packfiles.read(tmp_path).faults) == [("", 0, "file.no_yaml")]


def test_what_is_no_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a: 1")
    assert told(packfiles.read(tmp_path / "nowhere").faults) == [("nowhere", 0, "file.not_found")]
    assert told(packfiles.read(tmp_path / "notes.txt").faults) == [("notes.txt", 0, "file.no_pack")]
    assert told(packfiles.read(tmp_path / "gone.zip").faults) == [("gone.zip", 0, "file.unreadable")]
    assert told(packfiles.read(tmp_path / "gone.yaml").faults) == [("gone.yaml", 0, "file.unreadable")]
    assert told(packfiles.read_upload("notes.txt", b"a: 1").faults) == [("notes.txt", 0, "file.no_pack")]


def test_a_zip_is_read_from_disk_without_its_outer_folder(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(
        zipped({"包/pack.yaml": "a: 1", "包/pictures/x.png": PNG, "__MACOSX/包/._pack.yaml": "\x00"})
    )
    files = packfiles.read(path)
    assert files.faults == ()
    assert [document.place.file for document in files.documents] == ["pack.yaml"]
    assert list(files.formats.items()) == [("pictures/x.png", "png")]


def test_names_written_by_chinese_windows_are_read() -> None:
    data = zipped({"kecheng.yaml": "a: ["}).replace(b"kecheng", "课程x1".encode("gbk").ljust(7, b"1"))
    (fault,) = packfiles.read_upload("p.zip", data).faults
    assert fault.file.startswith("课程x1")


@pytest.mark.parametrize("name", ["../a.yaml", "/etc/a.yaml", "x/../../a.yaml", "C:/a.yaml", "..\\a.yaml"])
def test_paths_that_lead_out_of_the_zip_are_refused(name: str) -> None:
    files = packfiles.read_upload("p.zip", zipped({name: "a: 1", "b.yaml": "b: 1"}))
    assert told(files.faults) == [("", 0, "file.zip_path")]
    assert len(files.documents) == 1


def test_links_and_doubles_in_a_zip_are_refused() -> None:
    link = ZipInfo("link.yaml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.yaml", "a: 1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.yaml", "a: 2")
    files = packfiles.read_upload("p.zip", buffer.getvalue())
    assert told(files.faults) == [("link.yaml", 0, "file.link"), ("a.yaml", 0, "file.zip_twice")]
    assert [plain(document) for document in files.documents] == [{"a": "1"}]


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = zipped({"a.yaml": b" " * 60_000_000}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert told(packfiles.read_upload("p.zip", bomb).faults) == [("a.yaml", 0, "file.too_large")]
    many = zipped(
        {f"{number}.yaml": b"#" * 4_000_000 for number in range(9)}, compression=zipfile.ZIP_DEFLATED
    )
    assert told(packfiles.read_upload("p.zip", many).faults) == [("", 0, "file.pack_too_large")]


def test_odd_compression_and_passwords_are_refused() -> None:
    files = packfiles.read_upload("p.zip", zipped({"a.yaml": "a: 1"}, compression=zipfile.ZIP_BZIP2))
    assert told(files.faults) == [("a.yaml", 0, "file.zip_locked")]
    locked = bytearray(zipped({"a.yaml": "a: 1"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert told(packfiles.read_upload("p.zip", bytes(locked)).faults) == [("a.yaml", 0, "file.zip_locked")]


def test_a_zip_that_is_too_large_is_not_opened() -> None:
    files = packfiles.read_upload("p.zip", b"\x00" * (limits.LARGEST_PACK + 1))
    assert told(files.faults) == [("", 0, "file.pack_too_large")]


SOUND = zipped(
    {"pack.yaml": "a: 1\n" * 3, "b.yaml": "b: [1, 2]", "x.png": PNG}, compression=zipfile.ZIP_DEFLATED
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_zip_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    told(packfiles.read_upload("p.zip", bytes(damaged)).faults)
    told(packfiles.read_upload("p.zip", bytes(damaged[:cut])).faults)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    files = yaml_file(data)
    assert len(files.documents) <= 1
    told(files.faults)
