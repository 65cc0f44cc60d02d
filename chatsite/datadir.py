"""What the installation makes once and keeps: files in DATA_DIR that only its owner may read."""

import os
import secrets
from pathlib import Path


def prepare_folder(folder: Path) -> None:
    """Make `folder` (0700) where it is missing; raises OSError where it cannot be written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written", str(folder))


def kept_secret(path: Path) -> str:
    """Return the secret kept in `path`, made on the first call.

    Written beside and then linked: of two first starts at once one wins, and neither reads half a file.
    """
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
