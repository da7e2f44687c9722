"""A file or folder, of whichever format, to a pack."""

from pathlib import Path

from storage import packfiles
from storage.packfiles import PackFiles
from study import packs
from study.packs.uploads import Upload


def read(name: str, data: bytes) -> Upload:
    """What a file that somebody sent says, with all faults; memory and time stay bounded whatever it holds."""
    return _pack(packfiles.read_upload(name, data))


def read_path(path: Path) -> Upload:
    """The same of a file on this machine, or of a folder with a pack."""
    return _pack(packfiles.read(path))


def _pack(files: PackFiles) -> Upload:
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    return Upload(reading.pack, reading.faults, files.pictures, places=reading.places)
