"""What happens to a file once its last byte is there: looked at, a picture encoded anew, a text drawn, all kept.

On two threads of this process, so that a crowd of photographs does not hold the threads that serve pages. What a
restart interrupts is begun anew when its uploader asks how far it is.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Unfinished
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import close_old_connections
from django.utils import timezone

from chat.errors import DATABASE_AWAY, Unavailable
from chat.models import Upload
from chat.uploads import darkroom, keeping, receiving, texts
from chat.uploads.rules import FILE, HEAD, Nature, nature_of

logger = logging.getLogger(__name__)

AT_ONCE: Final = 2
WAIT: Final = 5.0  # seconds that a request waits for the result
PICTURE_SECONDS: Final = 15.0
LARGEST_PICTURE: Final = 64 * 1024 * 1024  # bytes; what is larger is kept unseen

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="uploads")


@dataclass(frozen=True, slots=True)
class Picture:
    """A developed picture: its size in pixels as it is seen, and the files in `folder`."""

    width: int
    height: int
    media_type: str
    folder: Path


def finish_soon(upload_id: int) -> None:
    """Returns when it is done, or after some seconds."""
    future: Future[None] = _threads.submit(_finish_in_thread, upload_id)
    try:
        future.result(WAIT)
    except Unfinished:
        return


def _finish_in_thread(upload_id: int) -> None:
    try:
        finish(upload_id)
    except DATABASE_AWAY as error:
        logger.warning("An upload waits for the database: %s", str(error).partition("\n")[0])
    except OSError as error:
        logger.warning("An upload waits for the storage: %s", error)
    finally:
        close_old_connections()


def finish(upload_id: int) -> None:
    """Does nothing to what is not due, or what somebody else is at. Raises OSError where it cannot be kept."""
    upload = Upload.objects.filter(pk=upload_id, state=Upload.State.PROCESSING).first()
    if upload is None:
        return
    try:
        with receiving.held(upload) as file:
            upload.refresh_from_db()
            if upload.state == Upload.State.PROCESSING:
                _keep(upload, file.read(HEAD))
    except receiving.Busy:
        return


def _keep(upload: Upload, head: bytes) -> None:
    nature = nature_of(head)
    source = receiving.path_of(upload)
    with receiving.workshop() as workshop:
        if nature.kind == Upload.Kind.IMAGE:
            picture = develop(source, workshop)
            nature = Nature(Upload.Kind.IMAGE, picture.media_type) if picture else FILE
            if picture:
                upload.width, upload.height = picture.width, picture.height
                source = workshop / "file"
                keeping.keep(upload, "preview", workshop / "preview")
                keeping.keep(upload, "thumb", workshop / "thumb")
        elif nature.kind == Upload.Kind.TEXT:
            drawn = texts.draw(head, name=upload.name, is_whole=upload.size <= HEAD)
            (workshop / "preview").write_text(drawn, encoding="utf-8")
            keeping.keep(upload, "preview", workshop / "preview")
        upload.stored_size = source.stat().st_size
        keeping.keep(upload, "file", source)
    _note(upload, nature)


def _note(upload: Upload, nature: Nature) -> None:
    changed = Upload.objects.filter(pk=upload.pk, state=Upload.State.PROCESSING).update(
        state=Upload.State.READY,
        kind=nature.kind,
        media_type=nature.media_type,
        stored_size=upload.stored_size,
        width=upload.width,
        height=upload.height,
        changed_at=timezone.now(),
    )
    if changed:
        receiving.forget(upload)
    else:
        keeping.forget(upload)  # cancelled meanwhile


def develop(source: Path, folder: Path, form: str = "") -> Picture | None:
    """None for what cannot be decoded within its limits of memory and time. `form`: a small one of the darkroom's."""
    if source.stat().st_size > LARGEST_PICTURE:
        return None
    forms = [form] if form else []
    program = [sys.executable, "-I", str(Path(darkroom.__file__)), str(source), str(folder), *forms]
    try:
        done = subprocess.run(
            program,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PICTURE_SECONDS,
            env={},
            check=True,
        )
        told = json.loads(done.stdout)
        return Picture(told["width"], told["height"], told["media_type"], folder)
    except (subprocess.SubprocessError, ValueError, KeyError):
        return None


def develop_in_turn(source: Path, folder: Path, form: str) -> Picture | None:
    """As `develop`, on the threads that look at uploads. Raises Unavailable where too many wait there."""
    future = _threads.submit(develop, source, folder, form)
    try:
        return future.result(PICTURE_SECONDS)
    except Unfinished:
        future.cancel()
        raise Unavailable from None
