"""Run as a program, apart from everything: decodes one picture that a stranger made, and encodes it anew.

    python -I darkroom.py SOURCE FOLDER [face|emoji]

Writes FOLDER/file (full size, nothing but the picture), FOLDER/preview and FOLDER/thumb (WebP), or, where a small form
is asked for, FOLDER/file alone (WebP). Prints one line of JSON: {"width", "height", "media_type"}. Any other end says
that this is no picture that we show.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
MOST_PIXELS = 50_000_000
MOST_FRAMES = 200
MOST_MOVING_PIXELS = 30_000_000  # of all frames together
PREVIEW, THUMB = 1_600, 400  # pixels a side
SMALL = {"face": 256, "emoji": 128}  # pixels a side
MEMORY, CPU_SECONDS, LARGEST_OUTPUT = 1 << 30, 10, 1 << 28
SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "PNG": {},
    "GIF": {},
    "WEBP": {"quality": 90},
}


def limit_oneself() -> None:
    """What a bomb may cost; the caller's clock limits the rest."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def develop(source: Path, folder: Path) -> dict[str, Any]:
    """Raises whatever Pillow raises, and ValueError for what is too large."""
    with _opened(source) as image:
        # Some cameras put several pictures into one JPEG; the first is the one that was taken.
        form = "JPEG" if image.format == "MPO" else str(image.format)
        if _frame_count(image) > 1:
            _develop_moving(image, folder)
            _write(folder / "file", strip(source.read_bytes(), form))
            width, height = image.size
        else:
            still = _upright(image)
            _save(still, folder / "file", form)
            _save_small(still, folder)
            width, height = still.size
    return {"width": width, "height": height, "media_type": f"image/{form.lower()}"}


def develop_small(source: Path, folder: Path, form: str) -> dict[str, Any]:
    """A face is a square without holes, an emoji whole and, if it did, moving."""
    side = SMALL[form]
    with _opened(source) as image:
        if form == "emoji" and _may_move(image):
            size = _save_moving(image, folder / "file", side)
        else:
            still = _upright(image)
            if form == "face":
                still = _square(still, side)
            elif max(still.size) > side:
                still = _shrunk(still, side)
            still.save(folder / "file", format="WEBP", quality=85)
            size = still.size
    _flush(folder / "file")
    return {"width": size[0], "height": size[1], "media_type": "image/webp"}


def _square(image: Image.Image, side: int) -> Image.Image:
    """The middle, on white where there is nothing."""
    image = ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Image.Image]:
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        yield image


def _frame_count(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1)) if image.format in ("GIF", "WEBP") else 1


def _may_move(image: Image.Image) -> bool:
    frames = _frame_count(image)
    return 1 < frames <= MOST_FRAMES and frames * image.width * image.height <= MOST_MOVING_PIXELS


def _upright(image: Image.Image) -> Image.Image:
    """As it is meant to be seen, in sRGB, without anything beside its pixels."""
    profile = image.info.get("icc_profile")
    with contextlib.suppress(Exception):  # what is no EXIF turns nothing
        image = ImageOps.exif_transpose(image)
    has_alpha = image.has_transparency_data
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _in_srgb(image, profile)
    mode = "RGBA" if has_alpha else "RGB"
    image = image if image.mode == mode else image.convert(mode)
    image.info = {}
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """With a profile that cannot be used the colours stay as they are."""
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        target = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        found = ImageCms.profileToProfile(image, io.BytesIO(profile), target, outputMode=mode)
        return found or image
    return image


def _save(image: Image.Image, path: Path, form: str) -> None:
    if form == "JPEG" and image.mode != "RGB":
        image = image.convert("RGB")
    image.save(path, format=form, **SAVING[form])
    _flush(path)


def _save_small(still: Image.Image, folder: Path) -> None:
    for name, side, quality in (("preview", PREVIEW, 82), ("thumb", THUMB, 78)):
        still = still.copy() if max(still.size) <= side else _shrunk(still, side)
        still.save(folder / name, format="WEBP", quality=quality)
        _flush(folder / name)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    ratio = side / max(image.size)
    size = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _develop_moving(image: Image.Image, folder: Path) -> None:
    """Moves in its preview, within limits; beyond them a still stands for it. The small one never moves."""
    first = image.convert("RGBA")
    first.info = {}
    _save_small(first, folder)
    if _may_move(image):
        _save_moving(image, folder / "preview", PREVIEW)


def _save_moving(image: Image.Image, path: Path, side: int) -> tuple[int, int]:
    """Its size in pixels."""
    times: list[int] = []
    pictures = list(_frames(image, times, side))
    pictures[0].save(
        path,
        format="WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=times,
        loop=int(image.info.get("loop", 0)),
        quality=75,
        method=2,
    )
    _flush(path)
    return pictures[0].size


def _frames(image: Image.Image, times: list[int], side: int) -> Iterator[Image.Image]:
    for frame in ImageSequence.Iterator(image):
        # Browsers, too, slow down what claims to change more often than 50 times a second.
        times.append(max(20, min(60_000, int(frame.info.get("duration") or 100))))
        picture = frame.convert("RGBA")
        picture.info = {}
        yield picture if max(picture.size) <= side else _shrunk(picture, side)


def strip(data: bytes, form: str) -> bytes:
    """A moving picture without comments, metadata and whatever is behind its end; its frames byte for byte."""
    return b"".join(_gif_parts(data) if form == "GIF" else _webp_parts(data))


def _gif_parts(data: bytes) -> Iterator[bytes]:
    """Raises ValueError or IndexError for what does not follow the format."""
    at = 13 + _table(data[10])
    yield data[:at]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at = _behind_blocks(data, at + 10 + _table(data[at + 9]) + 1)
            yield data[start:at]
        elif data[at] == 0x21:
            at = _behind_blocks(data, at + 2)
            # What times a frame stays, and how often all is repeated.
            if data[start + 1] == 0xF9 or data[start + 3 : start + 14] == b"NETSCAPE2.0":
                yield data[start:at]
        else:
            raise ValueError("no GIF")
    yield b"\x3b"


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp_parts(data: bytes) -> Iterator[bytes]:
    at, end, parts = 12, 8 + int.from_bytes(data[4:8], "little"), []
    while at + 8 <= min(end, len(data)):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        part = data[at : at + 8 + size + size % 2]
        at += 8 + size + size % 2
        if name == b"VP8X":  # says itself what else there is: no profile, EXIF or XMP any more
            part = part[:8] + bytes([part[8] & ~0x2C]) + part[9:]
        if name in (b"VP8X", b"ANIM", b"ANMF"):
            parts.append(part)
    body = b"WEBP" + b"".join(parts)
    yield b"RIFF" + len(body).to_bytes(4, "little") + body


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    _flush(path)


def _flush(path: Path) -> None:
    """On the disk before anybody hears that it is kept."""
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def main() -> None:
    limit_oneself()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    source, folder, *forms = sys.argv[1:]
    told = (
        develop_small(Path(source), Path(folder), forms[0]) if forms else develop(Path(source), Path(folder))
    )
    print(json.dumps(told))


if __name__ == "__main__":
    main()
