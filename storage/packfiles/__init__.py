"""Opens a pack (a folder, one YAML file, or a zip of either) and gives what its files say, with places.

Whatever the files hold, memory and time stay within storage/packfiles/limits.py, nothing outside the pack is read,
and what is wrong with the files comes back as faults beside what could be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from storage.packfiles import archive, folder, limits
from storage.packfiles.tray import YAML, Tray
from storage.packfiles.yamltree import Reader
from study.packs import Fault
from study.packs.tree import Node

_HEADS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class PackFiles:
    """`documents`: the tree of each YAML file, in the order of their paths. `pictures`: bytes by path in the pack."""

    documents: tuple[Node, ...]
    pictures: Mapping[str, bytes]
    faults: tuple[Fault, ...]

    @property
    def formats(self) -> Mapping[str, str]:
        """What each picture is by its first bytes: png, jpeg or webp, "" for anything else."""
        return {path: _format(data) for path, data in self.pictures.items()}


def read(path: Path) -> PackFiles:
    """The pack at `path`."""
    tray = Tray()
    if path.is_dir():
        folder.gather(path, tray)
    elif path.suffix.lower() == ".zip":
        _take_zip(path, tray)
    elif path.suffix.lower() in YAML:
        folder.take(path, path.name, tray)
    else:
        tray.fault(path.name, "no_pack" if path.exists() else "not_found")
    return _parsed(tray)


def read_upload(name: str, data: bytes) -> PackFiles:
    """The pack in a file that somebody sent; its name tells whether it is YAML or a zip."""
    tray = Tray()
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        archive.gather(data, tray)
    elif suffix in YAML:
        tray.put(name, lambda most: data[:most])
    else:
        tray.fault(name, "no_pack")
    return _parsed(tray)


def _take_zip(path: Path, tray: Tray) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(limits.LARGEST_PACK + 1)
    except OSError as error:
        tray.fault(path.name, "unreadable", reason=folder.reason(error))
    else:
        archive.gather(data, tray)


def _parsed(tray: Tray) -> PackFiles:
    if not tray.yaml and not tray.faults:
        tray.fault("", "no_yaml")
    reader = Reader()
    documents = [reader.read(name, data) for name, data in tray.yaml.items()]
    return PackFiles(
        documents=tuple(document for document in documents if document is not None),
        pictures=tray.pictures,
        faults=(*tray.faults, *reader.faults),
    )


def _format(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((name for name, head in _HEADS.items() if data.startswith(head)), "")
