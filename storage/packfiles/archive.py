"""A pack in a zip file."""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from storage.packfiles import limits
from storage.packfiles.tray import Tray, wanted

_ENTRY = b"PK\x01\x02"
_UTF_8 = 0x800
_LOCKED = 0x1
# The others unpack without a bound: bzip2 and LZMA make tens of megabytes of one small piece.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def gather(data: bytes, tray: Tray) -> None:
    """Put the files of a zip on the tray; nothing is written to disk, and no more is unpacked than fits."""
    if len(data) > limits.LARGEST_PACK:
        tray.overflow("pack_too_large", megabytes=limits.LARGEST_PACK // 1_000_000)
        return
    # Each entry has this mark, so a directory of millions is seen before it is read into memory.
    if data.count(_ENTRY) > limits.MOST_FILES:
        tray.overflow("too_many", most=limits.MOST_FILES)
        return
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            _take(archive, tray)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OverflowError):
        tray.fault("", "zip_broken")


def _take(archive: ZipFile, tray: Tray) -> None:
    entries = {}
    for entry in archive.infolist():
        name = _name(entry)
        if name.endswith("/"):
            continue
        if _leads_out(name):
            tray.fault("", "zip_path", name=name)
        elif stat.S_ISLNK(entry.external_attr >> 16):
            tray.fault(name, "link")
        elif name in entries:
            tray.fault(name, "zip_twice")
        else:
            entries[name] = entry
    top = _top(list(entries))
    for name in sorted(entries):
        inside, entry = name.removeprefix(top), entries[name]
        if tray.full or not wanted(inside):
            continue
        if entry.flag_bits & _LOCKED or entry.compress_type not in _METHODS:
            tray.fault(inside, "zip_locked")
            continue
        try:
            with archive.open(entry) as file:
                tray.put(inside, file.read)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError):
            tray.fault(inside, "zip_broken")


def _name(entry: ZipInfo) -> str:
    """The name as it was meant: Chinese Windows writes GBK where the format says code page 437."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    for encoding in ("utf-8", "gbk"):
        try:
            return entry.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return entry.filename


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    strange = "\\" in name or ":" in name or not name.isprintable()
    return not name or strange or path.is_absolute() or ".." in path.parts


def _top(names: list[str]) -> str:
    """The folder that a whole pack was zipped in, to be taken away; "" if there is none."""
    tops = {
        PurePosixPath(name).parts[0] for name in names if "__MACOSX" not in name and not name.startswith(".")
    }
    top = f"{tops.pop()}/" if len(tops) == 1 else ""
    return top if f"{top}pack.yaml" in names else ""
