"""Brings the pack that ships with the program to life."""

import logging
from pathlib import Path

from actions import packs as actions
from actions.app import App
from storage import packfiles
from study import packs

logger = logging.getLogger(__name__)


class ContentFault(Exception):
    """The pack that ships is not valid; the message names the first faults."""


async def load_shipped(app: App, folder: Path) -> None:
    """Publish the pack in `folder`, unless an administrator has published another version. Raises ContentFault.

    A folder without a pack is fine: then nothing is taught until an administrator publishes something.
    """
    if not (folder / "pack.yaml").exists():
        logger.warning("%s has no pack.yaml; nothing ships with this installation", folder)
        return
    files = packfiles.read(folder)
    reading = packs.read(files.documents, pictures=files.formats, faults=files.faults)
    if reading.pack is None:
        first = ", ".join(f"{fault.file}:{fault.line} {fault.field}" for fault in reading.faults[:3])
        raise ContentFault(
            f"{folder} has {len(reading.faults)} faults ({first}); see: python -m bot content check"
        )
    published = await actions.ensure(app, reading.pack, files=files.pictures)
    if published and published.version:
        logger.info("published pack %s as version %s", published.pack_id, published.version)
