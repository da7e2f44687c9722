"""Pictures that somebody sent: taken apart and written anew, so that nothing but the picture stays."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 24_000_000
LONGEST_SIDE = 1_600  # of what is kept; Telegram shows 1,280
QUALITY = 88
FORMATS = ("PNG", "JPEG", "WEBP")


class Unusable(Exception):
    """No picture that can be shown; `problem` is broken or too_large."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def cleaned(data: bytes) -> bytes:
    """The picture as a JPEG within bounds, without anything that was hidden in the file; raises Unusable.

    The size is known before any pixel is unpacked, so a small file cannot fill the memory.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Unusable("too_large")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            full = image.convert("RGBA") if image.mode in ("P", "1") else image
            full.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            written = io.BytesIO()
            _on_white(ImageOps.exif_transpose(full)).save(written, "JPEG", quality=QUALITY)
            return written.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("too_large") from error
    except (
        *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError),
        *(TypeError, KeyError, IndexError, AttributeError, MemoryError, ZeroDivisionError),
    ) as error:
        # Pillow answers a damaged file with whatever it stumbled over.
        raise Unusable("broken") from error


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    paper.alpha_composite(layered)
    return paper.convert("RGB")
