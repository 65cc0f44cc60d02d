"""Where files lie once they are whole: Django's storage, under names that tell nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

FORMS = ("file", "preview", "thumb")
Read = Callable[[int], bytes]


class Kept(Protocol):
    """Whatever has files in the storage, under a key that tells nothing."""

    @property
    def key(self) -> str: ...


class Moved(UploadedFile[Any]):
    """A file that a folder on the same disk takes over without copying it."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        super().__init__(file=file, name=path.name, size=path.stat().st_size)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


@contextlib.contextmanager
def _one_error() -> Iterator[None]:
    """Each kind of store has exceptions of its own; here all are OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"The storage says no: {error}") from error


def name_of(kept: Kept, form: str) -> str:
    """`form`: file, preview (of a text: HTML) or thumb. Two letters of the key make folders of a bearable size."""
    return f"{kept.key[:2]}/{kept.key}/{form}"


def keep(kept: Kept, form: str, path: Path) -> None:
    """Puts the file into the storage, and away from where it was."""
    with path.open("rb") as opened, _one_error():
        default_storage.save(name_of(kept, form), Moved(path, opened))
    path.unlink(missing_ok=True)


def copy(source: Kept, target: Kept, form: str) -> None:
    """Raises OSError."""
    with _one_error(), default_storage.open(name_of(source, form)) as file:
        default_storage.save(name_of(target, form), file)


def size_of(kept: Kept, form: str) -> int:
    """Bytes; raises FileNotFoundError."""
    with _one_error():
        return default_storage.size(name_of(kept, form))


def open_at(kept: Kept, form: str, start: int, length: int) -> tuple[Read, Callable[[], None]]:
    """Reads from there on, never more than is asked for, and how to close it. Raises OSError."""
    name = name_of(kept, form)
    bucket: Any = getattr(default_storage, "bucket", None)
    if bucket is None:
        file = default_storage.open(name)
        file.seek(start)
        return file.read, file.close
    # django-storages' own file object fetches everything before the first byte is read.
    with _one_error():
        body = bucket.Object(name).get(Range=f"bytes={start}-{start + length - 1}")["Body"]
    return body.read, body.close


def read(kept: Kept, form: str) -> bytes:
    """All of a small form at once. Raises OSError."""
    size = size_of(kept, form)
    read_part, close = open_at(kept, form, 0, size)
    try:
        return read_part(size)
    finally:
        close()


def forget(kept: Kept) -> None:
    """All its forms are gone, and the folder that held them."""
    with _one_error():
        for form in FORMS:
            default_storage.delete(name_of(kept, form))
    with contextlib.suppress(NotImplementedError, FileNotFoundError):  # a store without folders, or none made
        Path(default_storage.path(name_of(kept, "file"))).parent.rmdir()
