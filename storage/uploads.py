"""A file or folder, of whichever format, to a pack."""

from collections.abc import Callable
from pathlib import Path

from storage import bankfiles, packfiles
from storage.packfiles import PackFiles
from study import banks, packs
from study.packs.uploads import Upload

Progress = Callable[[int], None]


def read(name: str, data: bytes, *, explain: Callable[[str], str] = str) -> Upload:
    """What a file that somebody sent says, with all faults; memory and time stay bounded whatever it holds.

    `explain` makes the word about an answer, where a question bank has none, of the right answer.
    """
    if bankfiles.is_bank(name):
        return read_bank(name, data, explain=explain)
    return _pack(packfiles.read_upload(name, data))


def read_bank(
    name: str,
    data: bytes,
    *,
    explain: Callable[[str], str],
    id: str = "",
    title: str = "",
    progress: Progress = lambda rows: None,
) -> Upload:
    """The same of a question bank; `progress` is told of rows read and of questions checked, each once."""
    bank = bankfiles.read(name, data, progress=progress)
    front = banks.cover(name, explanation=explain, id=id, title=title)
    return banks.packed(bank, front, progress=progress)


def read_path(path: Path, *, explain: Callable[[str], str] = str) -> Upload:
    """The same of a file on this machine, or of a folder with a pack."""
    if path.is_file() and bankfiles.is_bank(path.name):
        return read_bank(path.name, path.read_bytes(), explain=explain)
    return _pack(packfiles.read(path))


def _pack(files: PackFiles) -> Upload:
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    return Upload(reading.pack, reading.faults, files.pictures, places=reading.places)
