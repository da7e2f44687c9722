"""A pack in a folder."""

import os
from itertools import islice
from pathlib import Path

from storage.packfiles import limits
from storage.packfiles.tray import Tray, wanted


def gather(root: Path, tray: Tray) -> None:
    """Put the files below `root` on the tray, in the order of their paths. Links lead nowhere."""
    seen = 0
    folders = [root]
    found: list[Path] = []
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as listing:
                entries = list(islice(listing, limits.MOST_FILES + 1))
        except OSError as error:
            tray.fault(here.relative_to(root).as_posix(), "unreadable", reason=reason(error))
            continue
        seen += len(entries)
        if seen > limits.MOST_FILES:
            tray.overflow("too_many", most=limits.MOST_FILES)
            return
        for entry in entries:
            path = here / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                tray.fault(path.relative_to(root).as_posix(), "link")
            elif entry.is_dir():
                folders.append(path)
            elif entry.is_file():
                found.append(path)
    for path in sorted(found):
        name = path.relative_to(root).as_posix()
        if wanted(name) and not tray.full:
            take(path, name, tray)


def take(path: Path, name: str, tray: Tray) -> None:
    """Put one file on the tray under `name`."""
    try:
        with path.open("rb") as file:
            tray.put(name, file.read)
    except OSError as error:
        tray.fault(name, "unreadable", reason=reason(error))


def reason(error: OSError) -> str:
    """Why the system would not open something, in its words."""
    return error.strerror or type(error).__name__
