"""Hostile files, made by code, each with its fate: which kind it becomes, and as what it is served.

A picture is always encoded anew; everything that is none is a download, or a film or a sound by its first bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, PngImagePlugin

SCRIPT = b"<script>fetch('/pwned')</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'/pwned\')">' + SCRIPT + b"</svg>"
SECRET = b"48.2082N 16.3738E serial 4711"
PLAIN = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Hostile:
    """`shown`: the name it is kept under, where that differs."""

    name: str
    data: bytes
    kind: str
    served: str
    shown: str = ""


def _image(form: str, size: tuple[int, int] = (8, 4), **values: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **values)
    return out.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 29.5), 3: "E", 4: (16.0, 22.0, 25.7)})
    return exif


def _text_chunk() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    info.add_text("Comment", SECRET.decode(), zip=True)
    return info


def moving(form: str, frames: int, size: tuple[int, int] = (4, 4), **values: Any) -> bytes:
    """An animation whose frames all differ."""
    pictures = [Image.new("RGB", size, (at * 85 % 256, at // 3, 7)) for at in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, form, save_all=True, append_images=pictures[1:], duration=40, loop=0, **values)
    return out.getvalue()


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    chunks = _png_chunk(b"IHDR", head) + _png_chunk(b"IDAT", body) + _png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def huge_gif() -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", 65_535, 65_535)
        + b"\x00\x00\x00"
        + b"\x2c"
        + bytes(9)
        + b"\x02\x00\x3b"
    )


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(5_000_000))
    return out.getvalue()


@cache
def hostile() -> tuple[Hostile, ...]:
    """All of them; about 40, small to send."""
    return (*_pages(), *_polyglots(), *_bombs(), *_broken(), *_telling(), *_media(), *_named())


def _pages() -> Iterator[Hostile]:
    """What a browser would run, under innocent names: attachments, whatever they are called."""
    for name, data in {
        "page.html": PAGE,
        "page.png": PAGE,
        "drawing.svg": SVG,
        "drawing.svg.png": SVG,
        "page.xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">'
        + SCRIPT
        + b"</html>",
        "sheet.xsl": b'<?xml-stylesheet href="x"?><x/>',
        "code.js": b"fetch('/pwned')",
        "manifest.json": b'{"a": "</script>"}',
        "style.css": b"body { background: url(/pwned) }",
        "mail.eml": b"Content-Type: text/html\r\n\r\n" + PAGE,
    }.items():
        yield Hostile(name, data, "text", TEXT)
    for name, data in {
        "page.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>",
        "code.wasm": b"\0asm\1\0\0\0",
        "film.swf": b"FWS\x06\x00\x00\x00\x00",
        "page-16.txt": "\ufeff<script>fetch('/pwned')</script>".encode("utf-16-le"),
        "program.exe": b"MZ\x90\x00\x03",
    }.items():
        yield Hostile(name, data, "file", PLAIN)


def _polyglots() -> Iterator[Hostile]:
    """Pictures that are something else too: only the picture is left."""
    yield Hostile("gifar.gif", _image("GIF") + _zip(), "image", "image/gif")
    yield Hostile("page.jpg", _image("JPEG") + PAGE, "image", "image/jpeg")
    yield Hostile("comment.jpg", _image("JPEG", comment=PAGE), "image", "image/jpeg")
    yield Hostile("trailer.png", _image("PNG") + PAGE, "image", "image/png")
    yield Hostile("moving.gif", moving("GIF", 3, comment=PAGE) + PAGE, "image", "image/gif")
    yield Hostile("moving.webp", moving("WEBP", 3, exif=b"Exif\0\0" + PAGE) + PAGE, "image", "image/webp")
    yield Hostile("script.gif", b"GIF89a/*" + PAGE + b"*/=1;fetch('/pwned')", "file", PLAIN)


def _bombs() -> Iterator[Hostile]:
    yield Hostile("huge.png", huge_png(50_000, 50_000), "file", PLAIN)
    yield Hostile("wide.png", huge_png(2_000_000_000, 1), "file", PLAIN)
    yield Hostile("huge.gif", huge_gif(), "file", PLAIN)
    yield Hostile("frames.gif", moving("GIF", 400, (2, 2)), "image", "image/gif")
    yield Hostile("zeros.zip", _zip(), "file", PLAIN)
    text = _png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))
    plain = _image("PNG")
    yield Hostile("text.png", plain[:33] + text + plain[33:], "file", PLAIN)


def _broken() -> Iterator[Hostile]:
    yield Hostile("half.jpg", _image("JPEG", (400, 400))[:300], "file", PLAIN)
    yield Hostile("half.png", _image("PNG", (400, 400))[:60], "file", PLAIN)
    yield Hostile("nothing.webp", b"RIFF\x00\x00\x00\x00WEBP", "file", PLAIN)
    yield Hostile("picture.tiff", _image("TIFF"), "file", PLAIN)
    yield Hostile("photo.psd", b"8BPS\x00\x01" + bytes(20), "file", PLAIN)
    yield Hostile("photo.heic", b"\x00\x00\x00\x18ftypheic" + bytes(12), "file", PLAIN)


def _telling() -> Iterator[Hostile]:
    """Pictures that say where and with what they were taken: nothing of it is served."""
    xmp = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    yield Hostile("gps.jpg", _image("JPEG", exif=_exif(), xmp=xmp, comment=SECRET), "image", "image/jpeg")
    yield Hostile("gps.png", _image("PNG", exif=_exif(), pnginfo=_text_chunk()), "image", "image/png")
    yield Hostile("gps.webp", _image("WEBP", exif=_exif(), xmp=xmp), "image", "image/webp")


def _media() -> Iterator[Hostile]:
    """Never decoded here: a type that no browser runs, by the first bytes."""
    yield Hostile("page.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(12) + PAGE, "video", "video/mp4")
    yield Hostile("page.mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00" + PAGE, "audio", "audio/mpeg")


def _named() -> Iterator[Hostile]:
    for name, shown in {
        "../../etc/passwd": "passwd",
        "C:\\windows\\x.txt": "x.txt",
        "a\r\nSet-Cookie: x=1": "a Set-Cookie_ x=1",
        "photo\u202egpj.exe": "photogpj.exe",
        "nul\x00.txt": "_nul.txt",
        ".htaccess": "htaccess",
        "x" * 4096 + ".txt": "x" * 196 + ".txt",
        '"; filename="x.html': "_; filename=_x.html",
        "\u200b\u2066": "file",
    }.items():
        yield Hostile(name, b"tide", "text", TEXT, shown)
