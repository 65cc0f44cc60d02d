"""The file itself: a tar of the members, a manifest as its last one, and behind it one line with its SHA-256.

Behind the end of a tar nobody reads: `tar xf` unpacks the file as any other.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from chatsite.backup.progress import Tell
from chatsite.backup.tables import Table

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = b"chat backup, SHA-256 of all above: "
CHUNK = 1_048_576


class Damaged(Exception):
    """The file is not what was written; str() says in what."""


@dataclass(frozen=True)
class Part:
    """One member: size in bytes, SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `store`: sqlite or postgresql; `made_at`: ISO 8601, UTC."""

    store: str
    made_at: str
    tables: dict[str, Table]
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """Raises Damaged where it is no manifest of a known format."""
        try:
            told: dict[str, Any] = json.loads(text)
            if told["format"] != FORMAT:
                raise Damaged(f"it is of format {told['format']}, and this version reads format {FORMAT}")
            tables = {name: Table(**table) for name, table in told.pop("tables").items()}
            parts = {name: Part(**part) for name, part in told.pop("parts").items()}
            return cls(**told, tables=tables, parts=parts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(f"{MANIFEST} cannot be read ({error})") from None

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


class _Hashing(io.RawIOBase):
    """Adds up what passes, on its way from or to a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self.file.write(data)


def write(target: Path, manifest: Manifest, files: dict[str, Path], tell: Tell) -> Manifest:
    """Write all `files` (name in the backup → path) in one file, whole or not at all; returns what was written."""
    partial = target.with_name(target.name + ".partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            sealed = _Hashing(file)
            with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                parts = {name: _add(tar, name, path, tell) for name, path in files.items()}
                manifest = Manifest(manifest.store, manifest.made_at, manifest.tables, parts)
                _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
            file.write(SEAL + sealed.digest.hexdigest().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path, tell: Tell) -> Part:
    tell(f"writing {name}")
    with path.open("rb") as file:
        entry = tar.gettarinfo(arcname=name, fileobj=file)
        entry.mode, entry.uid, entry.gid, entry.uname, entry.gname = 0o600, 0, 0, "", ""
        source = _Hashing(file)
        tar.addfile(entry, source)
    return Part(entry.size, source.digest.hexdigest())


def _add_text(tar: tarfile.TarFile, name: str, text: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text), 0o600
    tar.addfile(entry, io.BytesIO(text))


def is_sealed(file: Path, tell: Tell) -> bool:
    """Whether every byte is as it was written."""
    length = len(SEAL) + 65
    digest, left = hashlib.sha256(), file.stat().st_size - length
    with file.open("rb") as opened:
        while left > 0 and (data := opened.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
            tell(f"reading: {left:,} bytes to go")
        return opened.read() == SEAL + digest.hexdigest().encode() + b"\n"


def unpack(file: Path, folder: Path, tell: Tell) -> tuple[Manifest, dict[str, Part]]:
    """Write the members into `folder`; returns what the manifest says and what was found. Raises Damaged."""
    found: dict[str, Part] = {}
    told = b""
    try:
        with tarfile.open(file, "r:") as tar:
            for name, member in _members(tar):
                tell(f"unpacking {name}")
                if name == MANIFEST:
                    told = member.read()
                else:
                    found[name] = _unpack_one(member, folder / name)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Damaged(f"it cannot be unpacked ({error})") from None
    if not told:
        raise Damaged(f"it ends before its {MANIFEST}")
    return Manifest.read(told), found


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in tar:
        name = PurePosixPath(entry.name)
        if not entry.isfile() or name.is_absolute() or ".." in name.parts:
            raise Damaged(f"it holds {entry.name!r}, which no backup of ours holds")
        member = tar.extractfile(entry)
        assert member is not None
        yield str(name), member


def _unpack_one(member: IO[bytes], target: Path) -> Part:
    target.parent.mkdir(parents=True, exist_ok=True)
    source = _Hashing(member)
    with target.open("wb") as copy:
        while data := source.read(CHUNK):
            copy.write(data)
    return Part(target.stat().st_size, source.digest.hexdigest())
