"""Text as it goes over the wire. A server's frames are unmasked: the same bytes serve every socket."""

from __future__ import annotations

from collections.abc import Sequence

FIN_TEXT = 0x81
TWO_BYTES, EIGHT_BYTES = 126, 127


class Frame(bytes):
    """One or more whole WebSocket text frames. `texts`: what they carry, for servers that frame by themselves."""

    texts: tuple[str, ...]


def frame_of(text: str) -> Frame:
    """Built once per event, whoever it goes to."""
    payload = text.encode()
    frame = Frame(header(len(payload)) + payload)
    frame.texts = (text,)
    return frame


def header(size: int) -> bytes:
    """Of a final text frame with so many bytes: RFC 6455, section 5.2."""
    if size < TWO_BYTES:
        return bytes((FIN_TEXT, size))
    if size < 1 << 16:
        return bytes((FIN_TEXT, TWO_BYTES)) + size.to_bytes(2, "big")
    return bytes((FIN_TEXT, EIGHT_BYTES)) + size.to_bytes(8, "big")


def joined(frames: Sequence[Frame]) -> Frame:
    """Several frames for one write."""
    if len(frames) == 1:
        return frames[0]
    frame = Frame(b"".join(frames))
    frame.texts = tuple(text for one in frames for text in one.texts)
    return frame


NOTHING = joined(())
