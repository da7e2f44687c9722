"""A file that somebody sent, of whichever format, to a pack."""

from storage import packfiles
from study import packs
from study.packs.uploads import Upload


def read(name: str, data: bytes) -> Upload:
    """What the file says, with all faults; memory and time stay bounded whatever it holds."""
    files = packfiles.read_upload(name, data)
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    return Upload(reading.pack, reading.faults, files.pictures, places=reading.places)
