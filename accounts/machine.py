"""What the first page says about the machine. Each line is looked up, none assumed."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Check:
    """One line: `state` is "good" or "open" (to be looked at)."""

    name: str
    state: str
    detail: str


def checks() -> list[Check]:
    """Database, storage and mail, as they are now."""
    return [_database(), _storage(), _mail()]


def mail_is_set_up() -> bool:
    """Whether mail reaches people; without it, links are handed over by an administrator."""
    return bool(settings.MAIL_CONFIGURED)


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return Check(_("Database"), "open", _("does not answer"))
    return Check(_("Database"), "good", _("ready, %(kind)s") % {"kind": connection.display_name})


def _storage() -> Check:
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return Check(_("Storage"), "open", _("cannot be read"))
    # Below a gigabyte a few uploads or one database copy fill the disk.
    state = "good" if free >= 1_000_000_000 else "open"
    return Check(_("Storage"), state, _("%(size)s free") % {"size": filesizeformat(free)})


def _mail() -> Check:
    if mail_is_set_up():
        return Check(_("E-mail"), "good", _("set up"))
    return Check(_("E-mail"), "open", _("not set up; links work without it"))
