"""The folder of files that are still coming: one per upload, on a disk of this machine."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from chat.models import Upload

COPY = 262_144  # bytes
WORKSHOP = ".picture-"
STALE = 3_600  # seconds


class Busy(Exception):
    """Another request, or the look at the whole file, holds it."""


def folder() -> Path:
    path: Path = settings.UPLOADS_RECEIVING
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(upload: Upload) -> Path:
    return folder() / upload.key


@contextmanager
def held(upload: Upload) -> Iterator[IO[bytes]]:
    """The file, open for both, while nobody else has it. Raises Busy. The lock ends with the process."""
    handle = os.open(path_of(upload), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield file


def write_piece(file: IO[bytes], piece: IO[bytes], *, offset: int, most: int) -> int:
    """Puts the piece at its place and on the disk; what an earlier, unanswered try left there is overwritten.

    The bytes written: at most `most` + 1, which says that there were too many.
    """
    file.truncate(offset)
    file.seek(offset)
    written = 0
    while data := piece.read(min(COPY, most + 1 - written)):
        file.write(data)
        written += len(data)
    file.flush()
    os.fsync(file.fileno())
    return written


def forget(upload: Upload) -> None:
    """What has arrived of it is gone."""
    path_of(upload).unlink(missing_ok=True)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for what is made of one file, gone in the end; after a kill `tidy` finds it."""
    with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=folder(), ignore_cleanup_errors=True) as name:
        yield Path(name)


def tidy() -> None:
    """Removes the workshops of pictures that a kill left behind."""
    for workshop in folder().glob(f"{WORKSHOP}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - workshop.stat().st_mtime > STALE:
                shutil.rmtree(workshop, ignore_errors=True)


def is_full(size: int) -> bool:
    """Whether the disk would be fuller than the setting allows with that many bytes more."""
    usage = shutil.disk_usage(folder())
    return 100 * (usage.used + size) > settings.UPLOAD_DISK_PERCENT * (usage.used + usage.free)
