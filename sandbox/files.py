"""Files sent by the bot and by people: contents by their hash, so that one picture to many is kept once."""

from __future__ import annotations

import base64
import hashlib
import io
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image, UnidentifiedImageError

from sandbox.state import Json, StoredFile

THUMBNAIL_PIXELS = 320
LARGEST_SIDES = 10_000
LARGEST_RATIO = 20
CONTENT_KEPT_BYTES = 512 * 1024 * 1024
PREFIXES = {"photo": "AgAC", "document": "BQAC"}


class NotAPicture(ValueError):
    """The content is no image that Telegram takes as a photo; the text is Telegram's word for it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was looked at: its kind, its size in pixels, and a small form of it unless it is small itself."""

    content: bytes
    mime_type: str
    width: int
    height: int
    thumbnail: Picture | None = None


def looked_at(content: bytes) -> Picture:
    """Decodes a photo; takes its time and touches nothing. Raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            if width + height > LARGEST_SIDES or max(width, height) > LARGEST_RATIO * min(width, height):
                raise NotAPicture("PHOTO_INVALID_DIMENSIONS")
            mime_type = Image.MIME.get(image.format or "", "image/jpeg")
            image.load()
            return Picture(content, mime_type, width, height, _thumbnail(image))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as problem:
        raise NotAPicture("IMAGE_PROCESS_FAILED") from problem


def _thumbnail(image: Image.Image) -> Picture | None:
    if max(image.size) <= THUMBNAIL_PIXELS:
        return None
    small = image.convert("RGB")
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=80)
    return Picture(written.getvalue(), "image/jpeg", *small.size)


class Files:
    """The files of one sandbox. Contents live in memory, or in `folder` when there is one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self.known: dict[str, StoredFile] = {}
        self.by_path: dict[str, str] = {}
        self.made = 0
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._pictures: dict[str, tuple[str, ...]] = {}

    def remember(self, file: StoredFile) -> None:
        self.known[file.file_id] = file
        self.by_path[file.path] = file.file_id

    def content(self, file: StoredFile) -> bytes | None:
        """The bytes, or None when they have been forgotten."""
        if self.folder is not None:
            try:
                return (self.folder / file.digest).read_bytes()
            except FileNotFoundError:
                return None
        return self._contents.get(file.digest)

    def add_document(self, content: bytes, *, name: str, mime_type: str) -> StoredFile:
        name = PurePosixPath(name.replace("\\", "/")).name or "file"
        guessed = mimetypes.guess_type(name)[0]
        if mime_type in ("", "application/octet-stream"):
            mime_type = guessed or "application/octet-stream"
        return self._add("document", content, name=name, mime_type=mime_type)

    def known_photo(self, content: bytes) -> StoredFile | None:
        """The biggest size of a photo that was sent before."""
        sizes = self._pictures.get(hashlib.sha256(content).hexdigest(), ())
        return self.known.get(sizes[-1]) if sizes else None

    def add_photo(self, content: bytes, picture: Picture) -> StoredFile:
        """Keeps a photo and its thumbnail; returns the biggest size."""
        known = self.known_photo(content)
        if known is not None:
            return known
        kept = [self._add("photo", one.content, picture=one) for one in (picture.thumbnail, picture) if one]
        sizes = tuple(file.file_id for file in kept)
        for file in kept:
            file.sizes = sizes
        self._pictures[kept[-1].digest] = sizes
        return kept[-1]

    def _add(
        self,
        kind: str,
        content: bytes,
        *,
        mime_type: str = "",
        name: str = "",
        picture: Picture | None = None,
    ) -> StoredFile:
        digest = hashlib.sha256(content).hexdigest()
        self._keep(digest, content)
        number = self.made
        self.made += 1
        suffix = ".jpg" if kind == "photo" else PurePosixPath(name).suffix
        file = StoredFile(
            file_id=PREFIXES[kind] + _opaque(f"id {number} {digest}", 45),
            unique_id="AQAD" + _opaque(f"unique {number} {digest}", 9),
            kind=kind,
            name=name,
            mime_type=picture.mime_type if picture else mime_type,
            size=len(content),
            path=f"{kind}s/file_{number}{suffix}",
            digest=digest,
            width=picture.width if picture else 0,
            height=picture.height if picture else 0,
        )
        self.remember(file)
        return file

    def _keep(self, digest: str, content: bytes) -> None:
        if self.folder is not None:
            target = self.folder / digest
            if not target.exists():
                unfinished = target.with_suffix(".part")
                unfinished.write_bytes(content)
                unfinished.replace(target)
            return
        if digest in self._contents:
            return
        self._contents[digest] = content
        self._kept_bytes += len(content)
        while self._kept_bytes > CONTENT_KEPT_BYTES and len(self._contents) > 1:
            _, forgotten = self._contents.popitem(last=False)
            self._kept_bytes -= len(forgotten)

    def photo_json(self, file: StoredFile) -> list[Json]:
        """The PhotoSizes of a photo, the smallest first."""
        return [
            {
                "file_id": size.file_id,
                "file_unique_id": size.unique_id,
                "width": size.width,
                "height": size.height,
                "file_size": size.size,
            }
            for size in (self.known[file_id] for file_id in file.sizes)
        ]

    @staticmethod
    def document_json(file: StoredFile) -> Json:
        return {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id,
            "file_name": file.name,
            "mime_type": file.mime_type,
            "file_size": file.size,
        }

    def content_json(self, file: StoredFile) -> Json:
        """The part of a message that carries the file."""
        if file.kind == "photo":
            return {"photo": self.photo_json(file)}
        return {"document": self.document_json(file)}


def _opaque(seed: str, size: int) -> str:
    return base64.urlsafe_b64encode(hashlib.sha512(seed.encode()).digest()[:size]).decode().rstrip("=")
