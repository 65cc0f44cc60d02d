"""What this site's settings mean for its backups."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from chatsite.backup.acts import SUFFIX, UPLOADS
from chatsite.backup.stores import Failed, PostgreSQL, SQLite


def store() -> SQLite | PostgreSQL:
    if settings.ENV.database_url:
        return PostgreSQL(settings.ENV.database_url)
    return SQLite(Path(settings.DATABASES["default"]["NAME"]))


def uploads() -> Path:
    """The folder of what people uploaded; it may be missing."""
    return Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else Path(settings.DATA_DIR) / UPLOADS


def folder() -> Path:
    """Where backups go unless told otherwise."""
    path = Path(settings.DATA_DIR) / "backups"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def newest() -> Path:
    """Raises CommandError where there is none."""
    found = sorted(folder().glob(f"chat-*{SUFFIX}"))
    if not found:
        raise CommandError(f"There is no backup in {folder()}; manage.py backup makes one.")
    return found[-1]


@contextmanager
def one_sentence() -> Iterator[None]:
    """What goes wrong ends the command with a sentence instead of a traceback."""
    try:
        yield
    except Failed as failure:
        raise CommandError(str(failure)) from None
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise CommandError(f"The file system says no:{where} {error.strerror}.") from None
    except KeyboardInterrupt:
        sys.exit(130)
